"""Why few connections do not make a convolution."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="few connections are not enough",
    chapter="1-4",
    stars=2,
    minutes=10,
    goals=(5,),
    statement=r"""
    "Each of my outputs listens only to the three inputs below it. So the layer is a convolution, and it will recognise
    a pattern wherever it stands." Give the weights of a layer for which the first sentence is true and the
    second false, and say what its matrix looks like. Name a task for which you would prefer that layer all the same.
    """,
    hints=(
        "Which of the two steps from a dense layer to a convolutional one has been taken?",
        "Let the weights of one output be those of a detector, and the weights of all others zero.",
        "When does the position of a pattern tell what it means?",
    ),
    name="sparse_is_not_enough",
    answer=r"""
    Locality is there, sharing is not. The matrix of such a layer is a band of three diagonals, but the numbers along a
    diagonal may differ; the matrix of a convolution has three constant diagonals. Let the first output have the weights
    $(1, -2, 1)$ and all others the weights $(0, 0, 0)$: every output listens to three inputs, and a peak is noticed at
    the left end and nowhere else. If the peak moves three positions further, the output does not move with it, it
    vanishes. A locally connected layer commutes with shifts, away from the ends, if and only if its rows are one row,
    moved ({prf:ref}`thm-sharing`).

    Locally connected layers are preferable when the same pattern means different things at different positions, and
    these are fixed: photographs of faces cut out so that the eyes are always in the same rows, or a spectrum, in which
    a peak at one frequency means another substance than the same peak at another. The price is one kernel for each
    position, and as many more examples.
    """,
    contains=(
        "tells locality and sharing apart, and says that only the first one is there",
        "gives weights for all outputs, with which a pattern is found at one position and missed at another",
        "describes the matrix: a band of three diagonals, with numbers that change along a diagonal",
        "names a task, and says why its positions are not alike",
        "says what the layer costs: a kernel for each position, to be stored and to be learned",
    ),
)
