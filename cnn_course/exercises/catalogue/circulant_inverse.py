"""The inverse of a circulant matrix is circulant."""

from cnn_course.exercises.exercise import Prove

exercise = Prove(
    title="to undo a convolution is a convolution",
    chapter="1-4",
    stars=2,
    minutes=25,
    goals=(7,),
    statement=r"""
    Let $C$ be a circulant matrix of size $n$, with the first column $c$.

    1. Suppose that $C$ is invertible. Prove that $C^{-1}$ is circulant, too, so that undoing a circular convolution is
       itself a circular convolution.
    2. Let $d$ be the first column of $C^{-1}$. What is its transform $\hat d$, in terms of $\hat c$?
    3. Prove that $C$ is invertible if and only if no $\hat c[k]$ is zero.
    4. Let $n = 4$ and $c = (4, 1, 0, 1)$. Find the four eigenvalues by hand, from the waves, and then the kernel $d$
       that undoes the convolution with $c$.
    """,
    hints=(
        "Circulant matrices are those that commute with the cyclic shift: C P = P C. What becomes of this equation if "
        "you multiply it by the inverse of C from both sides?",
        "Apply the inverse of C to both sides of the equation which says that a wave is an eigenvector of C.",
        "For the last part, which d would have to be the first column of the inverse? Take it, and try the product of "
        "the two matrices on all waves.",
        "A signal is found from its transform by d[t] = (1/n) times the sum of the transform times the waves. With "
        "n = 4 these have the values 1, i, -1, -i.",
    ),
    name="circulant_inverse",
    answer=r"""
    The idea: being circulant is the same as commuting with the shift, and an inverse commutes with whatever the matrix
    commutes with. Let $P$ be the cyclic shift, and let $\varepsilon_k[t] = e^{2 \pi \mathrm i k t / n}$ be the waves.
    By {prf:ref}`thm-circulant` a matrix is circulant if and only if it commutes with $P$; and
    $C \varepsilon_k = \hat c[k]\, \varepsilon_k$ for a circulant matrix with the first column $c$.

    *1.* $C$ is circulant, so $C P = P C$. Multiply by $C^{-1}$ from the left and from the right:
    $P C^{-1} = C^{-1} P$. So $C^{-1}$ commutes with $P$ and is circulant.

    *2.* Let $C$ be invertible. Since $\varepsilon_k \ne 0$, also $C \varepsilon_k = \hat c[k]\, \varepsilon_k$ is not
    zero, so $\hat c[k] \ne 0$. Apply $\hat c[k]^{-1}\, C^{-1}$ to both sides:
    $\hat c[k]^{-1}\, \varepsilon_k = C^{-1} \varepsilon_k$. As $C^{-1}$ is circulant with the first column $d$, the
    right side is $\hat d[k]\, \varepsilon_k$. Hence

    $$ \hat d[k] = \frac{1}{\hat c[k]} \quad \text{for all } k . $$

    *3.* That no $\hat c[k]$ is zero if $C$ is invertible has just been shown. Conversely, let all $\hat c[k]$ be
    different from zero. Let $d$ be the signal whose transform is $1 / \hat c[k]$, which the inverse transform provides,
    and $D$ the circulant matrix with the first column $d$. For every $k$ then $D \varepsilon_k = \hat d[k]\,
    \varepsilon_k$, and $C D \varepsilon_k = \hat d[k]\, \hat c[k]\, \varepsilon_k = \varepsilon_k$. The $n$ waves are
    orthogonal, none is zero, so they are a basis. A matrix that leaves every vector of a basis as it is is the unit
    matrix: $C D = I$, and $C$, a square matrix, is invertible.

    *4.* On the wave $z^t$ the matrix acts as $4 + z^{-1} + z^{-3} = 4 + z^{-1} + z$. For $z = 1, \mathrm i, -1,
    -\mathrm i$ this is 6, 4, 2, 4, so $\hat d = (\frac16, \frac14, \frac12, \frac14)$. The inverse transform is

    $$ d[t] = \tfrac14 \bigl( \tfrac16 + \tfrac14\, \mathrm i^t + \tfrac12 (-1)^t + \tfrac14 (-\mathrm i)^t \bigr) , $$

    and so $d = \frac{1}{24} (7, -2, 1, -2)$. Indeed $4 \cdot 7 - 2 - 2 = 24$, and the other values of the product are
    $7 - 2 \cdot 4 + 1 = 0$ and $-2 + 4 \cdot 1 - 2 = 0$.
    """,
    contains=(
        "proves that the inverse is circulant, for example because it commutes with the shift",
        r"says why $\hat c[k] \ne 0$ if $C$ is invertible: a wave is not zero, and must not be sent to zero",
        r"derives $\hat d[k] = 1 / \hat c[k]$ from the equation for eigenvectors",
        r"names a matrix $D$ for the converse, and proves $C D = I$",
        "says that the waves are a basis, where it concludes from all waves to all signals",
        "computes the eigenvalues 6, 4, 2, 4 and the kernel $d$, and tries $C d$",
    ),
    remark=r"""
    As a rule, the inverse of a short kernel is long: no value of this $d$ is zero, and the signs alternate. But if
    $c$ has a single value that is not zero, it only multiplies and shifts, and so does its inverse. If some
    $\hat c[k]$ is zero there is no inverse, but one can still choose $\hat d[k] = 1 / \hat c[k]$ where that is
    possible and 0 elsewhere. The exercise on undoing a blur does so, and leaves out the waves
    with a small eigenvalue as well.
    """,
)
