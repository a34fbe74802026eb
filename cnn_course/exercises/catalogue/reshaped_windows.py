"""Find the bug: windows that were reshaped and not transposed."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="find the bug in a short unfold",
    chapter="3-5",
    stars=2,
    minutes=25,
    goals=(1, 2, 4),
    statement=r"""
    A colleague is proud of having written `unfold` in three lines, for images of shape (N, C, H, W), windows of
    $m \times m$ and stride 1:

    ```python
    def short_unfold(x, m):
        windows = np.lib.stride_tricks.sliding_window_view(x, (m, m), axis=(2, 3))
        N, C, R, Q = windows.shape[:4]
        return windows.reshape(N, C * m * m, R * Q)
    ```

    Three tests pass: an image of $3 \times 3$ with two channels and $m = 2$; kernels of $1 \times 1$ on photographs;
    and a kernel as large as the image. In a network the layer learns badly, yet its gradients agree with finite
    differences.

    1. Which pixel stands in row $(c, k, l)$ and column $(i, j)$ of the result, if the rows and columns are counted as
       in the chapter? Where is the mistake, and which single step is missing?
    2. Why does each of the three tests pass? Give one that does not.
    3. Why do the gradients agree, if they are computed with the adjoint of this function?
    4. The first line copies nothing. How many numbers does the last one copy in general, and how many in each of the
       three tests?
    """,
    hints=(
        "windows[n, c, i, j, k, l] is x[n, c, i + k, j + l]. In which order does reshape read these entries?",
        "What happens to x[n, c, i + k, j + l] if (i, j) and (k, l) are exchanged? And how many windows has "
        "the image of the first test?",
        "Which two things does a gradient check compare? Does one of them know what a convolution is?",
    ),
    name="reshaped_windows",
    answer=r"""
    *1.* `windows[n, c, i, j, k, l]` is $x[n, c, i + k, j + l]$, so the axes of the windows stand *before* those of the
    taps. `reshape` reads the entries in the order of the axes, and cuts this sequence anew: for each channel, first all
    $m^2$ taps of the window $(0, 0)$, then those of the window $(0, 1)$, and so on. Row $(c, k, l)$ of the result holds
    a piece of $R Q$ consecutive numbers from this sequence: with $t = (k m + l)\, R Q + i\, Q + j$, the entry is tap
    number $t \bmod m^2$ of window number $\lfloor t / m^2 \rfloor$ of the channel $c$. What is missing is an exchange
    of the axes before the reshape, `windows.transpose(0, 1, 4, 5, 2, 3)`, so that the taps come before the windows.

    *2.* For $3 \times 3$ and $m = 2$ there are $R Q = 4$ windows with $m^2 = 4$ taps. The result then is the
    transpose of the right one, channel by channel: row $(c, k, l)$ and column $(i, j)$ hold tap $(i, j)$ of window
    $(k, l)$, which is $x[n, c, k + i, l + j]$. This is symmetric in the two pairs, and so it is right. The same
    happens whenever $R = Q = m$, that is for images of $(2m - 1) \times (2m - 1)$. With $m = 1$ there is one tap, and
    with $m$ as large as the image one window; an axis of length 1 may stand anywhere. An image with more windows
    shows the mistake: $4 \times 4$ pixels, all different, and $m = 2$. (Images with a single value show nothing,
    whatever their size.)

    *3.* The function is linear: it copies each pixel to certain positions, only to wrong ones. Its adjoint adds the
    gradients back from these same positions, so that backward is the derivative of forward. Finite differences compare
    just these two, and neither knows what a convolution should be. The layer is another linear map, with its correct
    gradient: it combines numbers of several windows and treats positions differently. To find that, one has to
    compare the *forward* pass with the definition.

    *4.* The windows are a view. In general a reshape of this view cannot be described by strides, and NumPy copies all
    $N C m^2 R Q$ numbers silently; so it does in the first test, $2 \cdot 4 \cdot 4 = 32$ for one image. With kernels
    of $1 \times 1$, or one as large as the image, it copies nothing if the image lies in memory in its usual order:
    the axes of length 1 do not count, and the result is the image in another shape. In all these cases the right
    version does the same.
    """,
    contains=(
        "says that reshape reads in the order of the axes and moves nothing, and that the taps must come before the "
        "windows",
        "gives the missing step, an exchange of the axes (i, j) with (k, l)",
        r"explains the test with $3 \times 3$ by the symmetry of $x[i + k, j + l]$ and $R = Q = m$",
        r"explains $1 \times 1$ and the largest kernel by axes of length 1",
        r"gives a test that fails, such as $4 \times 4$ different numbers with $m = 2$",
        "says that the wrong map is linear, and its adjoint is its gradient: the check compares backward with this "
        "forward, not with a convolution",
        "says that in general the reshape of the view makes a copy, but not for $1 \\times 1$ and the largest kernel",
    ),
    remark=r"""
    A test with a small, square, symmetric case is the one that comes to mind first, and the one that hides most. Take
    an image that is not square, a kernel that is not square, more than one channel and image, and numbers that are all
    different.
    """,
)
