"""When the columns know the whole image."""

from cnn_course.exercises.exercise import Prove

exercise = Prove(
    title="what the columns know of the image",
    chapter="3-5",
    stars=2,
    minutes=30,
    goals=(2,),
    statement=r"""
    Let $\nu[a, b]$ be the number of windows in which the pixel $(a, b)$ lies, for some kernel size, stride, padding and
    dilation; more precisely, the number of all $(k, l)$ and $(i, j)$ for which $\operatorname{unfold}$ copies this
    pixel. It is the same for all images and channels.

    1. Prove that $\operatorname{fold}(\operatorname{unfold}(x)) = \nu \odot x$ for every $x$, the product entry by
       entry.
    2. Prove that an image can be recovered from its columns (unfold is injective) if and only if every pixel lies in a
       window, and give a formula for $x$ then.
    3. Prove that $\lVert \operatorname{unfold}(x) \rVert = \lVert x \rVert$ for all $x$ if and only if every pixel lies
       in exactly one window.
    4. On one axis let there be $n$ pixels and windows of $k \le n$ adjacent ones, with stride $s$ and without padding.
       For which $n$, $k$ and $s$ does every pixel lie in a window? Mind the case of a single window.
    """,
    hints=(
        "For 1: how many terms has the sum in the definition of fold, and what is each of them, if V is unfold(x)?",
        "For 2: what does unfold make of an image that is zero but for one pixel?",
        "For 3: use that fold is the adjoint, with V = unfold(x).",
        "For 4: where does the last window end? And what lies between two neighbouring windows?",
    ),
    name="seen_pixels",
    answer=r"""
    *1.* The entry of $\operatorname{fold}(V)$ at $[n, c, a, b]$ is the sum of all $V[n, (c, k, l), (i, j)]$ whose
    position is $(a, b)$. For $V = \operatorname{unfold}(x)$ each of these entries is a copy of $x[n, c, a, b]$, and
    there are $\nu[a, b]$ of them, by the definition of $\nu$. (If there are none, the sum is 0.) So the sum is
    $\nu[a, b]\, x[n, c, a, b]$.

    *2.* Let every pixel lie in a window, $\nu > 0$ everywhere. By 1,
    $x = \operatorname{fold}(\operatorname{unfold}(x)) / \nu$, entry by entry, so that $x$ is determined by its columns.
    Conversely, let the pixel $(a, b)$ lie in no window. The image that is 1 there and 0 elsewhere has columns of zeros,
    as has the image 0: two different images with the same columns, so unfold is not injective.

    *3.* By {prf:ref}`thm-fold-adjoint` with $V = \operatorname{unfold}(x)$, and by 1,

    $$
    \begin{aligned}
    \lVert \operatorname{unfold}(x) \rVert^2 &= \langle x, \operatorname{fold}(\operatorname{unfold}(x)) \rangle \\
    &= \sum_{n, c, a, b} \nu[a, b]\, x[n, c, a, b]^2 .
    \end{aligned}
    $$

    If $\nu = 1$ everywhere, this is $\lVert x \rVert^2$. Conversely, if it is $\lVert x \rVert^2$ for all $x$, take the
    image that is 1 at one pixel $(a, b)$ and 0 elsewhere: $\nu[a, b] = 1$.

    *4.* Every pixel is seen if and only if $s$ divides $n - k$ and, in addition, $s \le k$ or $n = k$.

    The windows begin at $0, s, \dots, (R - 1) s$ with $R = \lfloor (n - k) / s \rfloor + 1$. The last one ends at the
    pixel $(R - 1) s + k - 1 \le n - 1$. The pixel $n - 1$ is seen if and only if there is equality, because all other
    windows end earlier; and $(R - 1) s = n - k$ says that $s$ divides $n - k$. If $R \ge 2$, the pixels between the end
    of a window and the beginning of the next are $u s + k, \dots, (u + 1) s - 1$, of which there are none if and only
    if $s \le k$. So for $R \ge 2$ the condition is that $s$ divides $n - k$ and $s \le k$. For $R = 1$ the only window
    is $0, \dots, k - 1$, and all pixels are seen if and only if $n = k$; then $s$ divides $n - k = 0$. Conversely, if
    $n = k$, then $R = 1$; and if $n > k$ and $s$ divides $n - k$, then $R \ge 2$. This is the condition above.
    """,
    contains=(
        "1 from the definition of fold: every term is a copy of the same pixel, and they are counted",
        r"the formula $x = \operatorname{fold}(\operatorname{unfold}(x)) / \nu$, and an image that is lost if a pixel "
        "is in no window",
        "3 by the adjoint, and for the converse by images with a single pixel",
        "4: $s$ divides $n - k$, from the last pixel",
        "4: $s \\le k$, from the gaps, unless there is a single window, when $n = k$",
    ),
    remark=r"""
    The formula of 2 is one way back of many: as soon as pixels lie in several windows, their copies may also be
    weighted differently. That with equal weights is the best one in the sense of least squares: if the columns were
    disturbed, $\operatorname{fold}(V) / \nu$ is the image whose columns come closest to $V$.
    """,
)
