"""Why a box of weights does not slide through the colours, and when it may."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="a box, and what it slides through",
    chapter="3-1",
    stars=2,
    minutes=25,
    goals=(5,),
    statement=r"""
    1. The chapter shows that a box of weights that is as deep as the image does not slide through the colours. Let
       `conv3d` take a photograph of $100 \times 150$ pixels and three colours as a volume of one channel, with a single
       box of $2 \times 3 \times 3$ weights. Which sizes come out? Describe a layer `conv2d` that returns the same
       numbers: how many filters has it, which of its weights are zero, and which are equal? What does one assume about
       the three colours if one chooses such a layer?
    2. A camera for plants records 200 wavelengths for each pixel, in order, from violet to infrared. Give a reason for
       treating the wavelengths as 200 channels of `conv2d`, and one for letting a kernel slide along them with
       `conv3d`. Compare the parameters of one filter with a window of $3 \times 3$ pixels, in the second case with a
       depth of 7, and the numbers that come out of it for one pixel.
    3. Both layers have been trained, and no weight is zero. Then the camera is replaced. The chapter says how `conv2d`
       is mended if the same wavelengths arrive in another order. For `conv3d` one may choose other weights, and put the
       outputs into another order. Is this enough if the new camera begins with infrared and ends with violet? And if
       it delivers the wavelengths $0, 2, 4, \dots, 198, 1, 3, \dots, 199$ of the old one, in this order? The chapter's
       proof for permuted inputs looks at the two ends of a window. Why do they not serve in the second case, and which
       two inputs do?
    """,
    hints=(
        "On which colours does each of the sheets that come out depend, and with which weights of the box?",
        "For which of the two layers is a line of the spectrum at one wavelength the same thing as a line at another?",
        "Which wavelengths does one output depend on, and at which places does the new camera deliver them?",
    ),
    name="box_or_sheet",
    answer=r"""
    *1.* On the axis of the colours a depth of 2 has $3 - 2 + 1 = 2$ positions, and the output has the shape
    $(1, 2, 98, 148)$. The first sheet is computed from red and green, the second from green and blue, with the same
    weights $w[0]$ and $w[1]$. So the layer `conv2d` has two filters, $(w[0], w[1], 0)$ and $(0, w[0], w[1])$. Of its
    $2 \cdot 3 \cdot 9 = 54$ weights 18 are zero, and the others are 18 numbers, each used twice. This is locality and
    sharing, now along the colours: one assumes that green stands to blue as red stands to green, and that red and blue
    need not be compared. There is no reason for either. A convolution is named after the axes along which the layer
    slides its kernel, even if one of them has a single position.

    *2.* The wavelengths are no interchangeable positions: water absorbs at certain wavelengths, and a dip at 970 nm
    means something else than a dip at 550 nm. This speaks for channels, since a filter then has weights of its own
    for each wavelength. On the other hand the wavelengths have an order, and neighbours among them resemble each
    other. A steep rise is a steep rise wherever it lies, so that small local detectors can be shared along the
    spectrum. This speaks for `conv3d`. A filter of `conv2d` has $200 \cdot 3 \cdot 3 = 1800$ weights and a bias, and
    returns one number for a pixel. A filter of `conv3d` has $7 \cdot 3 \cdot 3 = 63$ weights and a bias, and returns
    $200 - 7 + 1 = 194$ numbers for a pixel, which keep their places on the spectrum. It is also possible to begin
    with the second and to end with the first: find local features everywhere, then weigh them by their wavelength.

    *3.* If the spectrum arrives in reverse, yes. Place $d$ now holds what place $199 - d$ held. Reverse the box in
    depth as well, $w'[t] = w[6 - t]$. Its output number $v$ adds up $w[6 - t]$ times the wavelength $199 - v - t$ over
    $t$, and with $s = 6 - t$ this is $w[s]$ times the wavelength $193 - v + s$: the old output number $193 - v$. So the
    outputs are there, in reverse.

    In the second case it is not enough. The old output number 0 depends on the wavelengths 0 to 6, since no weight is
    zero. The two ends of this window, 0 and 6, are both even. They stand at the places 0 and 3 now, and a box of depth
    7 can hold them: the ends have come nearer to each other. But the wavelengths 0 and 1, which are neighbours, stand
    at the places 0 and 100. No box of depth 7 holds both, so no output depends on both of them, wherever it stands and
    whatever the weights are. The old output did.
    """,
    contains=(
        "gives the shape $(1, 2, 98, 148)$, and says which two colours each sheet is computed from",
        "writes it as two filters of `conv2d`, with 18 zeros and two copies of 18 weights",
        "says that this treats the pair of red and green as that of green and blue, and doubts it",
        "for the spectrum: a reason for weights of their own, and a reason for sharing",
        "the numbers 1800 and 63 of weights (or with biases 1801 and 64), and 1 and 194 of outputs for a pixel",
        "for the reversed spectrum: the box reversed in depth, and the outputs in reverse, $v$ and $193 - v$",
        "for the other order: the ends of a window come nearer, but neighbours such as 0 and 1 are 100 places apart",
    ),
)
