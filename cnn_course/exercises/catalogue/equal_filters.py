"""Filters that begin equal stay equal."""

from cnn_course.exercises.exercise import Prove

exercise = Prove(
    title="filters that begin equal",
    chapter="4-1",
    stars=3,
    minutes=35,
    goals=(2, 3),
    statement=r"""
    A network has two convolutional layers, with stride 1, no padding and one group,

    $$
    \begin{aligned}
    z_1 &= \mathrm{conv}(x, w_1) + b_1 , \\
    h &= \sigma(z_1) , \\
    y &= \mathrm{conv}(h, w_2) + b_2 ,
    \end{aligned}
    $$

    where $\sigma$ is differentiable and acts on each number alone, and a loss that is a differentiable function of $y$.
    It is trained by steps of gradient descent: from each parameter a fixed multiple $\eta$ of its gradient is
    subtracted. Call two channels $o$ and $o'$ of $h$ *twins* if $w_1[o] = w_1[o']$, $b_1[o] = b_1[o']$, and
    $w_2[q, o] = w_2[q, o']$ for all filters $q$ of the second layer.

    1. Prove: twins have equal gradients in $w_1[o]$ and $w_1[o']$, in $b_1[o]$ and $b_1[o']$, and in $w_2[q, o]$ and
       $w_2[q, o']$, for every batch. Conclude that they remain twins in every step.
    2. Suppose that all channels of $h$ are twins, and there are $O$ of them. Show that, whatever the steps, the network
       computes the same function as some network with a single channel in $h$.
    3. Let $\sigma(0) = 0$, and let all weights and biases be 0 at the beginning. Which of the four parameters
       $w_1$, $b_1$, $w_2$, $b_2$ can ever become different from 0?
    4. What does this say about how weights must be initialised? Is it enough that the *biases* of the first
       layer differ?
    """,
    hints=(
        "For 1: begin at the end. What is the gradient in h[n, o], written with w₂? Is it the same for twins?",
        "For 2: in y the channels of h occur only in a sum. What is the sum if they are all equal?",
        "For 3: go through the formulas of the gradients, one after the other. Which factors are 0?",
        "For 4: with different biases, is h[n, o] still equal to h[n, o']?",
    ),
    name="equal_filters",
    answer=r"""
    Let $g$ be the gradient in $y$. The idea: on the way forward twins compute the same, on the way back they receive
    the same, and all gradients are made of just these two things.

    *1.* Forward: $z_1[n, o]$ is computed from $x$, $w_1[o]$ and $b_1[o]$, by the same formula for each $o$. So
    $z_1[n, o] = z_1[n, o']$, and $h[n, o] = h[n, o']$ for all $n$. By the theorem on the gradients of a layer, with
    $p = 0$ and $s = d = 1$,

    $$
    \nabla_h[n, o, t, r] = \sum_{q, i, j} g[n, q, i, j]\; w_2[q, o, t - i, r - j]
    $$

    with the sum over all $q$ and those $i$, $j$ for which there is such a tap. The right side depends on $o$ through
    $w_2[q, o]$ only, so it is the same for $o'$. The gradient in $z_1$ is
    $\nabla_{z_1}[n, o] = \nabla_h[n, o] \odot \sigma'(z_1[n, o])$, of which both factors are equal for twins. Then

    - $\nabla_{w_1}[o, c, k, l]$ is the sum of $\nabla_{z_1}[n, o, i, j]\, x[n, c, i + k, j + l]$ over $n, i, j$,
    - $\nabla_{b_1}[o]$ is the sum of $\nabla_{z_1}[n, o, i, j]$ over $n, i, j$,
    - $\nabla_{w_2}[q, o, k, l]$ is the sum of $g[n, q, i, j]\, h[n, o, i + k, j + l]$ over $n, i, j$,

    and each depends on $o$ only through $\nabla_{z_1}[n, o]$ or $h[n, o]$. So they are equal for $o$ and $o'$. A step
    subtracts $\eta$ times equal gradients from equal parameters: they stay equal. By induction this holds after every
    number of steps.

    *2.* By 1 all channels are twins after every step. Then $h[n, o] = h[n, 0]$ and $w_2[q, o] = w_2[q, 0]$ for all
    $o$, and the sum over the channels in the second layer has $O$ equal terms:
    $y[n, q] = b_2[q] + O \cdot \mathrm{conv}(h[n, 0], w_2[q, 0])$. This is the network whose only channel has the
    filter $w_1[0]$ and the bias $b_1[0]$, and whose second weight is $O\, w_2[q, 0]$.

    *3.* Only $b_2$. We show by induction that $w_1$, $b_1$ and $w_2$ are 0 before each step. If they are, then
    $z_1 = 0$ and $h = \sigma(0) = 0$, so $\nabla_{w_2} = 0$, each of whose terms has a factor $h$. And $\nabla_h = 0$,
    each of whose terms has a factor $w_2$; hence $\nabla_{z_1} = 0$, $\nabla_{w_1} = 0$ and $\nabla_{b_1} = 0$. The
    step changes none of the three. The gradient in $b_2[q]$ is the sum of $g[n, q, i, j]$, which need not be 0.

    *4.* Weights must not begin equal, so that the channels are no twins; random numbers do this. Different biases
    alone break the symmetry in general, since then $z_1[n, o] \ne z_1[n, o']$, and $h$ differs if $\sigma$ takes
    different values there. But this is no guarantee. Let $\sigma$ be constant, or constant where $z \le 0$, with both
    channels of $z_1$ negative for all images of the training. Then $h[n, o] = h[n, o']$ in spite of the biases, and
    $\sigma'(z_1) = 0$ in both channels. So their weights and biases in the first layer never change, the gradients in
    $w_2[q, o]$ and $w_2[q, o']$ are equal, and the two channels do the same for ever. In other cases the symmetry is
    only broken late: with $\sigma(z) = \alpha z + \beta$ the gradients in $w_1[o]$ and $w_1[o']$ are equal in the first
    step, and differ as soon as $w_2[q, o]$ and $w_2[q, o']$ do.
    """,
    contains=(
        "twins have the same $z_1$ and $h$",
        "the gradient in $h$ by the formula of the layer, equal because $w_2[q, o] = w_2[q, o']$",
        "the factor $\\sigma'(z_1)$ is equal for twins",
        "the three gradients, each with the reason, and the induction over the steps",
        "2: the sum of $O$ equal terms, and the network with one channel",
        "3: only $b_2$, by induction, with the factors $h$ and $w_2$ that are 0",
        "4: random weights; different biases may break the symmetry, with a reservation",
    ),
    remark=r"""
    Nothing in the proof needs convolution but the formulas: in a dense layer, units that begin equal stay equal in the
    same way. The theorem holds for every rule that computes a parameter's step from the history of its own gradients,
    such as momentum or Adam, and with each batch. What may separate twins is chance on the way, such as dropout, which
    switches off channels at random.
    """,
)
