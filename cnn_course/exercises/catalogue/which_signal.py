"""Four values, their transform, and what an angle says; and from three numbers of a transform back to the signal."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="there and back by hand",
    chapter="1-5",
    stars=1,
    minutes=15,
    goals=(1,),
    statement=r"""
    *There.* Transform $g = (5, 2, 1, 6)$ by hand. At which position of the circle, $0 \le u < 4$, does the cosine of
    frequency 1 in $g$ have its crest? It need not be a whole number.

    *And back.* A signal $f$ of four *real* values has been transformed, and one number of the transform got lost:

    $$ \hat f[0] = 8, \qquad \hat f[1] = 2 - 2 \mathrm i, \qquad \hat f[2] = 0, \qquad \hat f[3] = {?} $$

    By hand, find the signal. Set `which_signal` to the tuple of seven numbers: the real and the imaginary part of
    $\hat g[1]$, the position of the crest, and the four values of $f$, in order.
    """,
    name="which_signal",
    answer=(4, 4, 3.5, 3, 3, 1, 1),
    wrong={
        (4, 4, 3.5, 12, 12, 4, 4): "The first three numbers are right. The signal is four times too large: the way "
        "back divides by n.",
        (4, 4, 3.5, 3, 1, 1, 3): "The first three numbers are right. The signal runs the wrong way round the circle. "
        "On the way back the exponent has a plus: the wave of frequency 1 is 1, i, -1, -i.",
        (4, 4, 3.5, 2.5, 2.5, 1.5, 1.5): "The first three numbers are right. In the signal the lost number was taken "
        "to be 0. For a real signal it is the conjugate of the number at frequency 1, since frequency 3 is also "
        "frequency -1.",
        (4, 4, 3.5, 3, 2, 1, 2): "The first three numbers are right. In the signal the lost number was taken to be "
        "equal to the one at frequency 1, and imaginary parts were dropped. It is its conjugate.",
        (4, 4, 3.5, 1, 1, 3, 3): "The first three numbers are right. In the signal the waves of frequencies 1 and 3 "
        "have come in with the wrong sign. At position 0 all waves are 1: the first value is a quarter of the sum of "
        "all four numbers.",
        (4, 4, 0.5, 3, 3, 1, 1): "All is right but the crest, which is on the other side of position 0. At the crest "
        "the angle of the wave and that of the number at frequency 1 add up to zero: hence the minus sign.",
        (4, -4, 0.5, 3, 3, 1, 1): "The signal is right. On the way there the exponent has a minus: the values are "
        "multiplied by the conjugate of the wave, 1, -i, -1, i. The crest is then on the other side of position 0.",
        (1, 1, 3.5, 3, 3, 1, 1): "All is right but the first two numbers, which are four times too small: only the way "
        "back divides by n.",
        (4, 4, 45, 3, 3, 1, 1): "All is right but the third number. 45 degrees is the angle of the number at frequency "
        "1. An eighth of a turn, on a circle of four positions, is half a position: on which side of 0?",
        (4, 4, -0.5, 3, 3, 1, 1): "All is right, only the crest was to be named by a position from 0 on: on a circle "
        "of four, -0.5 is 3.5.",
    },
    hints=(
        "Multiply g by the conjugate of the wave 1, i, -1, -i, value by value, and add up.",
        "The angle is an eighth of a turn. The crest is where the wave makes up for it.",
        "The signal f is real. What do the numbers at frequencies 1 and 3 have to do with each other?",
        "Now add the four waves, each times its number, position by position, and divide by 4.",
    ),
    remark=r"""
    *There.* $\hat g[1] = 5 - 2 \mathrm i - 1 + 6 \mathrm i = 4 + 4 \mathrm i$, with the angle $\alpha = \frac\pi4$. The
    crest is at $-\frac{4 \cdot \pi / 4}{2 \pi} = -\frac12$, on the circle at 3.5, halfway between the large values 6
    and 5.

    *And back.* For a real signal $\hat f[3] = \hat f[-1] = \overline{\hat f[1]} = 2 + 2 \mathrm i$. At position $u$
    the waves of frequencies 1 and 3 together give twice the real part of $(2 - 2 \mathrm i)\, \mathrm i^u$, that is
    $4, 4, -4, -4$. Hence the values are $\frac14 (8 + 4)$, $\frac14 (8 + 4)$, $\frac14 (8 - 4)$, $\frac14 (8 - 4)$.
    Check: their sum is 8.
    """,
)
