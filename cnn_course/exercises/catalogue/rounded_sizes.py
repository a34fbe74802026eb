"""A size calculator that rounds to the nearest number: find the bug."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="a size that is right for years",
    chapter="3-2",
    stars=2,
    minutes=20,
    goals=(3,),
    statement=r"""
    A library computes the size of an output on one axis like this:

    ```python
    def output_size(n, k, s, p):
        return round((n + 2 * p - k) / s) + 1
    ```

    Its tests use $k = 3$, $s = 2$, $p = 1$ and the sizes 5, 6, 7, 9 and 10, and pass. Then somebody tries an image with
    8 rows.

    1. With $k = 3$, $s = 2$, $p = 1$: for which $n$ from 1 to 12 is the function right, and for which is it wrong?
       Python rounds a half to the nearest *even* number.
    2. Let $m = n + 2p - k \ge 0$ and $m = as + r$ with $0 \le r < s$. For which $a$, $r$ and $s$ is the function right?
       For which strides is it right for all $n$?
    3. What happens in the program when the size is one too large, and why may it go unnoticed for long?
    4. Besides rounding, what must the function do that it does not?
    """,
    hints=(
        "Write m / s as a whole number and a fraction below 1. Which fractions are rounded up?",
        "A half is rounded up if the whole number is odd, and down if it is even.",
        "What is m if the kernel is larger than the padded input?",
    ),
    name="rounded_sizes",
    answer=r"""
    *1.* Here $m = n - 1$. For odd $n$ it is even, the quotient is a whole number, and the function is right. For even
    $n$ the quotient is $a + \frac12$ with $a = (n - 2)/2$, and should be rounded down. Python does so if $a$ is even:
    $n = 2, 6, 10$ are right, and $n = 4, 8, 12$ are wrong, by one too many. (For 8 it is $3.5$, rounded to 4, and the
    result is 5 instead of 4.)

    *2.* The right answer is $a + 1$. The quotient is $a + r/s$. It is rounded to $a$ if $r/s < \frac12$, and also if
    $r/s = \frac12$ and $a$ is even; otherwise to $a + 1$. So the function is right if and only if $2r < s$, or $2r = s$
    and $a$ is even. For $s = 1$ always $r = 0$, and it is right for all $n$. For $s \ge 2$ take $r = s - 1$ and $a =
    1$: then $2r = 2s - 2 \ge s$, with equality only for $s = 2$, and there $a = 1$ is odd. So it is wrong for some $n$.

    *3.* An array is made with one place too many, for which there is no window. A loop then reads beyond the padded
    input, which is an error if one is lucky; or the last row and column stay as they were made, zeros or remainders of
    other data. Or a later layer, whose number of weights was computed from the size, does not fit. It goes unnoticed as
    long as the sizes are those for which the rounding happens to be right: with stride 1, with odd $n$, and with every
    second even one.

    *4.* It must find out whether the kernel fits. If $m < 0$ there is no window, and the function returns 1, 0 or a
    negative number, as if nothing had happened: for $n = 1$, $k = 3$, $s = 4$, $p = 0$ the quotient is $-\frac12$, it
    is rounded to 0, and the result is 1. (A smaller matter: `/` makes floats, which are exact only up to $2^{53}$.
    Whole numbers are divided by `//`.)
    """,
    contains=(
        "for 1: odd sizes are right, 4, 8 and 12 are wrong, 2, 6 and 10 are right, with the reason",
        "for 2: right if and only if $2r < s$, or $2r = s$ with even $a$",
        "stride 1 is the only one that is right for all sizes, with an example for each other stride",
        "one window too many: what is read or left there, and why common sizes do not show it",
        "the case of a kernel that does not fit, which must be an error",
    ),
    remark=r"""
    A test with a few sizes that come to mind proves little. Count the windows in a loop, for all small $n$, $k$, $s$
    and $p$, and compare: that takes a few lines, and a fraction of a second.
    """,
)
