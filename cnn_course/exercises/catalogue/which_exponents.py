"""Which exponents allow a bound, on the line and for sequences."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="which exponents?",
    chapter="1-1",
    stars=2,
    minutes=15,
    goals=(4,),
    statement=r"""
    For some triples $(p, q, r)$ there is a constant $C$ with $\lVert f * h \rVert_r \le C\, \lVert f \rVert_p\, \lVert
    h \rVert_q$ for all $f$ and $h$ on the real line, for some only for all *sequences* on $\mathbb{Z}$, and for some
    there is none. Here are six triples:

    $$
    \begin{aligned}
    &(1, 2, 2), \quad (2, 2, 2), \quad (1, 1, 2), \\
    &(\tfrac43, \tfrac43, 2), \quad (1, 2, \infty), \quad (3, 3, \infty) .
    \end{aligned}
    $$

    Set `which_exponents` to a tuple of six numbers: 2 for a triple that is right on the line and for sequences, 1 for
    one that is right for sequences only, 0 for one that is wrong for both.
    """,
    name="which_exponents",
    answer=(2, 0, 1, 2, 1, 0),
    wrong={
        (2, 0, 0, 2, 0, 0): "These are the triples of Young's inequality, and on the line there are no others. But the "
        "line is refuted by functions that get narrower and narrower. How narrow can a sequence be?",
        (2, 1, 0, 2, 0, 1): "The line is judged rightly. For sequences you have exchanged the two directions: they can "
        "be as wide as you like, but never narrower than a single value.",
        (2, 1, 1, 2, 1, 1): "Some of these fail for sequences, too: try a row of n ones, convolved with itself, and "
        "let n grow.",
        (2, 0, 2, 2, 2, 0): "All triples that are right for sequences have been found. On the line there is more to "
        "fear: stretch two boxes by a factor that tends to 0.",
        (2, 2, 2, 2, 2, 2): "The condition of Young's inequality is not there for nothing. Stretch two boxes on the "
        "line, and compare the powers of the factor on both sides.",
        (2, 0, 1, 0, 1, 0): "All but one are right. What is 3/4 + 3/4?",
        (2, 0, 1, 2, 0, 0): "All but one are right. A sequence of finite 2-norm is bounded, and its largest value is "
        "at most its 2-norm.",
        (2, 0, 0, 2, 1, 0): "All but one are right. Norms of a sequence fall when the exponent grows: the 2-norm is at "
        "most the 1-norm.",
        (2, 0, 1, 2, 1, 1): "All but one are right. Do two sequences that are merely in every space above p = 2 have "
        "a convolution at all? Look for the tails.",
        (2, 1, 1, 2, 1, 0): "All but one are right. Convolve a row of n ones with itself: its 2-norm grows like n to "
        "the power 3/2. And the product of the two norms on the right?",
    },
    hints=(
        "First sort the triples by whether 1/p + 1/q is equal to 1 + 1/r, larger, or smaller.",
        "Stretched by a large or by a small factor, two boxes break every triple without equality on the line. Which "
        "of the two ways is closed to sequences?",
        "For sequences, norms fall when the exponent grows. If 1/p + 1/q is too large, p and q can be raised until "
        "there is equality.",
    ),
    remark=r"""
    For equality there is Young's inequality, on the line and for sequences: the first triple and the fourth. In the
    second and the last one $\frac1p + \frac1q < 1 + \frac1r$, and wide boxes, or rows of $n$ ones, break the bound. In
    the third and the fifth $\frac1p + \frac1q > 1 + \frac1r$. On the line narrow boxes break it. A sequence cannot be
    narrow, and there the bound holds: raise $p$ and $q$ to $p' \ge p$ and $q' \ge q$ with equality. Norms of sequences
    do not grow with the exponent, so $\lVert f * h \rVert_r \le \lVert f \rVert_{p'} \lVert h \rVert_{q'} \le \lVert f
    \rVert_p \lVert h \rVert_q$.
    """,
)
