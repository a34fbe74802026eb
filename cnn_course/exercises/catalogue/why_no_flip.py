"""Why networks may leave out the reflection of the kernel."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="why networks may leave out the reflection",
    chapter="1-3",
    stars=1,
    minutes=10,
    statement=r"""
    A colleague objects: "Your layers cross-correlate, so the theorems about convolution do not apply to them." Answer
    in three sentences. What would go wrong if a network's kernels were fixed by hand, in the convention of a textbook
    on signal processing?
    """,
    hints=(
        "Which convolution is the cross-correlation with h?",
        "A network learns its kernels. Which functions can it no longer represent, if every kernel is reflected?",
        "Take a kernel that takes differences, or one that moves the image, and leave out the reflection.",
    ),
    name="why_no_flip",
    answer=r"""
    Cross-correlation with $h$ *is* convolution with the reflected kernel $\bar h[t] = h[-t]$, so linearity in the
    signal, commuting with shifts, and the counting of sizes hold word for word. Learning runs over all kernels, and
    $h \mapsto \bar h$ is a bijection of them: the same functions can be learned, with the numbers stored in the
    opposite order. What does not carry over are laws that exchange signal and kernel or regroup them:
    $h \star (f \star g)$ is $(h * f) \star g$, not $(h \star f) \star g$.

    A kernel taken from a textbook must be turned by 180 degrees first. Without it a derivative changes its sign, and a
    kernel that moves the image moves it the other way; only kernels with $\bar h = h$ are not affected.
    """,
    remark=r"""
    A good answer says that the reflected kernel is a kernel like any other, names at least one law that holds and one
    that does not, and gives one kernel for which the missing reflection shows.
    """,
)
