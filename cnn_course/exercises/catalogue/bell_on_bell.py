"""How the widths of bells combine."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="blurring twice",
    chapter="1-1",
    stars=1,
    minutes=5,
    goals=(6,),
    statement=r"""
    A picture is blurred with a bell of standard deviation 5, and the result with one of standard deviation 12. Which
    standard deviation has the single bell with the same effect?

    Another picture has been blurred with a bell of standard deviation 8. With which standard deviation must it be
    blurred once more, to be blurred as if with 17 altogether? Set `bell_on_bell` to the two numbers.
    """,
    name="bell_on_bell",
    answer=(13, 15),
    wrong={
        (17, 9): "Standard deviations do not add up; their squares, the variances, do.",
        (13, 9): "The first is right. For the second, the same law backwards: subtract squares, not widths.",
        (17, 15): "The second is right. For the first, the same law forwards: add squares, not widths.",
        (169, 225): "These are the variances. The standard deviations are their square roots.",
        (13, 225): "The first is right. The second is a variance still: take the root.",
        (169, 15): "The second is right. The first is a variance still: take the root.",
        (12, 17): "The wider bell alone does not have the same effect: the narrower one makes it wider still.",
        (
            7,
            25,
        ): "The signs are exchanged. Blurring twice makes the bell wider, so the variances are added in the first "
        "question, and subtracted in the second.",
    },
    hints=(
        "Convolution is associative: blurring twice is convolving with the convolution of the two bells.",
        "For bells, the variances add up: the squares of the standard deviations.",
    ),
    remark=r"""
    $5^2 + 12^2 = 13^2$ and $17^2 - 8^2 = 15^2$. A bell of 5 hardly widens one of 12, and blurring with 8 is only a
    small part of blurring with 17.
    """,
)
