"""How many numbers come out of a convolution, in one, two and three dimensions."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="how many numbers come out",
    chapter="3-1",
    stars=1,
    minutes=8,
    goals=(5, 6),
    statement=r"""
    No layer of this exercise has a stride or zeros at the border. Set `kernel_directions` to five numbers:

    1. how many numbers come out of `conv1d` with 6 filters of width 3, for a signal with 4 channels and 10 positions;
    2. of `conv2d` with 5 filters of $3 \times 3$, for an image of $12 \times 12$ pixels with 3 colours;
    3. of `conv3d` with 5 filters of $3 \times 3 \times 3$ (frames, rows, columns), for a film of 8 frames of
       $12 \times 12$ pixels with 3 colours;
    4. of `conv2d` with 5 filters of $12 \times 3$, twelve rows and three columns, for the image of question 2;
    5. how many weights, without the bias, has one filter of question 3.
    """,
    name="kernel_directions",
    answer=(48, 500, 3000, 50, 81),
    wrong={
        (48, 500, 3000, 50, 27): "The first four are right. In the last one, a colour is missing, or rather two: the "
        "filter moves through frames, rows and columns, and at each position it sees all channels.",
        (48, 500, 3000, 50, 405): "The first four are right. 405 is the number for all five filters.",
        (48, 500, 3000, 50, 82): "The first four are right. The last one counts the bias, too.",
        (48, 500, 500, 50, 81): "The third one is that of an image. A film has frames in order, and a filter of three "
        "frames has several positions on eight.",
        (48, 500, 9000, 50, 81): "The third one counts the colours of the input once more. Each filter adds up over "
        "them.",
        (8, 100, 600, 10, 81): "The first four are what one filter returns. Each filter has a feature map of its own.",
        (32, 300, 1800, 30, 81): "The output does not have the channels of the input. It has one for each filter.",
        (192, 1500, 9000, 150, 81): "The first four have a map for each pair of a filter and an input channel. A "
        "filter adds up over the input channels.",
        (60, 720, 5760, 720, 81): "These are outputs of the size of the input. Without zeros at the border only the "
        "windows count that lie entirely on it.",
        (42, 405, 2025, 0, 81): "There is one position more on each axis. On n positions a window of k can begin at "
        "0, ..., n - k.",
        (48, 500, 3000, 0, 81): "The others are right. A filter that is as high as the image does not move down, but "
        "it has one position there, not none.",
        (48, 500, 3000, 600, 81): "The others are right. A filter that is as high as the image has one position on "
        "the vertical axis, not twelve.",
    },
    hints=(
        "On an axis with n positions a window of k has n - k + 1.",
        "Along which axes of the input does each filter move, and over which does it only add up?",
        "Multiply the positions on all axes along which it moves, and then by the number of filters.",
    ),
    remark=r"""
    A window of 3 has 8 positions on 10, 10 on 12, and 6 on 8. So there are $6 \cdot 8 = 48$ numbers,
    $5 \cdot 10 \cdot 10 = 500$, and $5 \cdot 6 \cdot 10 \cdot 10 = 3000$. The filter of question 4 is as high as the
    image and has one position on the vertical axis, so it moves in one direction only, although the layer is called
    `conv2d`: $5 \cdot 1 \cdot 10 = 50$. In question 3 the filter moves through the frames, but not through the colours:
    it has $3 \cdot 3 \cdot 3 \cdot 3 = 81$ weights.
    """,
)
