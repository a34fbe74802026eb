"""Find three bugs in a program that classifies by distances from codes."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="find the bugs: a network that reads backwards",
    chapter="5-1",
    stars=2,
    minutes=25,
    goals=(4, 6),
    statement=r"""
    A student trains a network with codes, like the one of 1998, and writes

    ```python
    network = lenet5_1998(rng=np.random.default_rng(0))
    fit(network, optimizer, images, labels, epochs=5, batch_size=64, rng=rng)
    learned = {name: p.data for name, p in network.named_parameters()}
    np.savez("weights.npz", **learned)

    # on the next day, in another program
    network = lenet5_1998(rng=np.random.default_rng())
    stored = np.load("weights.npz")
    for name, p in network.named_parameters():
        p.data = stored[name]
    answers = network(test_images).argmax(axis=1)
    ```

    The loss of `fit` is the cross-entropy of the softmax of the outputs, as it is by default. During the training it
    falls, slowly but steadily. The test error is near 90 %. A friend replaces `argmax` by `argmin`: it is near 90 %
    again.

    1. Which outputs does this training make large, and which small? Is `argmax` then right or wrong for the network
       *before* it was stored? Could such a network be good?
    2. Why is the error of the loaded network near 90 %, and why with both functions?
    3. The student repairs the loading, and changes nothing else. Which error do you expect, roughly: near that of a
       good network, near 90 %, or in between?
    4. Write down the three lines that you would change for a network in which, as in the paper, the *smallest* output
       is the class. Name one check for each bug that would have found it within a minute.
    """,
    hints=(
        "The cross-entropy makes the entry of the right class large, compared with the others. What are the entries "
        "here?",
        "What of the network is not in `named_parameters`?",
        "The weights were trained for certain codes. What do they tell about others, drawn anew?",
    ),
    name="reads_backwards",
    answer=r"""
    *1.* The softmax of the outputs grows with the output, so the training makes the distance from the code of the right
    class *large*, compared with the other nine: features run away from their own code. For this network `argmax` is
    the fitting choice, since what was trained and what is asked agree. It could even be good, because the softmax of
    $+d_i$ is, for codes of equal norm, that of the logits $-2 \langle \gamma_i, x \rangle$: a linear layer with the
    weights $-2 \gamma_i$, with which features can be separated as well as with $+2 \gamma_i$. It is not what was
    meant: the smallest output is a wrong class, and small distances mean nothing.

    *2.* The codes are a buffer and no parameter. They are not among `named_parameters`, so they were not stored, and
    the second program draws others, from a generator without a seed. The features were trained to be far from the old
    code of their class; to the new codes they have no relation. So the answer is a guess: over the draws of the
    codes its error is 90 % on average for ten classes. This is so for the largest and for the smallest output. One draw
    may be off by some points, because the images of a class lie close together and get one answer, right or wrong.

    *3.* Near that of a good network. With the old codes, `argmax` asks for what the cross-entropy of $+d$ has trained.
    Two mistakes cancel: the missing sign in the loss and `argmax`. (With `argmin` in place of `argmax` the error would
    be far above 90 %, because the right class is then the one that is hardly ever the smallest.)

    *4.* Give `fit` a loss of distances: the cross-entropy of $-d / (2 \tau^2)$, with its backward function, which
    has the same sign and factor; or the distance from the right code. Store and load `state_dict()`, which holds the
    buffers, too. And take `argmin`. Checks: the network answers the same before it is stored and after it is loaded,
    on one batch; the distance from the right code becomes *smaller* during the training; the training error of a
    handful of images goes to 0 with the function that is used for the answer.
    """,
    contains=(
        "the training makes the distance from the right code large, relative to the others",
        "`argmax` fits this training; by the equal norms such a network is a linear layer with negative codes, and can "
        "separate the classes",
        "the codes are a buffer, not stored, and drawn anew: the answers are guesses, for argmax and argmin",
        "with the right codes and `argmax` the error is small: two mistakes cancel",
        "the three changes: a loss with a minus sign and its gradient, `state_dict`, `argmin`",
        "a quick check for each",
    ),
    remark=r"""
    An error near that of guessing suggests that the answer has no relation to the image, and one far *above* it that
    there is a relation, with the wrong sign. Neither is a proof: if the classes are only renamed, the error may be 90 %
    or 100 %, too, although the images are told apart. The confusion matrix decides between these causes.
    """,
)
