"""What to do with the weights of a network whose layers really convolve."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="weights from a library that convolves",
    chapter="1-3",
    stars=3,
    minutes=25,
    goals=(4, 5, 6),
    statement=r"""
    In an old library the layers really convolve: they turn each kernel by 180 degrees before it slides. You have a
    network that was trained there, on photographs of animals. It consists of several such layers without padding, each
    with many channels, a bias for each output channel and a ReLU, which replaces negative values by 0, value by value.
    Then each channel is averaged over all its positions, and a fully connected layer gives the answer. You run it with
    `conv2d`, with its weights as they are, and the answers are wrong.

    1. What has to be done to which of its numbers? Are there layers that can stay as they are?
    2. A colleague says: "Leave the weights alone, and turn the photographs by 180 degrees." Does that help?
    3. With which kernels in the network would the mistake have gone unnoticed?
    """,
    hints=(
        "Which cross-correlation is the convolution with h? And which axes of the weights does the reflection concern?",
        "Write h ⋆ (reflected f) as a convolution, and compare it with h * f.",
        "What do a ReLU, a bias and a mean over all positions do to a picture that is upside down?",
    ),
    name="borrowed_weights",
    answer=r"""
    1. A convolution with $h$ is the cross-correlation with $\bar h$, because $\bar{\bar h} = h$. So each kernel must be
    reversed along its two axes in space, `weight[:, :, ::-1, ::-1]`. The order of the channels stays: a layer adds over
    them, and does not slide. Biases, kernels of $1 \times 1$ and the fully connected layer know nothing of positions in
    a window, and stay as they are.

    2. It does. Let $\bar f$ be the turned photograph. Then $h \star \bar f = \bar h * \bar f$, and reflecting both
    factors of a convolution reflects the result, so that this is $\overline{h * f}$: the right result, turned by 180
    degrees. Adding over channels, adding a bias and the ReLU work value by value and keep it so. Each further layer
    turns a turned input into the right output, turned. The mean over all positions does not depend on their order, and
    from there on everything is exactly right. (Sizes agree, too, because nothing is padded. If the last layer took the
    values at the positions one by one, they would have to be turned back first.)

    3. With kernels whose arrays do not change when they are turned, `flip(h) = h` in every channel, such as a blur or a
    kernel of $1 \times 1$. (As a sequence such an array is its own reflection only if its middle is put at the origin.
    Without padding this does not matter: both operations return the same array.) An edge kernel that changes its sign
    when it is turned gives responses with the opposite sign, and the ReLU then cuts off the half that was meant to
    stay.
    """,
    contains=(
        "the kernels are reversed along both axes in space, not along the channels",
        "biases, $1 \\times 1$ kernels and the fully connected layer stay as they are",
        "turning the photographs does help, because $h \\star \\bar f = \\overline{h * f}$",
        "ReLU, bias and sums over channels work position by position, and a mean does not depend on positions",
        "kernels with `flip(h) = h` show no difference, and a kernel for which it shows",
    ),
)
