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
    its rows, with mode `same`. The picture gets a dark frame, and the frame grows. Explain where it comes from, how
    wide it can become, and give two ways to avoid it with their prices.
    """,
    hints=(
        "What lies under the kernel when its middle is on the outermost pixel?",
        "How far does one pass look to each side? And ten passes?",
        "One way makes the picture smaller. The other continues it beyond its border with something else than zeros.",
    ),
    name="dark_frame",
    answer=r"""
    Near the border the window reaches beyond the photograph, where mode same puts zeros, black. One pass with a kernel
    of 5 values reads two pixels to each side, so the two outermost rows and columns see zeros. The next pass carries
    the darkness two pixels further inwards: after ten passes up to 20 rows and columns on each side are affected.
    (By associativity ten full passes are one with a kernel of 41 values, which reaches 20 to each side. Ten passes of
    mode same are not quite that: they cut off what left the picture each time.)

    With mode valid nothing is made up, but the picture loses 40 rows and columns. Or continue the picture in another
    way: by its border values, or by mirroring it (`np.pad` with `mode="edge"` or `"reflect"`), then valid; the size
    stays, but near the border the result depends on an invention, if a less dark one.
    """,
    contains=(
        "mode same adds zeros around the photograph, and zero is black",
        "two pixels a pass on each side, and so up to twenty in ten passes",
        "a way that makes nothing up, with its price: a smaller picture",
        "a way that continues the picture otherwise, with its price: values near the border are an invention",
    ),
)
