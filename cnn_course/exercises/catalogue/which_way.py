"""Which way an impulse goes."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="which way does it go?",
    chapter="1-2",
    stars=1,
    minutes=5,
    goals=(1,),
    statement=r"""
    A sequence is 1 at the position 2, and 0 elsewhere. Where is the 1 afterwards? Set `which_way` to five numbers, the
    positions after

    1. $f \mapsto f_\tau$ with $f_\tau(t) = f(t + \tau)$ and $\tau = 3$;
    2. the shift $(S_\tau f)[u] = f[u - \tau]$ with $\tau = 3$;
    3. the convolution with a kernel that is 1 at the position $-4$, and 0 elsewhere;
    4. the reflection $\bar f[u] = f[-u]$, and then the shift $S_3$;
    5. the shift $S_3$, and then the reflection.
    """,
    name="which_way",
    answer=(-1, 5, -2, 1, -5),
    wrong={
        (5, -1, -2, 1, -5): "The first two are exchanged. Ask for which t the number f(t + 3) is 1: t + 3 has to be 2.",
        (5, 5, -2, 1, -5): "The first is wrong: f(t + 3) is 1 where t + 3 = 2. A plus sign in the argument moves the "
        "signal to the left.",
        (-1, -1, -2, 1, -5): "The second is wrong: f[u - 3] is 1 where u - 3 = 2. A minus sign in the argument moves "
        "the signal to the right.",
        (-1, 5, 6, 1, -5): "The third is wrong. The value of the convolution at u is the sum of f[t] h[u - t]: the one "
        "term that is not zero has t = 2 and u - t = -4.",
        (-1, 5, -6, 1, -5): "The third is wrong: nothing is reflected in the result of a convolution. In the sum of "
        "f[t] h[u - t] one term is not zero, with t = 2 and u - t = -4. What is u?",
        (-1, 5, -4, 1, -5): "The third is wrong: -4 is where the kernel stands. The result starts from the position of "
        "the signal's 1: positions add up.",
        (-1, 5, -2, -5, 1): "The last two are exchanged. Do what the sentence says first: the reflection takes 2 to "
        "-2.",
        (-1, 5, -2, 1, 1): "The last is wrong: the order matters. After the shift the 1 is at 5, and then 0 is the "
        "mirror.",
        (-1, 5, -2, -5, -5): "The fourth is wrong: the order matters. After the reflection the 1 is at -2, and then "
        "it moves to the right by 3.",
    },
    hints=(
        "Do not think of directions. The new sequence is given by a formula: for which position does it give 1?",
        "In the first, f(t + 3) is 1 if t + 3 = 2.",
        "The mirror is at 0: the position u goes to -u. Do the two steps of the last two one after the other.",
    ),
    remark=r"""
    $f(t + 3)$ is 1 for $t = -1$, and $f[u - 3]$ for $u = 5$. Convolving with $S_{-4} \delta$ is shifting by $-4$, to
    $-2$. Reflected, the 1 is at $-2$, and then at $1$; shifted first, it is at $5$, and then at $-5$. The last two
    differ: reflecting is linear, but it does not commute with shifts. Rather $\overline{S_\tau f} = S_{-\tau} \bar f$.
    """,
)
