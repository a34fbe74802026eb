"""The weights of a dense, a locally connected and a shared layer."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="three layers and their weights",
    chapter="1-4",
    stars=1,
    minutes=5,
    statement=r"""
    The input is an image of $10 \times 12$ pixels. The output has one value for each place at which a window of
    $3 \times 5$ pixels lies entirely on the image. There is no bias.

    Set `count_weights` to three numbers: how many weights the layer has if it is fully connected; if it is locally
    connected, so that each output has weights of its own, for its window only; and if it is convolutional.
    """,
    name="count_weights",
    answer=(7680, 960, 15),
    wrong={
        (14400, 1800, 15): "This is a layer with as many outputs as inputs. How many places has a window of 3 rows on "
        "10 rows, if it may not reach over the edge?",
        (23040, 2880, 15): "These are the outputs of mode full, in which the window may hang over the edge. Here it "
        "lies entirely on the image.",
        (5880, 735, 15): "There is one place more on each axis. A window as high as the image would have one place, "
        "not none: n - m + 1.",
        (7680, 960, 960): "The first two are right. 960 is the number of multiplications of the third layer. Its "
        "outputs share their weights: how many different numbers are there?",
        (7680, 15, 15): "The first and the last are right. In the locally connected layer the weights are not shared: "
        "each output has a set of its own.",
        (7680, 1800, 15): "The first and the last are right. Each output has a window of its own, not each input.",
        (7680, 960, 1): "The first two are right. The outputs share one set of weights, and such a set is a whole "
        "kernel.",
        (7680, 960, 64): "The first two are right. 64 is the number of outputs; what they share is one kernel.",
        (7680, 960, 120): "The first two are right. 120 is the number of inputs; what the outputs share is one kernel.",
    },
    hints=(
        "How many outputs are there? Count the places of the window along each axis.",
        "Each output of the first layer has a weight for every pixel, each output of the second one for its window.",
    ),
    remark=r"""
    There are $(10 - 3 + 1)(12 - 5 + 1) = 64$ outputs. Fully connected, each has $10 \cdot 12 = 120$ weights, 7680 in
    all. Locally connected, each has 15, one for each pixel of its window: 960. Shared, there is one set of 15. The last
    two layers multiply equally often.
    """,
)
