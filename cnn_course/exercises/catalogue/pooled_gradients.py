"""Gradients of two poolings with overlapping windows, a tie and a value that is left over."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="gradients of two poolings",
    chapter="4-2",
    stars=1,
    minutes=15,
    goals=(2,),
    statement=r"""
    The row $(2, 5, 7, 7, 1, 7, 3, 9)$ is pooled with windows of 3 values and stride 2. The upstream gradient is $g =
    (6, 9, -3)$. Positions count from 0. Set `pooled_gradients` to six numbers:

    - for max-pooling in which the first of several equal maxima takes all: the gradient at position 2, and the one at
      position 3;
    - for max-pooling in which equal maxima get equal shares: the gradient at position 3;
    - for average pooling: the gradient at position 2, the one at position 4, and the sum of the whole gradient.
    """,
    name="pooled_gradients",
    answer=(15, 0, 4.5, 5, 2, 12),
    wrong={
        (9, 0, 4.5, 5, 2, 12): "Position 2 is the maximum of two windows. The second number does not replace the "
        "first one: a rise there raises both outputs.",
        (6, 9, 4.5, 5, 2, 12): "In the second window two values are equal. The first of them takes all, and not the "
        "last.",
        (15, 9, 4.5, 5, 2, 12): "Both of two equal maxima have got the full amount of their window. If the first "
        "takes all, nothing is left for the second.",
        (9, 9, 4.5, 5, 2, 12): "Position 2 belongs to two windows, whose numbers are added; and in the second window "
        "the first of the two equal maxima takes all.",
        (15, 0, 9, 5, 2, 12): "Two maxima that share a number get half of it each.",
        (15, 0, 7.5, 5, 2, 12): "Position 3 takes part in the tie of the second window only. In the first window "
        "there is one maximum, and it shares with nobody.",
        (15, 0, 0, 5, 2, 12): "With equal shares, position 3 gets something: it is one of the two maxima of the "
        "second window.",
        (15, 0, 4.5, 3, -1, 12): "Positions 2 and 4 lie in two windows each. With the mean, too, the contributions "
        "are added.",
        (15, 0, 4.5, 2, 3, 12): "These are the means of windows side by side. With stride 2 the windows begin at 0, 2 "
        "and 4, and overlap.",
        (15, 0, 4.5, 15, 6, 36): "A value has a share of one third in the mean of its window, and so it gets a third "
        "of the window's number.",
        (15, 0, 4.5, 15, 6, 12): "The sum is right. A single value gets a third of the number of each of its windows, "
        "and not all of it.",
        (15, 0, 4.5, 5, 2, 4): "Each of the three values of a window gets a third of its number. What is the sum of "
        "these three thirds?",
        (15, 0, 4.5, 5, 2, 36): "The sum counts each window three times. Its number is divided among three values, "
        "whose shares add up to the number itself.",
        (15, 0, 4.5, -1, 0, 5): "These are the windows that begin at a position or after it. The windows that contain "
        "a position begin at it or before it.",
        (15, 0, 4.5, -1, 0, 12): "The sum is right. The two numbers before it come from windows that begin at the "
        "position or after it; those that contain it begin at it or before it.",
        (15, 0, 4.5, 5, 2, 18): "The numbers of g are added with their signs: the last of them is negative.",
    },
    hints=(
        "Write down the three windows, with the positions of their values. One value lies in none of them.",
        "For each position that is asked for: in which windows does it lie, and of which is it the maximum?",
    ),
    remark=r"""
    The windows are the positions 0 to 2, 2 to 4 and 4 to 6, with the values $(2, 5, 7)$, $(7, 7, 1)$ and $(1, 7, 3)$.
    Position 2 is the maximum of the first window and the first maximum of the second: $6 + 9$. With equal shares,
    position 3 gets half of 9. The means give $\frac13 (6 + 9)$ and $\frac13 (9 - 3)$. All shares together are $6 + 9 -
    3$. The 9 at the end of the row, the largest of all values, lies in no window, and gets nothing.
    """,
)
