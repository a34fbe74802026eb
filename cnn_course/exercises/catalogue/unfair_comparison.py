"""Find the faults in a comparison of a learned enlargement with a fixed one."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="find the faults in a comparison",
    chapter="3-4",
    stars=2,
    minutes=20,
    goals=(7,),
    statement=r"""
    A report says: "We halve a photograph by averaging over $2 \times 2$ pixels, and enlarge it again in two ways. Our
    learned kernel of $6 \times 6$ taps (stride 2, padding 2) was fitted to this photograph by least squares. For the
    comparison we use bilinear interpolation, that is, the transposed convolution with the kernel
    $w[r]\, w[q]$, $w = (\frac12, 1, \frac12)$, stride 2, and the first and the last row and column cut off as needed to
    get the original size. The error is the mean square over all pixels. Ours is smaller by 60 percent. Learned kernels
    are superior to interpolation."

    1. Which position of the original does the value at position $t$ of the fixed enlargement belong to, in one
       dimension, if the stamp of $y[u]$ has its middle at $2 u$? Where is the middle of the two pixels that were
       averaged? What does this do to the error?
    2. Find two further faults, and say for each whether it favours the learned kernel.
    3. Describe a fair comparison. Which result of it would you still not generalise?
    """,
    hints=(
        "The two pixels 2u and 2u + 1 have been averaged. Where is the middle between their centres?",
        "Enlarge a ramp in one dimension by hand, and compare.",
        "On which photograph are the 36 numbers judged? And what happens within the two outermost pixels?",
    ),
    name="unfair_comparison",
    answer=r"""
    *1.* $y[u]$ is the mean of the pixels $2 u$ and $2 u + 1$, so it belongs to the middle of the two, $2 u + \frac12$.
    The kernel with three taps puts it at $2 u$ (or, if the cut is made otherwise, at $2 u + 1$). So everything is moved
    by half a pixel. On a ramp that rises by 1 from pixel to pixel the fixed enlargement is wrong by $\frac12$
    everywhere, and at every edge of the photograph the error is large, although the picture looks right. With an even
    number of pixels in a block the triangle must have an even number of taps,
    $(\frac14, \frac34, \frac34, \frac14)$ with padding 1, whose middle lies between two pixels. The learned kernel has
    six taps and is not moved: the fault favours it, and it may well be most of the 60 percent.

    *2.* The learned kernel is judged on the photograph to which it was fitted. Bilinear interpolation, with every other
    number that the 36 taps may take, was among the candidates of the least squares (apart from the border), so that the
    learned kernel *could not* lose. This favours the learned kernel. Further, the border: within a pixel or two of it,
    stamps are missing, and the result is too dark. This concerns both methods, the fixed one not less than the learned
    one, unless the least squares saw the border and made up for it; whichever it is, it says nothing about enlarging.
    Finally, one photograph is a single example, and nothing says how much the result varies.

    *3.* Take the triangle that fits the averaging; fit the kernel on some photographs, measure on others; leave out a
    frame of a few pixels for both, or continue the small picture beyond its border; show the errors of both for each
    photograph. Even so it holds for pictures that were made smaller by averaging over $2 \times 2$ pixels, and are like
    the ones used. For pictures that were halved in another way, or by another factor, another kernel is best.
    """,
    contains=(
        "the averaged pixels have their middle at $2 u + \\frac12$, and three taps move everything by half a pixel",
        "the triangle with four taps and padding 1 would be right",
        "the kernel is judged on the photograph to which it was fitted, and there it cannot lose",
        "the pixels near the border are counted, where stamps are missing",
        "a fair comparison: other photographs, the right triangle, without the border",
        "a limit of the result: the way in which the pictures were made smaller, or their kind",
    ),
    remark=r"""
    Half a pixel is a common fault. Conventions differ: `align_corners` of PyTorch's `interpolate` stretches the picture
    about its middle, by up to half a pixel at its ends, so that two programs that both "enlarge bilinearly" differ.
    """,
)
