"""How the widths of bells combine."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="blurring twice",
    chapter="1-1",
    stars=1,
    minutes=5,
    goals=(6,),
    statement=r"""
    A picture is blurred with a bell of area 1 and standard deviation 5, and the result with one of standard deviation
    12. Which standard deviation has the single bell with the same effect?

    Another picture has been blurred with a bell of standard deviation 8. With which standard deviation must it be
    blurred once more, to be blurred as if with 17 altogether?

    Behind a bell of standard deviation 1 a certain oscillation is half as high as before. Behind a bell of standard
    deviation 2, how many times lower than before is the same oscillation?

    You may use that the bell of area 1 and standard deviation $\sigma$ has the Fourier transform
    $e^{-2 \pi^2 \sigma^2 v^2}$, and that no other bell has this transform. Set `bell_on_bell` to the three numbers.
    """,
    name="bell_on_bell",
    answer=(13, 15, 16),
    wrong={
        (17, 9, 4): "Neither standard deviations nor factors combine in this way. By the convolution theorem the "
        "transforms are multiplied: their exponents, with the squares of the standard deviations, add up.",
        (17, 9, 16): "The last is right. Standard deviations do not add up; their squares, the variances, do.",
        (13, 9, 16): "All but the second are right. There it is the same law backwards: subtract squares, not widths.",
        (17, 15, 16): "All but the first are right. There it is the same law forwards: add squares, not widths.",
        (169, 225, 16): "The first two are variances. The standard deviations are their square roots.",
        (13, 15, 4): "The first two are right. With twice the standard deviation, the exponent is multiplied by 4: "
        "1/2 to the power 4. What you have is the result for the bell of standard deviation 1, used twice.",
        (13, 15, 2): "The first two are right. A wider bell weakens the oscillation more than a narrow one does. What "
        "happens to the exponent when the standard deviation is doubled?",
        (13, 15, 1 / 16): "The first two are right. The last number is the factor itself; asked for is how many times "
        "lower the oscillation is, the number by which it has been divided.",
        (13, 15, 8): "The first two are right. The exponent contains the square of the standard deviation: it is "
        "multiplied by 4, not by 3.",
        (
            7,
            25,
            16,
        ): "The signs are exchanged. Blurring twice makes the bell wider, so the variances are added in the first "
        "question, and subtracted in the second.",
    },
    hints=(
        "Blurring twice multiplies every oscillation by the factors of both bells. What is the product of their "
        "transforms?",
        "The exponents add up, so the squares of the standard deviations do.",
        "With twice the standard deviation, the exponent is four times as large. What does this make of the factor "
        "1/2?",
    ),
    remark=r"""
    The product of the transforms is $e^{-2 \pi^2 (\sigma_1^2 + \sigma_2^2) v^2}$, the transform of one bell: $5^2 +
    12^2 = 13^2$ and $17^2 - 8^2 = 15^2$. In the last question $e^{-2 \pi^2 v^2} = \frac12$, so the wider bell has the
    factor $e^{-2 \pi^2 \cdot 4 v^2} = \bigl( \frac12 \bigr)^4 = \frac1{16}$. This is also what four blurs with the
    narrow bell would do, since $1 + 1 + 1 + 1 = 2^2$.
    """,
)
