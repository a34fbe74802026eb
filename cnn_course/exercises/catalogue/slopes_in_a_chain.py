"""Products of slopes along a chain of tanh units and of relu units."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="slopes in a chain",
    chapter="5-2",
    stars=1,
    minutes=10,
    goals=(5,),
    statement=r"""
    Four units stand in a chain: each reads the output of the one before, times a weight, plus a bias. All four weights
    are 2. For one input the outputs of the units, after the activation, are $0.6$, $-0.8$, $0.8$ and $0$ if the
    activation is tanh. In a second chain the weights are 2 as well and the activation is relu; for one input the
    outputs are $3$, $0.5$, $40$ and $1$.

    1. By which factor does the derivative of the last output in the input differ, in the first chain, from the product
       of the weights? (That is: what is the product of the four slopes?)
    2. What is the derivative of the last output in the input, in the second chain?
    3. The input of the second chain and all its biases are multiplied by 10. What is the derivative now?
    4. In the second chain another input gives the outputs $3$, $0$, $40$ and $1$, where the pre-activation of the
       second unit is negative. What is the derivative?

    Set `slopes_in_a_chain` to the four numbers, the first one to six decimals.
    """,
    name="slopes_in_a_chain",
    answer=(0.082944, 16, 16, 0),
    wrong={
        (1.327104, 16, 16, 0): "The first number is not right. It is the derivative itself; the question is for the "
        "slopes without the weights.",
        (0.0, 16, 16, 0): "The first number is not right. The slope of tanh where its output is 0 is 1, not 0.",
        (0.016, 16, 16, 0): "The first number is not right. The slope is 1 minus the square of the output, not 1 "
        "minus its modulus.",
        (0.147456, 16, 16, 0): "The first number is not right. Two of the outputs have the modulus 0.8, not 0.6.",
        (0.082944, 1, 1, 0): "The second and the third number are not right. The weights are factors of the "
        "derivative, too.",
        (0.082944, 8, 8, 0): "The second and the third number are not right. There are four weights, as the first unit "
        "multiplies its input as well.",
        (0.082944, 960, 960, 0): "The second number is not right. The slope of relu is 1 for each positive output, "
        "however large it is.",
        (0.082944, 16, 160, 0): "The third number is not right. All numbers in the chain are 10 times as large, and so "
        "is the output. The derivative is the quotient of the two changes.",
        (0.082944, 16, 16, 8): "The fourth number is not right. A slope of 0 is a factor, and makes the product 0.",
        (0.082944, 16, 16, 16): "The fourth number is not right. One unit has the slope 0 there: nothing passes.",
    },
    hints=(
        "By the chain rule the derivative is the product of all weights and all slopes.",
        "The slope of tanh is 1 minus the square of its output; that of relu is 1 where the output is positive.",
    ),
    remark=r"""
    The slopes of tanh are $0.64$, $0.36$, $0.36$ and $1$, together $0.082944$: a twelfth of the gradient is left after
    four units that are not even saturated. With relu the derivative is $2^4 = 16$. Multiplying all inputs and biases by
    10 multiplies each pre-activation by 10, and no slope changes. If one unit is switched off, nothing passes along
    this chain; in a network there are others.
    """,
)
