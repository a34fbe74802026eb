"""The numbers of a small VGG."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="the numbers of a small VGG",
    chapter="5-3",
    stars=1,
    minutes=12,
    goals=(1, 2, 3),
    statement=r"""
    A small network follows the rules of VGG. Its input is a grey image of $48 \times 48$ pixels. It has three stages,
    of 2, 2 and 3 convolutions with 16, 32 and 64 channels. Each convolution has kernels of $3 \times 3$, a padding of
    1, biases, and a relu behind it, and each stage ends in a max-pooling with windows of $2 \times 2$ and stride 2.
    Then come a fully connected layer of 100 units with biases, and one of 10.

    Set `small_vgg_numbers` to five numbers: the side of the last feature map, after the third pooling; the side of the
    receptive field of a unit of the last convolution, before that pooling; the number of parameters of the three
    convolutions of the third stage together; the multiply-accumulates of the last convolution for one image; and the
    parameters of the layer of 100 units.
    """,
    name="small_vgg_numbers",
    answer=(6, 40, 92352, 5308416, 230500),
    wrong={
        (6, 44, 92352, 5308416, 230500): "The field is that of a unit behind the third pooling. Before it, the window "
        "of the pooling is not yet part of it.",
        (6, 15, 92352, 5308416, 230500): "The field grows by 2 with each convolution only as long as there is no "
        "pooling below. Behind a pooling neighbours are two pixels apart, and behind two of them four.",
        (6, 36, 92352, 5308416, 230500): "The field lacks the windows of the poolings: each of them adds its stride to "
        "the field as well, in steps of its input.",
        (6, 3, 92352, 5308416, 230500): "3 is the size of the filter. The receptive field is counted in pixels of the "
        "image, through all layers below.",
        (3, 40, 92352, 5308416, 57700): "There are three poolings, and 48 is halved three times. Convolutions with a "
        "padding of 1 keep the size.",
        (6, 40, 110784, 5308416, 230500): "The first convolution of the third stage reads 32 channels, those of the "
        "stage before.",
        (6, 40, 92160, 5308416, 230400): "The biases are parameters, too: one for each channel and for each unit.",
        (6, 40, 36928, 5308416, 230500): "The third number is for all three convolutions of the stage.",
        (6, 40, 92352, 1327104, 230500): "The last convolution works before the last pooling, on 12 times 12 "
        "positions.",
        (6, 40, 92352, 36864, 230500): "Each weight is used once at every position of the map, not once in all.",
        (6, 40, 92352, 10616832, 230500): "A product and its addition are one multiply-accumulate. Two operations are "
        "the other convention.",
        (6, 40, 92352, 5308416, 3700): "The fully connected layer reads all 64 channels, not one.",
        (6, 40, 92352, 5308416, 6500): "The fully connected layer reads every position of every channel.",
    },
    hints=(
        "Only the poolings change the size.",
        "Write down the field and the step, layer by layer: a convolution adds 2 steps, a pooling adds one step and "
        "then doubles it.",
        "A weight of a convolution is used once at every position of the output.",
    ),
    remark=r"""
    $48 / 2^3 = 6$. The field is 3, 5, pooling 6, then in steps of two 10, 14, pooling 16, and in steps of four 24, 32,
    40. The third stage has $9 \cdot 32 \cdot 64 + 64 = 18{,}496$ and twice $9 \cdot 64 \cdot 64 + 64 = 36{,}928$
    parameters. The last convolution uses its $36{,}864$ weights at $12 \cdot 12$ positions. The layer of 100 units
    reads $64 \cdot 6 \cdot 6 = 2304$ numbers: it has more parameters than all convolutions together, as in VGG-16.
    """,
)
