"""Zeros at the border leave only multiples of the identity."""

from cnn_course.exercises.exercise import Prove

exercise = Prove(
    title="zeros at the border",
    chapter="1-2",
    stars=2,
    minutes=30,
    goals=(6,),
    statement=r"""
    Signals have $n$ values and are not periodic. Let $Z$ be the matrix of the shift to the right that fills with a
    zero, $(Z x)[0] = 0$ and $(Z x)[u] = x[u - 1]$ for $u = 1, \dots, n - 1$. The shift to the left that fills with a
    zero is its transpose $Z^{\mathsf T}$.

    1. Let a matrix $A$ commute with $Z$ and with $Z^{\mathsf T}$. Prove that $A$ is a multiple of the identity.
    2. Describe all matrices that commute with $Z$ alone, and prove it. What kind of layers are they?
    3. Carry part 1 over to images with two axes and shifts in four directions.
    """,
    hints=(
        "As in the chapter, the columns of A are its answers to impulses, and every unit vector is a power of Z times "
        "the first one. So all depends on the first column of A.",
        "Move a signal to the left and then back to the right. What is lost? A commutes with this, too.",
        "Which signals does this round trip leave as they are, which one does it wipe out, and what does that say "
        "about the first column of A?",
    ),
    name="zero_fill",
    answer=r"""
    *1.* Moving to the left and then to the right loses the value at position 0 and keeps all others: $Z Z^{\mathsf T} =
    \operatorname{diag}(0, 1, \dots, 1)$. Therefore $Q = I - Z Z^{\mathsf T}$ keeps the value at 0 and makes all others
    zero. $A$ commutes with $Z$ and $Z^{\mathsf T}$, so it commutes with $Q$. With the unit vector $e_0$

    $$ A e_0 = A Q e_0 = Q A e_0 = c\, e_0 , $$

    where $c$ is the first entry of $A e_0$. Further $e_t = Z^t e_0$ for $t = 0, \dots, n - 1$, so

    $$ A e_t = A Z^t e_0 = Z^t A e_0 = c\, e_t . $$

    Thus $A = c I$.

    *2.* If $A$ commutes with $Z$ and has the first column $a$, then $A e_t = Z^t a$ as before: each column is the first
    one, moved down, with zeros from above. So $A = \sum_{s = 0}^{n - 1} a[s]\, Z^s$, a lower triangular matrix that is
    constant along diagonals. Conversely, every polynomial in $Z$ commutes with $Z$. There are $n$ free numbers: these
    are the convolutions with a kernel that reaches only to the right, cut off at the end.

    *3.* Let $Z_1$ and $Z_2$ shift along the two axes. Then $Q = (I - Z_1 Z_1^{\mathsf T})(I - Z_2 Z_2^{\mathsf T})$
    keeps the pixel at $[0, 0]$ and makes all others zero. $A$ commutes with $Q$, so the answer to the impulse at
    $[0, 0]$ is $c$ times this impulse, and the impulse at $[i, j]$ is $Z_1^i Z_2^j$ times the one at $[0, 0]$.
    """,
    contains=(
        "the product $Z Z^{\\mathsf T}$ (or a like one), computed, and the fact that $A$ commutes with it",
        "a reason why $A e_0$ is a multiple of $e_0$",
        "the step from $e_0$ to all $e_t$ by $Z^t$, with the *same* number $c$",
        "in part 2 both directions: such an $A$ is a polynomial in $Z$, and every such polynomial commutes with $Z$",
        "in part 3 the projection on one pixel as a product over both axes",
    ),
)
