"""What comes out when the transform is too short."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="a transform that is too short",
    chapter="1-5",
    stars=1,
    minutes=10,
    goals=(3,),
    statement=r"""
    Take $f = (2, 1, 3)$ and $h = (1, 0, 4, 5)$. Someone wants to convolve them, and writes

    ```python
    np.fft.ifft(np.fft.fft(f, 4) * np.fft.fft(h, 4)).real
    ```

    Set `wrapped_values` to the tuple of all the numbers that come out (up to rounding), in order. Which of them are
    also in the linear convolution, and at the right position?
    """,
    name="wrapped_values",
    answer=(19, 16, 11, 14),
    wrong={
        (2, 1, 11, 14): "These are the first four values of the linear convolution. The other two are not lost: they "
        "come in again at the beginning, and are added there.",
        (2, 1, 11, 14, 17, 15): "This is the linear convolution. It has six values, and transforms of length 4 give "
        "four back.",
        (2, 1, 28, 29): "The values 17 and 15 are added at the end. The circle closes at its beginning: position 4 is "
        "position 0, and position 5 is position 1.",
        (17, 15, 11, 14): "The last two values have replaced the first two. They are added to them: 2 + 17 and 1 + 15.",
        (2, 0, 12, 0): "This is the product of the values, value by value. The product is taken of the transforms.",
        (14, 11, 16, 19): "This is the circular cross-correlation of f with the kernel h. It takes a conjugate; the "
        "product of the transforms as they are belongs to the convolution.",
        (14, 19, 16, 11): "This is the circular cross-correlation of h with f. It takes a conjugate; the product of "
        "the transforms as they are belongs to the convolution.",
        (76, 64, 44, 56): "Everything is 4 times too large: ifft divides by the length.",
        (17, 18, 11, 14): "The last two values, 17 and 15, have come in exchanged. Count on: position 4 is position "
        "0, and position 5 is position 1.",
    },
    hints=(
        "Compute the linear convolution first. It has 3 + 4 - 1 values.",
        "Four positions form a circle: position 4 is position 0 again, and position 5 is position 1.",
    ),
    remark=r"""
    The linear convolution is $(2, 1, 11, 14, 17, 15)$. Its last two values wrap around: $2 + 17$ and $1 + 15$. The
    positions from $n + m - 1 - N = 2$ on are right. With a length of 6 all of them are.
    """,
)
