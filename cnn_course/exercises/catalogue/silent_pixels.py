"""Which pixels have the gradient 0, whatever the loss is."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="pixels without a gradient",
    chapter="4-1",
    stars=2,
    minutes=15,
    goals=(4,),
    statement=r"""
    How many pixels have the gradient 0 *with certainty*, whatever the upstream gradient and the weights are, apart from
    what is said of them? All images have one channel, there is one filter of $3 \times 3$, and no padding.

    1. An image of $10 \times 10$, stride 3.
    2. An image of $9 \times 9$, stride 4.
    3. An image of $8 \times 8$, stride 2, dilation 2.
    4. As 1, but a relu follows, and four of the nine values before it are negative, the others positive.
    5. An image of $5 \times 5$, stride 1, and all weights but the middle one are 0.
    6. And how many of the nine *weights* in 5 have the gradient 0 with certainty, whatever the image is?

    Set `silent_pixels` to the six numbers.
    """,
    name="silent_pixels",
    answer=(19, 45, 48, 55, 16, 0),
    wrong={
        (0, 45, 48, 36, 16, 0): "The first and the fourth are wrong. Three windows in a row, three pixels apart, end "
        "at the pixel 8: a row and a column of pixels are left over.",
        (20, 45, 48, 56, 16, 0): "The first and the fourth are wrong by one: a row and a column have been added, and "
        "the pixel in the corner belongs to both.",
        (
            1,
            9,
            16,
            37,
            16,
            0,
        ): "The first four are wrong: rows without a window have been multiplied by columns without "
        "one. A pixel has no window as soon as its row has none, or its column.",
        (19, 45, 15, 55, 16, 0): "Only the third is wrong. With dilation 2 a window extends over five pixels on each "
        "axis, but reads only every second one.",
        (19, 9, 48, 55, 16, 0): "Only the second is wrong. Rows without a window have been multiplied by columns "
        "without one. A pixel has no window as soon as its row has none, or its column.",
        (19, 17, 48, 55, 16, 0): "Only the second is wrong. Between the two windows there is a row that neither reads, "
        "and behind the second there are two more.",
        (19, 45, 48, 36, 16, 0): "Only the fourth is wrong. The pixels without a window still have no gradient.",
        (19, 45, 48, 23, 16, 0): "Only the fourth is wrong. A closed relu sends nothing back to the whole window, and "
        "no other window reads these pixels.",
        (19, 45, 48, 19, 16, 0): "Only the fourth is wrong. The slope of relu is 0 at a negative value: through it no "
        "gradient comes back, and no other window reads the pixels of its window.",
        (19, 45, 48, 55, 16, 8): "Only the last is wrong. A weight that is 0 at the moment has a gradient all the "
        "same: g times the pixels it meets.",
        (19, 45, 48, 55, 0, 0): "Only the fifth is wrong. A pixel receives g times a tap from each window, and if it "
        "lies only under taps that are 0, it receives nothing.",
        (19, 45, 48, 55, 0, 8): "The last two are exchanged in their reasons: a pixel receives g times taps, so taps "
        "of 0 silence it; a weight receives g times pixels, whatever its own value is.",
    },
    hints=(
        "On one axis, write down which positions the windows read. A pixel is read if its row and its column are.",
        "In 4 the windows do not overlap.",
        "In 5, which pixels lie under the middle tap of some window?",
    ),
    remark=r"""
    On one axis the windows read 9 of 10, 6 of 9 and 4 of 8 positions. So $100 - 81$, $81 - 36$ and $64 - 16$ pixels
    are never read. In 4, four windows of 9 pixels are added to the 19. In 5 the middle tap lies on the inner
    $3 \times 3$ pixels, and 16 lie only under taps that are 0. These 16 zeros hold for the moment, unlike the ones
    before: after a training step the other weights may differ from 0.
    """,
)
