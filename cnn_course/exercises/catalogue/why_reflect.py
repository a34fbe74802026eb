"""Who turns the kernel round."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="who turned the kernel round?",
    chapter="1-1",
    stars=1,
    minutes=10,
    statement=r"""
    You clap once in a hall, at time 0, and a microphone records $h(t)$: a bang, and echoes that die away, for
    $t \ge 0$. When somebody speaks in the hall, with the sound $f(t)$, the microphone records $f * h$. Nobody runs
    the echoes backwards. Why does the formula contain $h(u - t)$, in which $t$ has a minus sign? And what would a hall
    have to do whose recording is $\int f(t)\, h(t - u)\, dt$?
    """,
    hints=(
        "Think of f as a row of short claps. The one at time t is heard at time u. How old is its echo then?",
        "Fix u, and let t run into the past. Does the age of the echo grow or fall?",
        "In the second formula h(t - u) is not zero for t ≥ u.",
    ),
    name="why_reflect",
    answer=r"""
    The sound at time $t$ is a clap of strength $f(t)\, dt$. At time $u$ its echo is $u - t$ old, so it contributes
    $f(t)\, h(u - t)\, dt$, and the microphone adds up all of them. Each clap runs its echoes forwards, in the variable
    $u$. It is we who fix the moment $u$ and ask which claps are heard in it: the later the clap, the younger its echo.
    Read along $t$, the ages decrease, and the graph of $h$ appears reflected. Nothing in the hall is turned round, only
    the question is.

    In $\int f(t)\, h(t - u)\, dt$ only the $t \ge u$ contribute, since $h$ vanishes before 0. The recording at time $u$
    would contain what will be said later, strongest what comes next: the hall would have to know the future. That
    operation is a cross-correlation. It is useful where the order of the places has no meaning of past and future, as
    in images.
    """,
    remark=r"""
    A good answer calls $u - t$ an age or a distance travelled, and sees that the second hall would hear the future.
    """,
)
