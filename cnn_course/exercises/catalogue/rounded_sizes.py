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
    4. For which $m < 0$, where no window fits, does the function return 1 or more? For which does `m // s + 1`? Why is
       neither enough?
    """,
    hints=(
        "Write m / s as a whole number and a fraction below 1. Which fractions are rounded up?",
        "A half is rounded up if the whole number is odd, and down if it is even.",
        "If no window fits, m is negative. To which whole numbers are such quotients rounded, and to which by `//`?",
    ),
    name="rounded_sizes",
    answer=r"""
    *1.* Here $m = n - 1$. For odd $n$ it is even, the quotient is a whole number, and the function is right. For even
    $n$ the quotient is $a + \frac12$ with $a = (n - 2)/2$, and should be rounded down. Python does so if $a$ is even:
    $n = 2, 6, 10$ are right, and $n = 4, 8, 12$ are wrong, by one too many. (For 8 it is $3.5$, rounded to 4, and the
    result is 5 instead of 4.)

    *2.* The right answer is $a + 1$. The quotient is $a + r/s$. It is rounded to $a$ if $r/s < \frac12$, and also if
    $r/s = \frac12$ and $a$ is even; otherwise to $a + 1$. So the function is right if and only if $2r < s$, or $2r = s$
    and $a$ is even. For $s = 1$ always $r = 0$, and it is right for all $n$. For $s \ge 2$ take $r = s - 1$ and an
    odd $a$, so large that $n = as + r + k - 2p$ is at least 1. Then $2r = 2s - 2 \ge s$, with equality only for
    $s = 2$, and $a$ is odd. So the function is wrong for this $n$.

    *3.* An array is made with one place too many, for which there is no window. A loop then reads beyond the padded
    input, which is an error if one is lucky; or the last row and column stay as they were made, zeros or remainders of
    other data. Or a later layer, whose number of weights was computed from the size, does not fit. It goes unnoticed as
    long as the sizes are those for which the rounding happens to be right: with stride 1, with odd $n$, and with every
    second even one.

    *4.* The function returns 1 if $-\frac12 \le m/s < 0$, that is $2 \lvert m \rvert \le s$: such a quotient is
    rounded to 0, also $-\frac12$, because 0 is even. For $n = 1$, $k = 3$, $s = 4$, $p = 0$ it invents a window. It
    never returns more than 1 there. `m // s` is at most $-1$ for $m < 0$, so that `m // s + 1` is never 1 or more; but
    for $m < -s$ it is negative, and 0 is a size with which a program can go on for a while. Either way the function
    must look whether $m < 0$, and say so by an error. (A smaller matter: `/` makes floats, which are exact only up to
    $2^{53}$.)
    """,
    contains=(
        "for 1: odd sizes are right, 4, 8 and 12 are wrong, 2, 6 and 10 are right, with the reason",
        "for 2: right if and only if $2r < s$, or $2r = s$ with even $a$",
        "stride 1 is the only one that is right for all sizes, with an example for each other stride",
        "one window too many: what is read or left there, and why common sizes do not show it",
        r"for 4: 1 if and only if $2 \lvert m \rvert \le s$; with `//` 0 or less; both need an error",
    ),
    remark=r"""
    A test with a few sizes that come to mind proves little. Count the windows in a loop, for all small $n$, $k$, $s$
    and $p$, and compare: that takes a few lines, and a fraction of a second.
    """,
)
