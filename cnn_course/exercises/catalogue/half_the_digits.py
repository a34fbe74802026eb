"""Why F(4, 3) in half precision is a bad idea."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="fast tiles in half precision",
    chapter="3-5",
    stars=3,
    minutes=25,
    goals=(3, 6),
    statement=r"""
    Half precision has numbers of two bytes: a rounding is relative to the result by at most $\mu = 2^{-11}$, and the
    largest number is $65\,504$. A layer has 256 input channels with values from 0 to 10, kernels of $3 \times 3$ with
    weights between $-0.05$ and $0.05$, and outputs that are usually near 10. A student wants it to run as fast as
    possible on a processor that multiplies half-precision matrices twice as fast as those of single precision, and
    computes it by $F(4, 3)$, with all transforms, products and sums in half precision. The result is of no use: in rare
    cases it is infinite, and otherwise it is often wrong in the second digit. Directly, in half precision too, the
    layer was acceptable.

    1. Give upper bounds for the entries of the transformed inputs, of the transformed weights, of the sums over the
       channels, and for what the last transform may make of them. Where can a number become too large? The sums of
       absolute values in the rows of $A^{\top}$, $G$ and $B^{\top}$ are at most 19, 1 and 10.
    2. Where does the loss of digits come from? Estimate it with what the chapter measured.
    3. Propose two ways out, and say what each costs.
    4. Does $F(4, 3)$ halve the time for the bytes, too, as half precision does?
    """,
    hints=(
        "On two axes every bound of a matrix counts twice.",
        "What does the chapter say of the error of F(4, 3) in units of μ, compared with the definition? The units are "
        "another μ now; what does this change?",
        "The transforms are few operations, compared with the products in the middle. In which precision do they have "
        "to be?",
    ),
    name="half_the_digits",
    answer=r"""
    *1.* A transform on both axes multiplies the largest absolute value by at most the square of the largest row sum.
    Inputs: at most $10^2 \cdot 10 = 1000$. Weights: at most $1^2 \cdot 0.05$. A product of the two is at most 50, and
    the sum over 256 channels at most $12\,800$, which still fits. The last transform multiplies by up to
    $19^2 = 361$, in two steps: after the first, a number may be as large as $19 \cdot 12\,800 \approx 243\,000$, more
    than the largest number of half precision. These are bounds for the worst case, with all signs against us. Usual
    numbers are far smaller, and therefore it happens rarely; but an infinity then spoils a whole tile, not just one
    output.

    *2.* The outputs are near 10, but they are differences of much larger numbers: sums of hundreds, multiplied by up to
    8 on each axis. Each of these is rounded relative to *its* size. The large parts cancel, the roundings do not. In
    the chapter the largest errors of $F(4, 3)$ were about ten times those of the definition, some hundreds of units of
    $\mu$ against some tens, and this factor comes from the size of the entries, not from the precision. In half
    precision the unit is $2^{-11} \approx 0.0005$. A hundred units, nothing to worry about in single precision, are now
    five per cent of a usual output, and three hundred are fifteen: one digit is left, or two. The definition, with sums
    of $9 \cdot 256$ terms, is off by a few per cent, and $F(2, 3)$, with sums of 256, by about one.

    *3.* For example: keep the inputs and weights in half precision, and let the products be summed, and the transforms
    be computed, in single precision. That removes the overflow and a part of the rounding, but the transformed inputs
    and weights are still rounded to half precision before they are multiplied, and the large entries take effect
    there. Or use $F(2, 3)$, whose row sums are at most 3, 1.5 and 2: 2.25 instead of 4 times fewer products, and with
    so many channels no less accurate than the definition. Or use $F(4, 3)$ in single precision, and lose the speed of
    the short numbers. Or take other points, with smaller entries; scaling the rows against each other helps against the
    overflow, but not against the cancellation.

    *4.* No. $F(4, 3)$ reduces products, not bytes: image and output are as many numbers as before, the tiles overlap,
    so that $36 / 16$ times as many numbers are transformed, and the transformed weights have 36 numbers in the place
    of 9. So its intensity is *lower*, and if the layer was limited by the memory, it gains nothing.
    """,
    contains=(
        "bounds the transformed inputs by 1000, the weights by 0.05, the sum over the channels by 12 800",
        "finds that the last transform can exceed 65 504, and says that this is the worst case, hence rare",
        "explains the loss by cancellation of large intermediate numbers, each rounded relative to its own size",
        r"uses the factor of the chapter with the new $\mu$, and arrives at about one or two digits",
        "proposes two ways out, such as $F(2, 3)$ and sums in single precision, each with its price",
        "says that the number of bytes does not fall with the products, but rises",
    ),
)
