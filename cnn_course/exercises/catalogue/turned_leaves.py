"""Which maxima over turned pictures are invariant."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="leaves that lie as they like",
    chapter="3-3",
    stars=2,
    minutes=25,
    goals=(5, 6),
    statement=r"""
    Photographs of leaves are to be sorted, and a leaf may lie in any direction. The pictures are square, and $f$ is
    some number computed from a picture. To make it independent of the direction, five students take the largest value
    of $f$

    - Anna: of the picture and the picture turned by 180°;
    - Ben: of the picture turned by 0°, 90°, 180° and 270°, as in the chapter;
    - Clara: of Ben's four pictures and of their four mirror images;
    - Dora: as Ben does, but each picture of $64 \times 64$ pixels first goes through max-pooling with windows of $2
      \times 2$ and stride 2, and $f$ is computed from the smaller picture;
    - Emil: as Dora does, with pictures of $65 \times 65$ pixels, whose last row and column the pooling leaves out.

    1. Ben's number is the same for every picture and for the same picture turned by 90°, whatever $f$ is. Whose number
       is so, too, of the other four? Prove it, or give a counterexample. A small one will do.
    2. Dora and Emil could save work by turning the small picture instead of the large one. May they? For Emil it is
       enough to look at $3 \times 3$ pixels.
    3. Ben wants more, and takes the eight turns by multiples of 45°. Where the turned pixels do not meet the old ones
       he interpolates. Is his number now invariant under turns by 45°?
    4. Name a pair of leaves that Clara can no longer tell apart and Ben, with a suitable $f$, can.
    """,
    hints=(
        "Which of the sets of transformations are groups, and does the turn by 90° belong to each of these groups?",
        "For Dora and Emil: does a turn by 90° take the windows of the pooling to windows?",
        "For the third question: are two turns by 45° of an array of pixels the same as one by 90°?",
    ),
    name="turned_leaves",
    answer=r"""
    Let $R$ be the turn by 90°.

    *1. Anna's* is not. Her two transformations $1$ and $R^2$ are a group, because $R^4 = 1$, but $R$ is not in it: her
    number is invariant under the turn by 180°, and only that is promised. Let $f(x)$ be the pixel in the upper left
    corner. Then $f(R^2 x)$ is the pixel of $x$ in the lower right corner. Let $x$ be 1 in the upper left corner and 0
    elsewhere. Anna gets 1 for $x$. $R x$, turned anticlockwise as by `np.rot90`, is 1 in the lower left corner only,
    and Anna gets 0.

    *Clara's* is. The turns and mirrorings of a square are a group of eight, which contains $R$.

    *Dora's* is: with $f \circ P$ in place of $f$, for the pooling $P$, it is Ben's number, the largest of
    $f(P R^k x)$, $k = 0, \dots, 3$. Nothing about $P$ is needed for this, so *Emil's* is, too.

    *2.* Dora may. As 64 is even, the windows cover the picture exactly, and a turn by 90° takes each window to a
    window. So $P R = R P$, and $f(R^k P x) = f(P R^k x)$ for each $k$.

    Emil may not: of 65 rows and columns pooling leaves out the last ones, and after
    a turn these are others. With $3 \times 3$ pixels, $P$ gives one number, the maximum of the upper left $2 \times 2$
    pixels, which no turn of the small picture changes. For a picture that is 1 in the lower right corner and 0
    elsewhere it is 0, and for the picture turned by 180° it is 1. So with turned small pictures Emil's number is not
    invariant.

    *3.* Only approximately. Turns of the plane by multiples of 45° are a group, but those of arrays with interpolation
    are not: corners leave the square, and interpolation blurs, so that two turns by 45° are not the turn by 90°, and
    not every array can be turned back exactly.

    *4.* A leaf and its mirror image, if it is not symmetric: the two have the same eight pictures. Ben's four pictures
    of the one are in general not those of the other.
    """,
    contains=(
        "Anna's set is a group, but does not contain the turn by 90°, with a counterexample",
        "Clara's eight transformations are a group that contains the turn by 90°",
        r"Dora's and Emil's numbers are Ben's, for $f \circ P$: invariance needs nothing of $P$",
        "for 64 pixels a turn takes windows to windows, so that pooling and turning commute",
        "for 65 pixels a row and a column are left out, and a turn makes them others; an example",
        "arrays turned by 45° with interpolation form no group",
        "mirror images: a leaf that is not symmetric",
    ),
    remark=r"""
    A maximum over a group repairs *every* $f$, also one that begins with a pooling which does not commute with turns.
    What it does not repair is the shortcut of turning the result of the pooling.
    """,
)
