"""A residual network whose bodies begin with nothing."""

from cnn_course.exercises.exercise import Prove

exercise = Prove(
    title="bodies that begin in silence",
    chapter="5-5",
    stars=3,
    minutes=40,
    goals=(3, 4),
    statement=r"""
    Many programs set the weight of the *last* batch norm of each body to 0 before training. Let $L$ blocks compute

    $$
    \begin{aligned}
    x_{l + 1} &= \max(z_l, 0) , \\
    z_l &= x_l + \gamma_l \odot n_l(x_l) + \beta_l ,
    \end{aligned}
    $$

    where $x_0 \ge 0$, $n_l$ is all of the body up to the normalised output of its last batch norm, differentiable at
    $x_l$, and $\gamma_l$, $\beta_l$ have one number for each channel. The relu has the derivative 1 for positive
    arguments and 0 otherwise. At the start $\gamma_l = 0$ and $\beta_l = 0$ for all $l$. Let $g_l$ be the gradient in
    $x_l$ of a loss that depends on $x_L$ only. Prove:

    1. At the start $x_L = x_0$, whatever the weights inside of the $n_l$ are.
    2. Then $g_l = g_L \odot [x_0 > 0]$ for all $l < L$: nothing explodes or vanishes, at any depth, with batch norm
       and without.
    3. The gradients in all weights inside of the $n_l$ are 0. That in $\gamma_l[c]$ is the sum of $g_L\, [x_0 > 0]\,
       n_l(x_0)$ over all images and positions of the channel $c$, and that in $\beta_l[c]$ the same without $n_l$.
    4. Suppose that instead *all* weights of the body are 0 at the start, those of its convolutions as well, that
       $\varepsilon > 0$ in the batch norms, and that a body is convolution, batch norm, relu, convolution, batch norm
       with all $\gamma$ and $\beta$ equal to 0. Which parameters of the body can SGD ever change?

    Are the bodies in 3 silent for ever? Compare with 4.
    """,
    hints=(
        "For 2: what is the Jacobian of the body when gamma is 0? Write the backward pass of the block.",
        "For 3: every way from a weight inside to the loss leads through the product with gamma.",
        "For 4: follow the zeros forwards to each batch norm, and the gradients back. Which parameter has a gradient "
        "that needs neither a weight nor an activation of the body?",
    ),
    name="silent_branches",
    answer=r"""
    The idea: with $\gamma_l = 0$ the body gives 0 and hands back 0, but the derivative in $\gamma_l$ itself has
    $n_l(x_l)$ as its factor, not $\gamma_l$.

    *1.* $z_l = x_l + 0 \odot n_l(x_l) + 0 = x_l$. If $x_l \ge 0$ then $x_{l + 1} = \max(x_l, 0) = x_l \ge 0$. By
    induction $x_L = \dots = x_0$.

    *2.* Let $g_{l + 1}$ arrive. In $z_l$ the gradient is $g^z_l = g_{l + 1} \odot [z_l > 0] = g_{l + 1} \odot [x_0 >
    0]$. The body has the Jacobian $\operatorname{diag}(\gamma_l)$ times that of $n_l$, which is 0. So $g_l = g^z_l$.
    From the end on: $g_{L - 1} = g_L \odot [x_0 > 0]$, and further factors $[x_0 > 0]$ change nothing, because
    $[\cdot]^2 = [\cdot]$. No batch norm has been used, and no size of any weight.

    *3.* Let $\theta$ be a weight inside of $n_l$. The loss depends on it through $\gamma_l \odot n_l$ only, so its
    gradient is $\sum g^z_l\, \gamma_l\, \partial n_l / \partial \theta = 0$. As $z_l$ has the derivative $n_l(x_l)$ in
    $\gamma_l[c]$ at the positions of the channel $c$, and 1 in $\beta_l[c]$, the chain rule gives the sums, with $g^z_l
    = g_L \odot [x_0 > 0]$ by 2.

    *4.* The first convolution gives 0, so the normalised output of its batch norm is $0 / \sqrt{\varepsilon} = 0$, with
    $\gamma = \beta = 0$ the batch norm gives 0, then relu, convolution and the normalised output of the last batch norm
    give 0. So $n_l = 0$, and the gradient in the last $\gamma_l$ is 0; in the last $\beta_l$ it is the sum of $g^z_l$,
    in general not 0. All gradients further inside have $\gamma_l = 0$ as a factor. After a step only $\beta_l$ has
    changed. The situation is the same as before: $\gamma_l = 0$ and $n_l = 0$, since $n_l$ does not contain
    $\beta_l$, and whatever $x_l$ is, the first convolution makes 0 of it. By induction over the steps SGD, with
    momentum or decay or without, changes the last $\beta_l$ only. The body remains a constant for each channel.

    *Comparison.* In 3 the bodies are not silent for ever. After the first step $\gamma_l \ne 0$ in general, because
    $n_l(x_0)$ is not 0: its weights are random. From then on the factor in front of the gradients inside is not 0
    either. One of two factors may be 0 at the start, but not both.
    """,
    contains=(
        r"$x_l = x_0$ by induction, with $x_0 \ge 0$ used for the relu",
        r"the Jacobian of the body is 0, and the masks $[x_0 > 0]$ do not add up",
        r"gradients inside have the factor $\gamma_l = 0$",
        r"the sums for $\gamma_l$ and $\beta_l$ by the chain rule",
        r"in 4: $n_l = 0$, so the gradient in $\gamma_l$ is 0, too; only the last $\beta_l$ changes",
        "in 4: the induction over the steps, that the situation repeats itself",
        r"in 3 the bodies wake up after the first step, because $n_l \ne 0$",
    ),
    remark=r"""
    So the network begins as a short one, and grows deeper as the training goes on. The first steps move only the
    $\gamma_l$ and $\beta_l$ of the bodies, and what is outside of the blocks.
    """,
)
