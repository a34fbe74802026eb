"""Where the dark frame of a blurred photograph comes from."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="a dark frame",
    chapter="1-3",
    stars=2,
    minutes=15,
    goals=(3, 6),
    statement=r"""
    A student blurs a photograph ten times with the binomial kernel $(1, 4, 6, 4, 1) / 16$, along its columns and along
    its rows, with mode `same`. The picture gets a dark frame, and the frame grows.

    1. How wide can the frame become, and why does it grow?
    2. Let the student convolve the ten kernels with each other first, and the photograph once with the result, with
       mode `same`. Is the picture the same, up to rounding? Is it with mode `valid`?
    3. Give two ways to avoid the frame, with their prices.
    """,
    hints=(
        "What lies under the kernel when its middle is on the outermost pixel?",
        "How far does one pass look to each side? And ten passes?",
        "For 2: which values does a pass of mode same throw away, and would the next pass have read them?",
        "One way makes the picture smaller. The other continues it beyond its border with something else than zeros.",
    ),
    name="dark_frame",
    answer=r"""
    1. Near the border the window reaches beyond the photograph, where mode same puts zeros, black. One pass with a
    kernel of 5 values reads two pixels to each side, so the two outermost rows and columns see zeros. The next pass
    carries the darkness two pixels further inwards: after ten passes up to 20 rows and columns on each side are
    affected.

    2. The ten kernels together are one of 41 values, which reaches 20 pixels to each side as well. But near the border
    the two pictures differ. A blur also spreads light *beyond* the border. A pass of mode same throws it away, and the
    next pass reads zeros there instead; with the one large kernel nothing is thrown away before the end. So ten passes
    leave the frame darker. Associativity speaks of full convolutions. It carries over to mode valid, which only keeps
    values that no zeros have gone into: there the two pictures are the same.

    3. With mode valid nothing is made up, but the picture loses 40 rows and columns. Or continue the picture in another
    way: by its border values, or by mirroring it (`np.pad` with `mode="edge"` or `"reflect"`), then valid; the size
    stays, but near the border the result depends on invented values, though less dark ones.
    """,
    contains=(
        "mode same adds zeros around the photograph, and zero is black",
        "near the border the pictures differ, since each pass of mode same throws away what has left the picture; with "
        "mode valid they are the same",
        "two pixels a pass on each side, and so up to twenty in ten passes",
        "a way that makes nothing up, with its price: a smaller picture",
        "a way that continues the picture otherwise, with its price: values near the border are an invention",
    ),
)
