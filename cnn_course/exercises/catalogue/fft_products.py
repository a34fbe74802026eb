"""How many products a convolution by the fast Fourier transform takes."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="counting products",
    chapter="1-5",
    stars=1,
    minutes=10,
    goals=(4,),
    statement=r"""
    Use the program `fft` of the chapter, which multiplies by all its factors, also by those that are 1. How many
    complex multiplications does it need for 4096 values? And how many does it take to convolve 3000 values with 1000
    others by it: two transforms and an inverse one, of the smallest power of two that has room for the whole result,
    and the product in between?

    Set `fft_products` to the pair of these two numbers. (The division at the end of the inverse transform is none of
    them.)
    """,
    name="fft_products",
    answer=(24576, 77824),
    wrong={
        (49152, 151552): "Both come from n log2 n products in a transform: that is the number of additions. Each "
        "product serves two outputs, with plus and with minus, so there are half as many.",
        (24576, 73728): "The first is right. The second counts three transforms, and leaves out the product of the two "
        "spectra between them: 4096 more.",
        (24576, 53248): "The first is right. The second counts two transforms and the product. The way back is a "
        "transform as well.",
        (24576, 24576 + 4096): "The first is right. The second counts one transform and the product; f, h and the "
        "product need one each.",
        (16777216, 50335744): "4096 squared is what the matrix of the transform takes. The fast transform has 12 steps "
        "of 2048 products.",
        (22528, 71680): "A power of two with the exponent 12 has 12 steps of halving, not 11: the last one goes from 2 "
        "values to single ones, and has products too.",
        (
            24576,
            167936,
        ): "The first is right. For the second a length of 8192 is not needed: the result has 3999 values.",
        (24576, 3000000): "The first is right. The second is the direct convolution, n m; by transforms it is three "
        "times the first number, and one product for each frequency.",
    },
    hints=(
        "How often can 4096 be halved, and how many products are there at each step?",
        "The result of the convolution has 3000 + 1000 - 1 values. Which power of two has room for them?",
        "Three transforms, and one product for each frequency.",
    ),
    remark=r"""
    $4096 = 2^{12}$, so the transform takes $2048 \cdot 12 = 24\,576$ products. The result of the convolution has 3999
    values, for which 4096 is enough: $3 \cdot 24\,576 + 4096 = 77\,824$. The direct way takes $3000 \cdot 1000$ real
    products, the same as 750 000 complex ones.
    """,
)
