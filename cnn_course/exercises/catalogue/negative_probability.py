"""Probabilities by transforms, and what rounding makes of the small ones."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="a negative probability",
    chapter="1-5",
    stars=2,
    minutes=20,
    goals=(7,),
    statement=r"""
    The distribution of a sum of independent dice is the convolution of their distributions. For a hundred dice somebody
    writes

    ```python
    die = np.zeros(601)
    die[1:7] = 1 / 6
    hundred = np.fft.irfft(np.fft.rfft(die) ** 100, 601)
    ```

    The most probable sum, 350, comes out as 0.0233, which is right. The probability of the sum 100, a hundred ones, is
    $6^{-100} \approx 1.5 \cdot 10^{-78}$, but `hundred[100]` is something like $10^{-16}$, and on another machine it is
    negative. Logarithms of the array give NaN in many places. Is there a mistake in the program? Explain what has
    happened, say which of the 601 numbers can be used for what, and propose two remedies. Does it help to replace the
    negative numbers by 0?
    """,
    hints=(
        "Relative to what is the error of a convolution by transforms small?",
        "How accurate is the direct sum, if all its terms are positive?",
    ),
    name="negative_probability",
    answer=r"""
    There is no mistake: the length 601 has room for all sums from 0 to 600, and nothing wraps around. What is seen is
    rounding. Every value of the result is off by something like $10^{-16}$, a small multiple of $\mu$ times the
    norms of what is convolved, whatever the size of the value itself. The probabilities in the middle
    are near 0.02 and have about fourteen right digits. Those in the tails are smaller than the error: what stands
    there is noise, of either sign, and its logarithm is NaN or nonsense. So one can use the values that are much
    larger than $10^{-15}$, and sums over many values, such as the mean; all the others say no more than "smaller than
    $10^{-15}$". In single precision this border would be near $10^{-6}$.

    Replacing negative numbers by 0 hides the signs, not the error: the noise that happens to be positive remains, and
    $\log 0$ is $-\infty$.

    Remedies. First, convolve directly, one die after the other, or by doubling. All terms are positive, so that nothing
    cancels, and each value keeps a small *relative* error, down to $10^{-78}$. Second, tilt: multiply `die[u]` by $q^u$
    with a $q$ that moves the bulk of the distribution to where one wants to look, convolve by transforms, and divide
    the result by $q^u$. This is exact in theory, since $q^u q^v = q^{u + v}$, and makes the interesting values the
    large ones. Third, use an exact arithmetic: whole numbers, $6^{100}$ times the probabilities.
    """,
    contains=(
        "says that the program is right, and that nothing wraps around",
        "says that the error of each value is relative to the norm, not to the value, and about how large it is here",
        "names the values that can be used: those well above $10^{-15}$",
        "says that the direct convolution of positive numbers keeps a small relative error, as nothing cancels",
        "gives a second remedy, such as tilting, exact numbers, or more digits",
        "says that 0 in the place of negative numbers hides the noise without removing it",
    ),
)
