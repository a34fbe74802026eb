"""Which dense layers with channels commute with the shifts of a ring."""

from cnn_course.exercises.exercise import Prove

exercise = Prove(
    title="which dense layers commute with shifts",
    chapter="3-1",
    stars=3,
    minutes=40,
    goals=(1, 2, 4),
    statement=r"""
    Signals with $C$ channels live on a ring of $n$ positions. A dense layer without activation takes $x$, of shape
    $(C, n)$, to $z$, of shape $(O, n)$:

    $$ z[o, u] = b[o, u] + \sum_{c, t} A[o, u, c, t]\, x[c, t] . $$

    Let $S$ be the shift of all channels by one, $(S x)[c, u] = x[c, u - 1]$, with positions counted modulo $n$, and let
    $S$ denote the same shift for outputs.

    1. Prove: the layer commutes with $S$ if and only if each $b[o]$ is constant, and there are numbers $w[o, c, r]$,
       with $r$ modulo $n$, such that $A[o, u, c, t] = w[o, c, t - u]$. (So it is a circular cross-correlation with a
       matrix of kernels.)
    2. How many free numbers has the dense layer, and how many are left? How many, if besides each output may depend
       only on the positions $u, u + 1, \dots, u + m - 1$ of the input, with $m \le n$?
    3. Two layers of this kind, the first with $w'$ from $C$ to $D$ channels, the second with $w$ from $D$ to $O$, are
       applied one after the other, without activation and with biases 0. Prove that this is a layer of this kind, and
       find its kernels. If $w$ has $m$ taps $0, \dots, m - 1$ and $w'$ has $m'$, with $m + m' - 1 \le n$, how many taps
       has it? Compare the number of weights of the two layers with that of the one.
    """,
    hints=(
        "Put x = 0 first. What does the equation say about the bias?",
        "Then subtract the biases, and put in signals that are 1 at one position of one channel and 0 elsewhere.",
        "From A[o, u + 1, c, t + 1] = A[o, u, c, t] it follows that A depends on t - u only. Say why, on a ring.",
        "For the last part write out the second layer, put in the first, and give the sum of the two taps a name.",
    ),
    name="equivariant_dense",
    answer=r"""
    *1.* The idea is to test the equation on the zero signal, which shows the bias, and on unit signals, which show the
    weights. Let $T x = A x + b$ be the layer.

    Suppose $T S x = S T x$ for all $x$. With $x = 0$ this is $b = S b$, that is $b[o, u] = b[o, u - 1]$ for all $u$.
    So $b[o]$ is constant. As then $S(A x + b) = S A x + b$, the equation for any $x$ becomes $A S x = S A x$. Let
    $e_{c t}$ be 1 in channel $c$ at position $t$ and 0 elsewhere. Then $S e_{c t} = e_{c, t + 1}$, and $(A e_{c
    t})[o, u] = A[o, u, c, t]$. So the equation for $x = e_{c t}$ at $(o, u + 1)$ is

    $$ A[o, u + 1, c, t + 1] = A[o, u, c, t] , $$

    all positions modulo $n$. Put $w[o, c, r] = A[o, 0, c, r]$. Applying the equation $u$ times,
    $A[o, u, c, t] = A[o, 0, c, t - u] = w[o, c, t - u]$.

    Conversely let $A$ and $b$ be of this form. Then

    $$ (A S x)[o, u] = \sum_{c, t} w[o, c, t - u]\, x[c, t - 1] = \sum_{c, t} w[o, c, t - (u - 1)]\, x[c, t] , $$

    where $t + 1$ was written for $t$, which also runs once through the ring. This is $(A x)[o, u - 1] = (S A x)[o, u]$.
    Adding the constant $b[o]$ to both sides gives $T S x = S T x$.

    *2.* The dense layer has $O n \cdot C n$ weights and $O n$ biases. What is left are the numbers $w[o, c, r]$, $O C
    n$ of them, and $O$ biases; different choices give different layers, since $w$ is read off from $A$. If besides
    $A[o, u, c, t] = 0$ unless $t - u$ is one of $0, \dots, m - 1$ modulo $n$, there are $O C m$ weights and $O$
    biases.

    *3.* With $r = t - u$ the layer is $z[o, u] = \sum_{d, r} w[o, d, r]\, y[d, u + r]$, and
    $y[d, u] = \sum_{c, q} w'[d, c, q]\, x[c, u + q]$. Put together,

    $$ z[o, u] = \sum_{d, r, c, q} w[o, d, r]\, w'[d, c, q]\, x[c, u + r + q] = \sum_{c, p} v[o, c, p]\, x[c, u + p] $$

    with

    $$ v[o, c, p] = \sum_{d} \sum_{r} w[o, d, r]\, w'[d, c, p - r] , $$

    a product of matrices whose entries are kernels, multiplied by circular convolution. This is a layer of the same
    kind. If $w$ is zero outside the taps $0, \dots, m - 1$ and $w'$ outside $0, \dots, m' - 1$, a term of $v$ can
    only be different from zero for $0 \le p \le m + m' - 2$: there are $m + m' - 1$ taps, and as this is at most $n$,
    none of them meets another one on its way round the ring. The two layers have $O D m + D C m'$ weights, and the
    one has $O C (m + m' - 1)$. Which is less depends on the numbers: for $C = D = O$ and $m = m' = 3$ it is $6 C^2$
    against $5 C^2$; with a small $D$, say $D = 1$ and $C = O = 10$, it is $60$ against $500$.
    """,
    contains=(
        "uses $x = 0$ for the bias, and only then takes it away from the equation",
        r"derives $A[o, u + 1, c, t + 1] = A[o, u, c, t]$ from unit signals",
        "concludes that $A$ depends on $t - u$ modulo $n$ only, by applying this several times",
        "proves the converse, with the substitution of $t$ and a word on why the sum stays the same",
        "gives the numbers of weights and biases: $O C n^2$ and $O n$, then $O C n$ and $O$, then $O C m$ and $O$",
        "finds the kernels of the chain, $m + m' - 1$ taps, and compares $O D m + D C m'$ with $O C (m + m' - 1)$",
    ),
    remark=r"""
    The chapter proved that a constant bias is necessary if no filter is zero and the activation has no period but 0.
    Without an activation $x = 0$ is enough, whatever the weights. Between two layers there usually is an activation,
    and then the third part is wrong. A chain with a small $D$ is a layer of lower rank: it saves weights, and cannot
    do everything that the one layer can.
    """,
)
