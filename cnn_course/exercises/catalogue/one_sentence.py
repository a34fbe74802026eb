"""A sentence about equivariance, to be corrected."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="one sentence to correct",
    chapter="1-2",
    stars=1,
    minutes=15,
    goals=(1, 5, 6),
    statement=r"""
    A fellow student writes: "Because the weights are shared, convolution is *invariant* to changes of the input: if the
    input changes, the output changes in the same way." The network in question has layers with same padding, stride 2
    and a bias. Correct the sentence, and then say what is left of it for that network.
    """,
    hints=(
        "Does the second half of the sentence describe invariance?",
        "Which changes of the input are meant? Try a mirror and a kernel that takes differences.",
        "Take padding, stride and bias one after the other. Which of them does no harm?",
    ),
    name="one_sentence",
    answer=r"""
    Invariant would mean that the output does *not* change. What the second half describes is equivariance: the output
    changes in the same way. It holds for shifts, $(S_\tau f) * h = S_\tau (f * h)$, and not for other changes: a
    mirrored image gives a mirrored feature map only if the kernel is its own mirror image, and the same with turns. So:
    "Because the weights are shared, convolution is equivariant to shifts: if the input is shifted, the output is
    shifted by as much." And by the theorem of this chapter, among linear maps, convolutions are the only ones.

    In the network, a bias that is the same at all positions does no harm. Same padding puts zeros where the shifted
    image would have had something else, so the rule holds only for positions whose window stays inside of the image,
    and fewer of these remain with each layer. With stride 2, only shifts by an even number of pixels are shifts of the
    output, by half as much; after two such layers, only multiples of 4.
    """,
    contains=(
        "the right word, equivariant, and what invariant would mean",
        "the restriction to shifts, with an example of another change for which it goes wrong",
        "the border: the rule holds only where the window stays inside of the image",
        "the stride: only shifts by multiples of 2, and of 4 after two layers",
        "no blame for the bias",
    ),
)
