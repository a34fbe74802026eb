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

    1. "The head at module 4d changes the gradient of all modules up to 4d, but not that of 4e, 5a and 5b."
    2. "With $\lambda = 0$, training with heads gives the network the same steps as training without heads, if dropout
       inside of the heads takes its random numbers from a generator of its own."
    3. "Removing the heads makes the network worse, for it has been trained with them."
    4. "Because the logits are means over all positions, they stay the same when the photograph moves by one pixel. If
       instead it moves by 32 pixels, they stay exactly the same."
    """,
    hints=(
        "Follow the ways that lead from a weight to each of the three losses.",
        "What does the network's own output depend on?",
        "For 4, what do strides do to a shift of one pixel, and what comes into the picture at its border?",
    ),
    name="after_training",
    answer=r"""
    1. Right. A weight of 4e, 5a or 5b is not on the way to the head, so the derivative of the head's loss in it is 0.
    The weights of the modules up to 4d, and of the three convolutions before, are on the way.

    2. Right, for plain gradient steps and also with momentum or Adam, which work for each number alone. The heads get
    the gradient 0 and add 0 to the network's. (Something that looks at all gradients together, such as clipping by
    their common norm, makes no difference either, for those of the heads are 0.) If both kinds of dropout shared one
    generator, the network would drop other units, and the steps would differ.

    3. Wrong. The network's own logits do not depend on the heads, before or after training. Removing them changes no
    output at all, and saves almost half of the parameters. What is true: the heads have influenced which weights
    training has found.

    4. Both parts are wrong in general. The mean is invariant if the features are permuted. A shift by one pixel does
    not permute the features of $7 \times 7$, because five strides of 2 lie before: the windows meet other pixels. A
    shift by 32 pixels, the product of the strides, shifts the features by one position as far as no border is in play;
    but then a row or column of features leaves the map, another one comes in, and the zeros of the padding meet other
    parts of the picture. The receptive field of a feature is larger than what is far from every border. On a plain
    background the change may be small; exactly zero it is not in general.
    """,
    contains=(
        "1 is right: the later modules are not on the way to the head",
        "2 is right: zero times the gradient of a head, and the same random numbers for the network's dropout",
        "3 is wrong: the network's output does not depend on the heads",
        "4 is wrong: strides for one pixel; borders and padding for 32",
    ),
)
