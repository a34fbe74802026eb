"""What heads and the global average do, and what they do not do."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="heads and averages, before and after training",
    chapter="5-4",
    stars=2,
    minutes=20,
    goals=(6, 7),
    statement=r"""
    Four claims about GoogLeNet. Say of each whether it is right, and why.

    1. "A head that read the second branch of module 4a, after its $3 \times 3$ convolution and before the bar, would
       change the gradient of every weight of 4a."
    2. "With $\lambda = 0$, training with heads gives the network the same steps as training without heads, if dropout
       inside of the heads takes its random numbers from a generator of its own."
    3. "Somebody takes the heads away in the middle of training. At that moment the images are classified as before, and
       from then on the weights of 4e, 5a and 5b take the same steps as they would have with heads."
    4. "Because the logits are means over all positions, they stay the same when the photograph moves by one pixel. If
       instead it moves by 32 pixels, they stay exactly the same."
    """,
    hints=(
        "Follow the ways that lead from a weight to each of the three losses.",
        "What does the network's own output depend on? And what does a gradient in a late layer depend on?",
        "For 4, what do strides do to a shift of one pixel, and what comes into the picture at its border?",
    ),
    name="after_training",
    answer=r"""
    1. Wrong. The other three branches of 4a are joined to the second one only at the bar. They are not on the way to
    this head, and its loss adds nothing to their gradients. It changes those of the two convolutions of the second
    branch, and of all layers before 4a.

    2. Right, for plain gradient steps and also with momentum or Adam, which work for each number alone. The heads get
    the gradient 0 and add 0 to the network's. (Something that looks at all gradients together, such as clipping by
    their common norm, makes no difference either, for those of the heads are 0.) If both kinds of dropout shared one
    generator, the network would drop other units, and the steps would differ.

    3. The first half is right: the network's own logits do not depend on the heads at any time. The second half is
    wrong. The heads add nothing to the gradients of 4e, 5a and 5b, so that the very next step is the same (with the
    same images and the same units dropped). But it is another step for the modules
    up to 4d. From the one after that on, the late modules read other features and meet other gradients.

    4. Both parts are wrong in general. The mean is invariant if the features are permuted. A shift by one pixel does
    not permute the features of $7 \times 7$, because five strides of 2 lie before: the windows meet other pixels. A
    shift by 32 pixels, the product of the strides, shifts the features by one position as far as no border is in play;
    but then a row or column of features leaves the map, another one comes in, and the zeros of the padding meet other
    parts of the picture. The receptive fields of almost all features reach beyond a border. On a plain
    background the change may be small; exactly zero it is not in general.
    """,
    contains=(
        "1 is wrong: the other branches are not on the way to this head",
        "2 is right: zero times the gradient of a head, and the same random numbers for the network's dropout",
        "3 is half right: the output does not depend on the heads; later steps do, through the early weights",
        "4 is wrong: strides for one pixel; borders and padding for 32",
    ),
)
