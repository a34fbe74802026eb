"""Two linear layers on top of each other are one."""

from cnn_course.exercises.exercise import Prove

exercise = Prove(
    title="two layers are one",
    chapter="3-2",
    stars=3,
    minutes=35,
    goals=(3, 4, 5),
    statement=r"""
    On one axis, a layer without padding, bias and dilation has the kernel $w$ of $k$ weights and the stride $s$. Its
    output goes, as it is, into a second such layer with the kernel $w'$ of $k'$ weights and the stride $s'$.

    1. Prove that the two together compute what a single layer without padding computes, with a kernel of
       $K = k + (k' - 1)s$ weights and the stride $ss'$. Which kernel is it?
    2. Prove that the numbers of outputs agree, for every $n$: either there is no window in both cases, or
       $n'' = \lfloor (n - K)/(ss') \rfloor + 1$. (If the first layer has no output, there is no output at all.)
    3. What can be said if the second layer has a padding of zeros? Give an example in which the single
       layer, with the kernel of part 1 and no matter which padding, has another first output, and say for which outputs
       1 remains true.
    """,
    hints=(
        "For 1, insert the formula of the first layer into that of the second, and collect the terms that belong to "
        "the same distance from the beginning of the window.",
        "For 2, a whole number may be moved into a floor. And the floor of a floor: why is it enough to round once at "
        "the end, if a is an integer and one divides by s and then by s'?",
        "For 3, compare the zero that the second layer adds with what the first layer would compute if its input went "
        "on with zeros.",
    ),
    name="two_layers_one",
    answer=r"""
    *1.* The idea is to insert one formula into the other. The first layer gives
    $z[t] = \sum_{v=0}^{k-1} w[v]\, x[ts + v]$, and the second

    $$
    \begin{aligned}
    y[u] &= \sum_{v'=0}^{k'-1} w'[v']\, z[us' + v'] \\
    &= \sum_{v'} \sum_v w'[v']\, w[v]\, x[u s s' + v' s + v] .
    \end{aligned}
    $$

    The positions $v's + v$ lie between 0 and $(k' - 1)s + k - 1 = K - 1$. Collect the terms with $v's + v = t$: this is
    a layer with the stride $ss'$ and the kernel

    $$ W[t] = \sum_{v'=0}^{k'-1} w'[v']\, w[t - v's] , \qquad 0 \le t \le K - 1 , $$

    where $w$ is zero outside of $0, \dots, k - 1$. It is the convolution of $w$ with $w'$, after $s - 1$ zeros have
    been put between neighbouring weights of $w'$.

    *2.* If $n < k$, the first layer has no output, and $K \ge k > n$, so the single layer has no window either. Let
    $n \ge k$. The first layer has $n' = \lfloor (n - k)/s \rfloor + 1$ outputs. Whole numbers may be moved into the
    floor, so

    $$ n' - k' = \Bigl\lfloor \frac{n - k - (k' - 1)s}{s} \Bigr\rfloor = \Bigl\lfloor \frac{n - K}{s} \Bigr\rfloor . $$

    The second layer has a window if and only if $n' - k' \ge 0$. A floor is at least 0 exactly if the number itself is,
    so this says $n \ge K$, which is the condition of the single layer. In this case

    $$ n'' = \Bigl\lfloor \frac{\lfloor (n - K)/s \rfloor}{s'} \Bigr\rfloor + 1 . $$

    It remains to show $\lfloor \lfloor a/s \rfloor / s' \rfloor = \lfloor a/(ss') \rfloor$ for integers $a \ge 0$. For
    an integer $q$: $q \le \lfloor a/s \rfloor / s'$ means $qs' \le \lfloor a/s \rfloor$. Since $qs'$ is an integer,
    this means $qs' \le a/s$, that is, $q \le a/(ss')$. So the same integers $q$ are at most the one and the other, and
    the largest of them is the same.

    *3.* Let $w = (1, 1)$ and $w' = (1, 1, 1)$, with strides 1, and let the second layer add one zero in front. Its
    first output is $0 + z[0] + z[1] = x[0] + 2x[1] + x[2]$. The kernel of the single layer is $(1, 1) * (1, 1, 1) =
    (1, 2, 2, 1)$. With the padding 0 its first output is $x[0] + 2x[1] + 2x[2] + x[3]$, with 1 it is
    $2x[0] + 2x[1] + x[2]$, with 2 it is $2x[0] + x[1]$, with 3 it is $x[0]$, and with more it is 0. None of these is
    the same. The reason: if the input went on with zeros, the first layer would have $z[-1] = x[0]$, and not 0.

    With the padding $p'$ the calculation of 1 holds, with $us' - p'$ in place of $us'$, for all outputs whose window in
    the second layer contains no added zero.
    """,
    contains=(
        "one formula inserted into the other, and the position $uss' + v's + v$",
        "the kernel $W$, as a sum or in words, with $K$ weights",
        r"$n' - k' = \lfloor (n - K)/s \rfloor$, and that no window fits in both cases together",
        r"a proof of $\lfloor \lfloor a/s \rfloor / s' \rfloor = \lfloor a/(ss') \rfloor$",
        "an example in which an added zero is not what the first layer would have computed, compared with every "
        "padding",
        "1 remains true for the outputs whose window meets no added zero",
    ),
    remark=r"""
    So without something nonlinear in between, a second layer adds nothing but a larger kernel. For $s \ge 2$ and
    $k' \ge 2$ not even all kernels of that size can be had: $K$ is at least $k + k'$, the number of weights in both,
    and a factor can be moved from $w$ to $w'$ without a change. With $k = k' = s = 2$, for instance, always
    $W[0]\, W[3] = W[1]\, W[2]$. For $s = 1$ it depends on the sizes: $(1, 0, 1)$ does not come from two kernels of 2
    weights, but every kernel of 4 comes from one of 2 and one of 3, since a real cubic has a real root. $K$ is the
    receptive field of the stack, and $ss'$ its step.
    """,
)
