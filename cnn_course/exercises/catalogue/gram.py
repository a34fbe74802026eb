"""The first row of the product of a convolution's transpose and the convolution."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="there and back",
    chapter="1-4",
    stars=1,
    minutes=10,
    statement=r"""
    Let $H$ be the matrix of the full convolution with $h = (1, 2, 3)$, for signals of five values. What is the first
    row of $H^{\top} H$? Set `gram` to the tuple of its entries.
    """,
    name="gram",
    answer=(14, 8, 3, 0, 0),
    wrong={
        (1, 2, 3, 0, 0, 0, 0): "This is the first row of the product in the other order. The entries asked for are "
        "inner products of columns, and there are five columns.",
        (1, 2, 3, 0, 0): "These are products of rows. The entries of the matrix that is asked for are inner products "
        "of columns, and each column holds the whole kernel.",
        (1, 4, 10, 12, 9): "This is the convolution of the kernel with itself. The inner product of two columns does "
        "not reflect: both hold the kernel in the same order.",
        (3, 8, 14, 8, 3): "These are all the right numbers, for the lags from -2 to 2. The first row has the first "
        "column times itself at the first place.",
        (14, 8, 3): "The numbers are right, but H has five columns. How far do the first column and the last one "
        "overlap?",
        (14, 8, 3, 3, 8): "Nothing wraps around here: the fourth column begins where the first has ended, and their "
        "inner product is zero.",
        (14, 0, 0, 0, 0): "The first entry is right. The other columns overlap the first: they are the same kernel, "
        "moved down by one row and by two.",
        (14, 11, 3, 0, 0): "Only the second entry is wrong. The first column has 2, 3 where the second has 1, 2: "
        "multiply and add.",
    },
    hints=(
        "An entry of this product is the inner product of two columns of H.",
        "The columns are the kernel with zeros around it, each one row further down. Where do two of them overlap?",
    ),
    remark=r"""
    The first entry is $1 + 4 + 9$, the second $2 \cdot 1 + 3 \cdot 2$, the third $3 \cdot 1$. From the fourth column on
    the kernels do not meet. $H^{\top} H$ is the matrix of "convolve full, then cross-correlate valid", and is a
    Toeplitz matrix too: its diagonals are the values of $h \star h$.
    """,
)
