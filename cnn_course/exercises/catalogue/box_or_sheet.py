"""Why a box of weights does not slide through the colours, and when it may."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="a box, and what it slides through",
    chapter="3-1",
    stars=2,
    minutes=20,
    goals=(5,),
    statement=r"""
    1. "My filter has $3 \times 3 \times 3$ weights, and my photograph has $100 \times 150$ pixels and three colours. So
       this is a three-dimensional convolution: the filter is a box, and the sum runs over three indices." What is wrong
       with the conclusion, and with each of its two reasons? Which sizes come out of `conv2d`, and which out of
       `conv3d`?
    2. A camera for plants records 200 wavelengths for each pixel, in order, from violet to infrared. Give a reason for
       treating the wavelengths as 200 channels of `conv2d`, and one for letting a kernel slide along them with
       `conv3d`. Compare the parameters of one filter with a window of $3 \times 3$ pixels, in the second case with a
       depth of 7, and the numbers that come out of it for one pixel.
    3. Both layers have been trained. Then the camera is replaced by one that delivers the same wavelengths in another
       order, always the same one. Which of the two layers can be mended by changing nothing but its weights, so that
       it answers as before, and how? Why can the other one not, if two wavelengths of one box now lie too far apart?
    """,
    hints=(
        "How many positions does the filter have on each of the three axes?",
        "For which of the two layers is a line of the spectrum at one wavelength the same thing as a line at another?",
        "Which input numbers does one output depend on, before and after the change, and where do they stand now?",
    ),
    name="box_or_sheet",
    answer=r"""
    *1.* A convolution is named after the directions in which the kernel moves. On the axis of the colours the filter
    has $3 - 3 + 1 = 1$ position: it is as deep as the image, and stays where it is. It moves in two directions. That
    the filter is a box says nothing, because every filter of `conv2d` is one, as deep as its input. Nor does the
    number of sums: a filter for five channels of a signal sums over two indices and moves in one direction. The
    output of `conv2d` has the shape $(1, 98, 148)$. `conv3d` with the photograph as a volume of one channel returns
    $(1, 1, 98, 148)$: the same numbers, and a depth of 1. Only a box that is less deep, of $2 \times 3 \times 3$ say,
    would move through the colours, to the shape $(1, 2, 98, 148)$. It would compare red with green in the same way as
    green with blue, for which there is no reason.

    *2.* The wavelengths are no interchangeable positions: water absorbs at certain wavelengths, and a dip at 970 nm
    means something else than a dip at 550 nm. This speaks for channels, since a filter then has weights of its own
    for each wavelength. On the other hand the wavelengths have an order, and neighbours among them resemble each
    other. A steep rise is a steep rise wherever it lies, so that small local detectors can be shared along the
    spectrum. This speaks for `conv3d`. A filter of `conv2d` has $200 \cdot 3 \cdot 3 = 1800$ weights and a bias, and
    returns one number for a pixel. A filter of `conv3d` has $7 \cdot 3 \cdot 3 = 63$ weights and a bias, and returns
    $200 - 7 + 1 = 194$ numbers for a pixel, which keep their places on the spectrum. It is also possible to begin
    with the second and to end with the first: find local features everywhere, then weigh them by their wavelength.

    *3.* `conv2d` can. Its sum runs over all 200 channels: if the kernels of each filter are put into the new order of
    the channels, every product is one that was there before, and so is the sum. A filter of `conv3d` cannot be mended
    in this way. One of its outputs adds up seven wavelengths that stood side by side, each with a weight; let the
    weights of the first and of the last be different from zero. If these two are now seven places apart or more, no
    box of depth 7 holds both, so that no output depends on both of them, wherever it stands and whatever the weights
    are. The old output did.
    """,
    contains=(
        "counts the positions of the filter in depth: one, because it is as deep as the image",
        "says that the number of sums, or the shape of the filter, does not decide",
        "gives the shapes of both outputs, and says that they hold the same numbers",
        "for the spectrum: a reason for weights of their own, and a reason for sharing",
        "the numbers 1800 and 63 of weights (or with biases 1801 and 64), and 1 and 194 of outputs for a pixel",
        "for the new camera: the kernels of `conv2d` are reordered with the channels, and its sums stay what they were",
        "for `conv3d`: an output that depended on two wavelengths, which no box of depth 7 holds any more",
    ),
)
