"""From three numbers of a transform back to the signal."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="which signal is it?",
    chapter="1-5",
    stars=1,
    minutes=10,
    goals=(1,),
    statement=r"""
    A signal $f$ of four *real* values has been transformed, and one number of the transform got lost:

    $$ \hat f[0] = 8, \qquad \hat f[1] = 2 - 2 \mathrm i, \qquad \hat f[2] = 0, \qquad \hat f[3] = {?} $$

    By hand, find the signal. Set `which_signal` to the tuple of its four values, in order.
    """,
    name="which_signal",
    answer=(3, 3, 1, 1),
    wrong={
        (12, 12, 4, 4): "Everything is four times too large: the way back divides by n.",
        (3, 1, 1, 3): "This signal runs the wrong way round the circle. On the way back the exponent has a plus: the "
        "wave of frequency 1 is 1, i, -1, -i.",
        (2.5, 2.5, 1.5, 1.5): "The lost number was taken to be 0. For a real signal it is the conjugate of the number "
        "at frequency 1, since frequency 3 is also frequency -1.",
        (3, 2, 1, 2): "The lost number was taken to be equal to the one at frequency 1, and imaginary parts were "
        "dropped. It is its conjugate.",
        (1, 1, 3, 3): "The waves of frequencies 1 and 3 have come in with the wrong sign. At position 0 all waves are "
        "1: the first value is a quarter of the sum of all four numbers.",
        (3, 3, 0, 0): "The first two values are right. Also at positions 2 and 3 all four numbers contribute: there "
        "the wave of frequency 1 is -1 and -i.",
    },
    hints=(
        "The signal is real. What do the numbers at frequencies 1 and 3 have to do with each other?",
        "Now add the four waves, each times its number, position by position, and divide by 4.",
    ),
    remark=r"""
    For a real signal $\hat f[3] = \hat f[-1] = \overline{\hat f[1]} = 2 + 2 \mathrm i$. At position $u$ the waves of
    frequencies 1 and 3 together give twice the real part of $(2 - 2 \mathrm i)\, \mathrm i^u$, that is $4, 4, -4, -4$.
    Hence the values are $\frac14 (8 + 4)$, $\frac14 (8 + 4)$, $\frac14 (8 - 4)$, $\frac14 (8 - 4)$. Check: their sum
    is 8.
    """,
)
