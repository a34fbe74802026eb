"""Squared distances from three codes, and the logits that say the same."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="distances and logits by hand",
    chapter="5-1",
    stars=2,
    minutes=15,
    goals=(4,),
    statement=r"""
    Three classes have the codes $\gamma_0 = (1, 1, 1, 1)$, $\gamma_1 = (1, -1, 1, -1)$ and
    $\gamma_2 = (3, 0, 0, -1)$. The features of an image are $x = (2, 0, 1, -1)$. The noise has the variance
    $\tau^2 = 2$.

    Set `nearest_code` to seven numbers:

    1. to 3. the squared distances of $x$ from the three codes;
    4. to 6. the logits $z_0, z_1, z_2$ of a linear layer, with its bias, whose softmax gives the probabilities of the
    classes; of the many possible ones take those that do not contain $\lVert x \rVert^2$;
    7. the class that would win if the biases of this layer were left out.
    """,
    name="nearest_code",
    answer=(6, 2, 2, 0, 1, 1, 2),
    wrong={
        (6, 2, 2, -1.5, -0.5, -0.5, 2): "The logits have the right differences, but contain the squared norm of x: "
        "expand the square, and leave out what all classes share.",
        (6, 2, 2, 1, 2, 3.5, 2): "These logits have no biases. The codes have different norms.",
        (6, 2, 2, 0, 2, 2, 2): "The logits are too large by a factor of 2: the distances are divided by twice the "
        "variance.",
        (6, 2, 2, 0, 1, 1, 1): "All right but the last. Without the biases the inner products decide: 2, 4 and 7.",
        (6, 2, 2, 0, 1, 1, 0): "All right but the last. Leave the biases out of your logits, and compare again.",
        (6, 2, 2, -2, -4, -7, 2): "A large inner product means a small distance: the logit grows with it.",
        (6, 2, 2, 3, 1, 1, 2): "A small distance should have a large logit.",
        (6**0.5, 2**0.5, 2**0.5, 0, 1, 1, 2): "Asked for are the squared distances.",
    },
    hints=(
        "The differences from the first code are 1, -1, 0 and -2.",
        "The logit is the inner product of code and features, divided by the variance, minus the squared norm of the "
        "code, divided by twice the variance.",
        "The squared norms of the codes are 4, 4 and 10.",
    ),
    remark=r"""
    The inner products are 2, 4 and 7, and the squared norms of the codes 4, 4 and 10. So the logits are
    $\frac22 - \frac44 = 0$, $\frac42 - \frac44 = 1$ and $\frac72 - \frac{10}{4} = 1$: the classes 1 and 2 are equally
    probable, as their distances are equal. Without the biases class 2 would win, only because its code is longer. As a
    check, $\lVert x \rVert^2 = 6$, and $-\frac{d_i}{4} + \frac64$ is 0, 1 and 1.
    """,
)
