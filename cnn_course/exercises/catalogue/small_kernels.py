"""Why layers with small kernels are computed directly."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="why not everywhere?",
    chapter="1-5",
    stars=2,
    minutes=10,
    statement=r"""
    "The FFT computes convolutions in $O(n \log n)$, the direct method in $O(n m)$. With $m = 9$ and an image of
    $256 \times 256$ pixels, $\log_2 n = 16$ is larger than 9, so the direct method wins. With a kernel of
    $5 \times 5$ we have $m = 25 > 16$, and the FFT wins." What is wrong with this argument? Say what you would do to
    decide, and name two things in a layer with many channels that shift the balance, one to each side.
    """,
    hints=(
        "Write both costs with their constants. What do you compare, if you compare m with the logarithm?",
        "Does the base of the logarithm matter in O(n log n)? Does it matter in m < log n?",
        "How many transforms does a layer need? And how many numbers has the transform of a kernel?",
    ),
    name="small_kernels",
    answer=r"""
    An $O$ hides a constant factor, and the argument compares two of them as if both factors were 1. Even the base of
    the logarithm, which does not matter in $O(n \log n)$, decides the comparison: $\ln n$ is 11. Counted with
    constants, one convolution by transforms costs about $7.5 \log_2 n$ operations a value and the direct one $2 m$, so
    they meet near $m = 4 \log_2 n$, here beyond 60; with blocks $n$ drops out altogether. And operations are not time:
    the direct method reads memory in order and runs on tuned matrix products. To decide, one counts with constants for
    an order of magnitude, and then measures both, for these sizes and on this machine.

    In a layer with $C$ input and $O$ output channels the transforms of the inputs serve all outputs, and one inverse
    transform serves a sum over all inputs: about $C + O$ transforms for $C\,O$ convolutions, if those of the kernels
    are done beforehand. That speaks for the FFT. Against it speaks that the transform of each of the $C\,O$ kernels
    has as many numbers as the image, where the kernel itself has 9 or 25: they must be computed, stored and read.
    """,
    remark=r"""
    A good answer says that constants are missing (or that the base of the logarithm is arbitrary), proposes to count
    with constants or to measure, and names the shared transforms on one side and the large transforms of small kernels
    on the other.
    """,
)
