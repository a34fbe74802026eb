"""How many products a convolution by the fast Fourier transform takes, where an input stands, and when it pays."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="counting products",
    chapter="1-5",
    stars=2,
    minutes=20,
    goals=(4, 5),
    statement=r"""
    Use the program `fft` of the chapter, which multiplies by all its factors, also by those that are 1.

    1. How many complex multiplications does it need for 4096 values?
    2. How many does it take to convolve 3000 values with 1000 others by it: two transforms and an inverse one, of the
       smallest power of two that has room for the whole result, and the product in between? (The division at the end
       of the inverse transform is none of them.)
    3. Draw the figure of the crossings for 4096 values, with the lines numbered from 0. Which line holds $f[5]$?
    4. Now count operations with real numbers, as the chapter does. A signal has 3000 values. What is the smallest $m$
       for which one transform of the whole takes fewer operations than the direct way?

    Set `fft_products` to the tuple of these four numbers.
    """,
    name="fft_products",
    answer=(24576, 77824, 2560, 64),
    wrong={
        (49152, 151552, 2560, 64): "The last two are right. The others come from n log2 n products in a transform: "
        "that is the number of additions. Each product serves two outputs, with plus and with minus, so there are half "
        "as many.",
        (24576, 73728, 2560, 64): "All but the second are right. It counts three transforms, and leaves out the "
        "product of the two transforms between them: 4096 more.",
        (24576, 53248, 2560, 64): "All but the second are right. It counts two transforms and the product. The way "
        "back is a transform as well.",
        (24576, 28672, 2560, 64): "All but the second are right. It counts one transform and the product; f, h and the "
        "product need one each.",
        (16777216, 50335744, 2560, 64): "The last two are right. 4096 squared is what the matrix of the transform "
        "takes. The fast transform has 12 steps of 2048 products.",
        (22528, 71680, 2560, 64): "The last two are right. A power of two with the exponent 12 has 12 steps of "
        "halving, not 11: the last one goes from 2 values to single ones, and has products too.",
        (24576, 167936, 2560, 64): "All but the second are right. For it a length of 8192 is not needed: the result "
        "has 3999 values.",
        (24576, 3000000, 2560, 64): "All but the second are right. It is the direct convolution, n m; by transforms it "
        "is three times the first number, and one product for each frequency.",
        (24576, 77824, 5, 64): "All but the third are right. The inputs do not stand in their natural order: read the "
        "twelve binary digits of the index backwards.",
        (24576, 77824, 1280, 64): "All but the third are right. With 4096 lines a number has twelve binary digits; "
        "here eleven were read backwards.",
        (24576, 77824, 2560, 101): "All but the fourth are right. 101 is the number for a signal of 4096 values, whose "
        "transforms must have 8192. Which length has room for a signal of 3000?",
        (24576, 77824, 2560, 63): "All but the fourth are right. At 63 the direct way still takes fewer operations, "
        "378 000.",
        (24576, 77824, 2560, 12): "All but the fourth are right. 12 is the logarithm alone. Count both ways with their "
        "factors.",
        (24576, 77824, 2560, 127): "All but the fourth are right. The direct way takes two operations for each product "
        "of a value of the signal and one of the kernel: a multiplication and an addition.",
    },
    hints=(
        "How often can 4096 be halved, and how many products are there at each step?",
        "The result of the convolution has 3000 + 1000 - 1 values. Which power of two has room for them?",
        "Three transforms, and one product for each frequency.",
        "Write 5 with twelve binary digits, and read them backwards.",
        "As long as the result has at most 4096 values, the detour takes the same number of operations for every m.",
    ),
    remark=r"""
    $4096 = 2^{12}$, so the transform takes $2048 \cdot 12 = 24\,576$ products. The result of the convolution has 3999
    values, for which 4096 is enough: $3 \cdot 24\,576 + 4096 = 77\,824$. The direct way takes $3000 \cdot 1000$ real
    products, the same as 750 000 complex ones. In binary digits 5 is 000000000101, backwards 101000000000, which is
    $2048 + 512 = 2560$. For $m \le 1097$ transforms of length 4096 have room, and take
    $7.5 \cdot 4096 \cdot 12 + 3 \cdot 4096 = 380\,928$ operations. The direct way takes $6000\, m$, which is more from
    $m = 64$ on.
    """,
)
