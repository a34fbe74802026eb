"""The norms of (1, -2, 1) with zeros around the row, and on a circle."""

from cnn_course.exercises.exercise import Prove

exercise = Prove(
    title="the norms of a second difference",
    chapter="2-1",
    stars=3,
    minutes=40,
    goals=(3, 5),
    statement=r"""
    Let $A_n$ be the matrix of the kernel $(1, -2, 1)$ on a row of $n \ge 1$ pixels with one zero on each side: $-2$ on
    the diagonal, and 1 next to it. Let $C_n$, $n \ge 3$, be the same on a circle, that is, with 1 also in the two
    corners. Prove:

    1. $\lVert A_n \rVert = 4 \cos^2 \frac{\pi}{2 (n + 1)}$.
    2. $\lVert C_n \rVert = 4$ for even $n$, and $4 \cos^2 \frac{\pi}{2 n}$ for odd $n$.
    3. For odd $n \ge 3$ the norm on the circle is smaller than that of the padded row, and for even $n$ it is larger.
       Both are at most 4 and tend to 4.

    What follows for somebody who certifies a layer with zeros around the image by a Fourier transform of the image's
    size?
    """,
    hints=(
        "Both matrices are symmetric: the norm is the largest modulus of an eigenvalue.",
        "For 1: try sin(θ u) for u = 1, ..., n. Which θ makes it vanish at u = 0 and u = n + 1?",
        "For 2: waves that fit on the circle. Which of their frequencies are nearest to π?",
    ),
    name="second_difference_norm",
    answer=r"""
    The idea: waves are multiplied by a number, and the borders decide which waves there are.

    *1.* Let $\theta_k = \frac{k \pi}{n + 1}$, $k = 1, \dots, n$, and $x_k[u] = \sin(\theta_k u)$ for
    $u = 1, \dots, n$. At $u = 0$ and $u = n + 1$ the same formula gives 0, which is what the padding holds. By
    $\sin(\alpha + \beta) + \sin(\alpha - \beta) = 2 \sin \alpha \cos \beta$,

    $$ x_k[u - 1] - 2 x_k[u] + x_k[u + 1] = (2 \cos \theta_k - 2)\, x_k[u] = -4 \sin^2 \tfrac{\theta_k}{2}\; x_k[u] $$

    for $u = 1, \dots, n$. So $x_k$, which is not 0 since $\sin \theta_k > 0$, is an eigenvector for the eigenvalue
    $-4 \sin^2 (\theta_k / 2)$. The $\theta_k$ are different numbers in $(0, \pi)$, on which $\sin^2 (\theta / 2)$
    increases. So these are $n$ different eigenvalues, and there are no others. $A_n$ is symmetric, and its norm is the
    largest modulus, that for $k = n$: $4 \sin^2 \frac{n \pi}{2 (n + 1)} = 4 \cos^2 \frac{\pi}{2 (n + 1)}$, because
    $\frac{n \pi}{2 (n + 1)} = \frac{\pi}{2} - \frac{\pi}{2 (n + 1)}$.

    *2.* By the chapter, the norm on a circle is the largest modulus of the symbol, $4 \sin^2 (\omega / 2)$, over the
    angles $\omega = 2 \pi j / n$, $j = 0, \dots, n - 1$. For even $n$, $\omega = \pi$ is among them, and gives 4. For
    odd $n$ the nearest ones to $\pi$ are $j = (n \pm 1) / 2$, with $\omega / 2 = \frac{\pi}{2} \pm \frac{\pi}{2 n}$,
    and $4 \sin^2 (\omega / 2) = 4 \cos^2 \frac{\pi}{2 n}$. All others are further from $\pi$, and give less.

    *3.* The cosine decreases on $[0, \frac{\pi}{2}]$. From $\frac{\pi}{2 n} > \frac{\pi}{2 (n + 1)} > 0$ follows
    $4 \cos^2 \frac{\pi}{2 n} < 4 \cos^2 \frac{\pi}{2 (n + 1)} < 4$, the claim for odd and for even $n$. Both angles
    tend to 0, and $\cos 0 = 1$.

    *Conclusion.* For odd sizes the transform of the image's size gives less than the true norm: the "certificate" is
    wrong. For even sizes it happens to be right for this kernel, but for no general reason. The supremum over all
    angles, 4, is right for every size.
    """,
    contains=(
        "the eigenvectors of the padded matrix, checked at both ends of the row",
        "that these are all eigenvalues: $n$ different ones",
        "that a symmetric matrix has the largest modulus of an eigenvalue as its norm",
        "the circle's norm as a maximum over $2 \\pi j / n$, with both parities",
        "both inequalities from the monotonicity of the cosine, and the limit",
        "the conclusion: the transform of the image's size is no upper bound, and the supremum is one",
    ),
)
