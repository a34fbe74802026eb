"""Worst and typical gains of chains, by hand."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="the gains of a chain",
    chapter="2-2",
    stars=1,
    minutes=15,
    goals=(1, 2),
    statement=r"""
    Five questions, a number each.

    1. A network of convolutions, relu and max-pooling has 3 layers with weights and no biases. At some image its worst
       gain is 5. All weights are multiplied by 2. What is the worst gain now?
    2. At another image the *typical* gain of the same network, the root of the mean square, was 0.5. What is it after
       all weights have been multiplied by 2?
    3. $A$ is the diagonal matrix with the entries $3, 1, 1, 1, 1, 1, 1, 1, 1$: nine in all. How many times as large as
       the typical gain is its worst gain? Give $\lVert A \rVert / \bigl( \lVert A \rVert_F / \sqrt 9 \bigr)$, to two
       decimals.
    4. A layer multiplies the first of two numbers by 4 and the second by 1, the next one exchanges the two, and the
       third does the same as the first. What is the worst gain of the chain?
    5. What does the product of the three norms say in question 4?

    Set `gains_of_a_chain` to the tuple of the five numbers.
    """,
    name="gains_of_a_chain",
    answer=(40, 4, 2.18, 4, 16),
    wrong={
        (10, 1, 2.18, 4, 16): "The first two numbers are not right. Each of the three layers has the factor 2, and the "
        "factors multiply.",
        (30, 3, 2.18, 4, 16): "The first two numbers are not right. The factors of the three layers multiply, they do "
        "not add up.",
        (
            40,
            0.5,
            2.18,
            4,
            16,
        ): "All is right but the second number. Larger weights make every direction's gain larger, "
        "not only the worst one.",
        (
            40,
            4,
            9,
            4,
            16,
        ): "The third number is not right. It is 9 = 3 * sqrt(9) only if all other entries are 0. Their "
        "squares count in the Frobenius norm: 9 + 8 = 17.",
        (
            40,
            4,
            0.73,
            4,
            16,
        ): "The third number is not right: the factor sqrt(9) is missing. The mean of the squared gain "
        "is the square of the Frobenius norm divided by 9.",
        (
            40,
            4,
            3,
            4,
            16,
        ): "The third number is not right. The typical gain is larger than 1, because the entry 3 counts in it, too.",
        (
            40,
            4,
            2.18,
            16,
            16,
        ): "The fourth number is not right. What the first layer multiplies by 4 stands in the second "
        "place when the third layer comes, and is multiplied by 1 there.",
        (40, 4, 2.18, 4, 4): "The fifth number is not right. The norms are 4, 1 and 4.",
        (40, 4, 2.18, 4, 8): "The fifth number is not right. The norms 4, 1 and 4 are multiplied.",
    },
    hints=(
        "A factor 2 passes through relu and through a maximum, and the next layer adds its own.",
        "For the third: the sum of the squares of all entries, and its root.",
        "For the fourth: follow (1, 0) and (0, 1) through the three layers.",
    ),
    remark=r"""
    $5 \cdot 2^3 = 40$ and $0.5 \cdot 2^3 = 4$: at each image the factor is the same. In the third question $3 \cdot 3 /
    \sqrt{17} = 2.18$. In the fourth, $(1, 0)$ becomes $(4, 0)$, $(0, 4)$, $(0, 4)$, and $(0, 1)$ becomes $(0, 1)$, $(1,
    0)$, $(4, 0)$. Every direction has the gain 4, while the product of the norms allows 16: the direction that the
    first layer stretches is not the one that the third layer stretches.
    """,
)
