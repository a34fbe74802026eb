"""Numbers that are known before a training begins."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="six numbers before the first step",
    chapter="4-3",
    stars=2,
    minutes=15,
    goals=(1, 2, 4, 6),
    statement=r"""
    Set `training_numbers` to six numbers.

    1. A convolution leads from 16 channels to 32, with kernels of $3 \times 3$, and a relu follows. Its weights are to
       keep the mean square of what goes forward. What is 1 divided by their variance?
    2. Twelve layers of equal width $n$, with relu and without biases, have weights with the variance $4 / n$. By which
       factor is the mean square of the last layer's $z$ expected to be larger than that of the first layer's?
    3. The Hessian of a quadratic loss has the eigenvalues 1, 4 and 9. By which factor does the distance to the minimum
       shrink in a step of plain gradient descent, in the worst direction, at the best constant rate?
    4. On the same loss, what is the best momentum $\mu$?
    5. The weight before a batch normalisation with $\varepsilon = 0$ is multiplied by 3. By which number must its own
       rate be multiplied, so that a step of plain SGD without decay leads to the same function as without this?
    6. A network errs with probability 1 % on each of 9,900 independent test images. What is the standard deviation of
       its measured error, in percent?
    """,
    name="training_numbers",
    answer=(144 / 2, 2048, 0.8, 0.25, 9, 0.1),
    wrong={
        (144, 2048, 0.8, 0.25, 9, 0.1): "Each output adds up 144 products, but the relu takes away half of the mean "
        "square, and the variance has to make up for it.",
        (9 * 32 / 2, 2048, 0.8, 0.25, 9, 0.1): "These are the numbers of the way back: how many outputs read an input. "
        "Forwards it counts how many products one output adds up.",
        (8, 2048, 0.8, 0.25, 9, 0.1): "An output adds up the products of all positions of the kernel, not one for each "
        "channel.",
        (4.5, 2048, 0.8, 0.25, 9, 0.1): "An output adds up the products of all its input channels, not of one.",
        (72, 4096, 0.8, 0.25, 9, 0.1): "How many layers lie between the first z and the last one?",
        (72, 4**11, 0.8, 0.25, 9, 0.1): "The relu halves the mean square between two layers.",
        (72, 4**12, 0.8, 0.25, 9, 0.1): "The relu halves the mean square between two layers; and how many layers lie "
        "between the first z and the last one?",
        (72, 2048, 0.2, 0.25, 9, 0.1): "The rate is right. The factor is what is left of the distance after the step.",
        (72, 2048, 8 / 9, 0.25, 9, 0.1): "At the rate 1/9 this is the factor of the flat direction. A larger rate is "
        "better: the steep direction may overshoot, as long as it is no worse than the flat one.",
        (72, 2048, 0.5, 0.25, 9, 0.1): "This is the factor with the best momentum. The third question is about plain "
        "gradient descent.",
        (72, 2048, 0.8, 0.5, 9, 0.1): "This is the factor by which the distance shrinks. The momentum is its square.",
        (72, 2048, 0.8, 0.64, 9, 0.1): "It is the root of the condition number that counts with momentum.",
        (72, 2048, 0.8, 0.25, 3, 0.1): "The weights are three times as large, and the gradient is not the same as "
        "before either.",
        (72, 2048, 0.8, 0.25, 1 / 9, 0.1): "The other way round: the gradient has become smaller and the weights "
        "larger, so that a step of the old rate turns them by less.",
        (72, 2048, 0.8, 0.25, 1 / 3, 0.1): "The gradient alone has become a third. To turn the larger weights by the "
        "same angle, should the step be longer or shorter?",
        (72, 2048, 0.8, 0.25, 1, 0.1): "The function is the same, but neither the gradient nor the length of the "
        "weights is.",
        (72, 2048, 0.8, 0.25, 9, 0.001): "The last number is right, as a share. In percent it is another.",
        (72, 2048, 0.8, 0.25, 9, 0.01): "The variance of a mean falls with the number of images, so the standard "
        "deviation falls with its root. What is the variance of a single answer, and how many percent are 0.001?",
    },
    hints=(
        "1 and 2: a layer multiplies the mean square of z by half of the number of products times the variance.",
        "3 and 4: the middle eigenvalue does not matter.",
        "5: what does a step of the rate eta change in w, relative to the length of w?",
    ),
    remark=r"""
    $2 / (16 \cdot 9) = 1/72$. Eleven layers lie between the first $z$ and the last, and each doubles the mean square:
    $2^{11} = 2048$. With $\kappa = 9$ the factor is $\frac{8}{10}$ at the rate $\frac{2}{10}$, and with
    $\sqrt\kappa = 3$ the momentum is $(\frac{2}{4})^2$. The effective rate is $\eta / \lVert w \rVert^2$. And
    $\sqrt{0.01 \cdot 0.99 / 9900} = \sqrt{10^{-6}}$ is $0.1$ %: two networks of this kind often differ by as much
    without being different.
    """,
)
