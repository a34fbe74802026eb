"""What a system without the reflection would have to know."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="a hall that does not reflect",
    chapter="1-1",
    stars=1,
    minutes=10,
    goals=(3,),
    statement=r"""
    An architect claims to have built a hall that records $\int f(t)\, h(t - u)\, dt$ when the sound is $f$: the same
    $h$ as in an ordinary hall, with $h(t) = 0$ for $t < 0$, but without the reflection. What does a microphone record
    in this hall when somebody claps once, at time 0? Why can the hall not exist?

    The layers of a network do exactly this to images, without harm. What is different about images? And what does a
    layer lose by it, if its kernel is *learned*?
    """,
    hints=(
        "A single clap at time 0: only t = 0 counts. What remains of h(t - u)?",
        "For which moments t is h(t - u) not zero? Are they before u or after it?",
        "Substitute a kernel that has been reflected beforehand into the formula of a convolution.",
    ),
    name="why_reflect",
    answer=r"""
    The clap at time 0 is recorded as $h(-u)$. This is zero for $u > 0$: after the clap the hall is silent. Before the
    clap one hears its echoes in reversed order, first the faint late ones, then louder and louder ones, up to the clap.
    In general only the moments $t \ge u$ contribute to the recording at time $u$, since $h(t - u)$ vanishes for
    $t < u$. The hall would have to know now what will be said later.

    In an image $t$ and $u$ are positions, not moments. There is no future to the right of a pixel, both neighbours are
    known, and kernels reach to both sides of the origin anyway. And with $\bar h(t) = h(-t)$ the formula is $\int
    f(t)\, \bar h(u - t)\, dt = (f * \bar h)(u)$, the convolution with the reflected kernel. A layer that learns its
    kernel learns $\bar h$ instead of $h$, number for number, and loses nothing.
    """,
    contains=(
        r"says what a single clap gives, $h(-u)$: the echoes come before the clap, in reversed order;",
        r"says that only $t \ge u$ contributes, so that the hall would have to know the future;",
        r"notes that positions in an image have no past and future;",
        r"recognises the convolution with the reflected kernel, which can be learned just as well.",
    ),
)
