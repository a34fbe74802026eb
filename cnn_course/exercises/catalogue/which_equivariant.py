"""Which maps of periodic signals are equivariant, and which of these are convolutions."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="equivariant or not?",
    chapter="1-2",
    stars=1,
    minutes=10,
    goals=(1, 5),
    statement=r"""
    Eight maps of periodic signals with 8 values; all indices are counted modulo 8. $(T f)[u]$ is

    1. $f[u + 1] - f[u - 1]$;
    2. $f[u]\, f[u - 1]$;
    3. $f[3 u]$;
    4. $f[u] - f[0]$;
    5. $f[u] - \frac18 (f[0] + f[1] + \dots + f[7])$;
    6. $f[u]$ if it is at least as large as $f[u - 1]$ and $f[u + 1]$, else $0$;
    7. $f[u]$ if $u$ is even, else $0$;
    8. the $u$-th number when the values of $f$ are sorted, the smallest first.

    Set `which_equivariant` to eight numbers: 2 if the map is a circular convolution with some kernel, 1 if it is
    equivariant but no convolution, 0 if it is not equivariant.
    """,
    name="which_equivariant",
    answer=(2, 1, 0, 0, 2, 1, 0, 0),
    wrong={
        (1, 1, 0, 0, 2, 1, 0, 0): "The first is wrong: it is linear. What does it make of the impulse?",
        (2, 0, 0, 0, 2, 1, 0, 0): "The second is wrong. It is not linear, but its rule is the same for every u.",
        (2, 2, 0, 0, 2, 1, 0, 0): "The second is wrong. Double f: what happens to a product of two of its values?",
        (
            2,
            1,
            2,
            0,
            2,
            1,
            0,
            0,
        ): "The third is wrong. It is linear. Where does it take the impulse at 0, and where the one "
        "at 1? For a convolution the answers would be neighbours.",
        (2, 1, 1, 0, 2, 1, 0, 0): "The third is wrong. Write down f[3u] for the shifted signal, f[3u - 1], and the "
        "shifted f[3u], which is f[3(u - 1)].",
        (2, 1, 0, 2, 2, 1, 0, 0): "The fourth is wrong. It is linear. But the position 0 is special in its rule: shift "
        "f, and another value is subtracted.",
        (2, 1, 0, 1, 2, 1, 0, 0): "The fourth is wrong. The position 0 is special in its rule: shift f, and another "
        "value is subtracted.",
        (
            2,
            1,
            0,
            0,
            1,
            1,
            0,
            0,
        ): "The fifth is wrong. The mean of all values is linear, too. What does the map make of the impulse?",
        (2, 1, 0, 0, 0, 1, 0, 0): "The fifth is wrong. The same number is subtracted everywhere, and a shift of f does "
        "not change this number.",
        (2, 1, 0, 0, 2, 0, 0, 0): "The sixth is wrong. The rule looks at the neighbours of u, wherever u is.",
        (2, 1, 0, 0, 2, 2, 0, 0): "The sixth is wrong. For impulses f at 0 and g at 1, compare T(f + 2g) with "
        "T f + 2 T g.",
        (2, 1, 0, 0, 2, 1, 2, 0): "The seventh is wrong. It is linear, but it treats even and odd positions "
        "differently. Shift an impulse from 0 to 1.",
        (2, 1, 0, 0, 2, 1, 1, 0): "The seventh is wrong. It treats even and odd positions differently: shift an "
        "impulse from 0 to 1.",
        (2, 1, 0, 0, 2, 1, 0, 1): "The last is wrong. Sorting does not notice a shift of f: that makes it invariant. "
        "Equivariant would mean that the sorted list moves along.",
        (2, 1, 0, 0, 2, 1, 0, 2): "The last is wrong. Sorting does not notice a shift of f: that makes it invariant. "
        "Equivariant would mean that the sorted list moves along. Nor is it linear.",
    },
    hints=(
        "Does the rule for the value at u mention a position other than relative to u?",
        "Compare two formulas: put f[u - 1] for f[u] everywhere in the rule, and put u - 1 for u in the result.",
        "Among the equivariant ones, the convolutions are the linear ones.",
    ),
    remark=r"""
    The rules 1, 2, 5 and 6 mention only positions relative to $u$, or all of them alike. Rule 1 is the convolution with
    $1$ at $-1$ and $-1$ at $1$, rule 5 the one with $\delta - \frac18$. The rules 2 and 6 are not linear. In 3 a shift
    of $f$ by 1 takes $f[3u]$ to $f[3u - 1]$, which is a shift by 3 of the result, since $3 \cdot 3 = 9$ is 1 modulo 8:
    the map turns shifts into *other* shifts. Sorting is invariant, and since its results are in general not constant,
    it is not equivariant.
    """,
)
