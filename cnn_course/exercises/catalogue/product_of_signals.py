"""The convolution theorem, the other way round."""

from cnn_course.exercises.exercise import Prove

exercise = Prove(
    title="the product of two signals",
    chapter="1-5",
    stars=2,
    minutes=25,
    goals=(2,),
    statement=r"""
    The transform turns a circular convolution into a product. What does it make of a *product*, as when a piece is cut
    out of a recording, or faded in and out?

    Let $f$ and $g$ have $n$ complex values, and let $(f g)[u] = f[u]\, g[u]$. Prove that

    $$ \widehat{f g} = \frac1n\; \hat f \circledast \hat g . $$

    Then say what a multiplication by the wave $\varepsilon_l$ does to a transform.
    """,
    name="product_of_signals",
    hints=(
        "Begin with the last question: let g be a wave, and write the definition of the transform of the product.",
        "Every g is a sum of waves, and both sides of the formula are linear in g.",
    ),
    answer=r"""
    *A wave first.* For $g = \varepsilon_l$ and every $k$

    $$ \widehat{f\, \varepsilon_l}[k] = \sum_u f[u]\, \omega^{l u}\, \omega^{-k u} = \sum_u f[u]\, \omega^{-(k - l) u}
    = \hat f[(k - l) \bmod n] , $$

    where the index may be reduced modulo $n$ because $\omega^n = 1$. So a multiplication by a wave shifts the
    transform, cyclically, by the frequency of the wave.

    *Any signal.* By inversion $g = \frac1n \sum_l \hat g[l]\, \varepsilon_l$. The transform is linear, hence

    $$ \widehat{f g}[k] = \frac1n \sum_{l = 0}^{n - 1} \hat g[l]\; \widehat{f\, \varepsilon_l}[k]
    = \frac1n \sum_{l = 0}^{n - 1} \hat g[l]\, \hat f[(k - l) \bmod n] , $$

    and this sum is $\frac1n (\hat g \circledast \hat f)[k] = \frac1n (\hat f \circledast \hat g)[k]$, since circular
    convolution is commutative (substitute $l \to k - l$ modulo $n$).
    """,
    contains=(
        r"computes the transform of $f\, \varepsilon_l$: a cyclic shift of $\hat f$ by $l$, to the right",
        "says why indices may be taken modulo $n$",
        r"uses inversion, with its factor $\frac1n$, and the linearity of the transform",
        "recognises the remaining sum as a circular convolution, by its definition",
    ),
    remark=r"""
    Another proof exchanges the roles: apply the convolution theorem to the inverse transform, which differs from the
    transform only by a sign and the factor $\frac1n$. A piece that is cut out is multiplied by zeros and ones; its
    transform is that of the whole, smeared by the transform of the box. That is why one fades instead of cutting.
    """,
)
