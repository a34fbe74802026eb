"""How far a shift moves a signal in l2, by hand."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="how far a shift moves a signal",
    chapter="2-2",
    stars=1,
    minutes=15,
    goals=(4,),
    statement=r"""
    Signals on a circle of 12 positions are shifted by $\tau$. How large is

    $$ q = \frac{\lVert x - S_\tau x \rVert^2}{\lVert x \rVert^2} $$

    (the *square* of the relative change) for

    - $x = (1, 0, -1, 1, 0, -1, 1, 0, -1, 1, 0, -1)$ and $\tau = 1$;
    - the same signal and $\tau = 6$;
    - an impulse and $\tau = 5$;
    - $x = (3, 1, 3, 1, \dots, 3, 1)$ and $\tau = 1$;
    - the first signal after a mean of neighbours, $y[u] = \frac12 (x[u] + x[u + 1])$, and $\tau = 1$, measured against
      $x$: $\lVert y - S_1 y \rVert^2 / \lVert x \rVert^2$?

    Set `moved_stripes` to the tuple of the five numbers.
    """,
    name="moved_stripes",
    answer=(3, 0, 2, 0.8, 0.75),
    wrong={
        (3, 0, 2, 0.8, 3): "All is right but the last number, which compares the change with y. The question compares "
        "it with x, whose norm is larger: smoothing has taken away three quarters of its square.",
        (3, 0, 2, 4, 0.75): "The fourth number is not right: each difference is 2, but the values are 3 and 1, whose "
        "squares are 5 on average. Only the part that alternates moves; the mean 2 stays.",
        (3, 0, 2, 1, 0.75): "The fourth number is not right. Divide by the squares of the values, 9 and 1, and not by "
        "the square of their mean.",
        (1.7321, 0, 1.4142, 0.8944, 0.8660): "These are the relative changes. Their squares are asked for.",
        (3, 3, 2, 0.8, 0.75): "The second number is not right. The stripes have the period 3: where does a shift by 6 "
        "bring them?",
        (3, 4, 2, 0.8, 0.75): "The second number is not right. The stripes have the period 3, and a shift by 6 does "
        "not make black of white.",
        (2, 0, 2, 0.8, 0.75): "The first number is not right. The shifted signal is (-1, 1, 0, ...): among three "
        "differences one is 2, and its square is 4.",
        (3, 0, 0, 0.8, 0.75): "The third number is not right. The impulse vanishes at one position and appears at "
        "another: two values change by 1 each.",
        (3, 0, 1, 0.8, 0.75): "The third number is not right. Two values change by 1 each: at the position that the "
        "impulse leaves and at the one that it reaches.",
        (3, 0, 10, 0.8, 0.75): "The third number is not right. How far the impulse moves makes no difference: two "
        "values change by 1 each.",
        (1.5, 0, 1, 0.4, 0.375): "Four of the five are too small by the factor 2, as if only values that grow were "
        "counted. A difference of either sign counts with its square.",
    },
    hints=(
        "Write the signal and the shifted one below each other, and add up the squares of the differences.",
        "For the fourth, one difference is 2 or -2, everywhere; and what is the sum of the squares of the values?",
        "The mean of neighbours makes (1/2, -1/2, 0, ...) of the first signal.",
    ),
    remark=r"""
    An impulse that moves has no overlap with what it was: $q = 2$, as for two images that have nothing to do with each
    other. Stripes can do worse, if they meet the opposite of what they are; nothing can do worse than 4. And a shift by
    a multiple of their period they do not notice. A grey background hides a move: 0.8, where the alternating part alone
    would give 4. The mean of neighbours takes the square of the change from 3 to 0.75, because it has left a quarter of
    the square of these stripes.
    """,
)
