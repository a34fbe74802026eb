"""Choosing a network by its numbers, and what the numbers do not say."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="a network for a small machine",
    chapter="5-5",
    stars=2,
    minutes=25,
    goals=(5, 6),
    statement=r"""
    A camera that counts birds is to have one of the networks of the chapter's table. It has 64 MiB of memory for
    weights in single precision (4 bytes each), and its processor does 20 billion multiply-accumulates in a second.
    Four pictures of $224 \times 224$ pixels are to be read in each second.

    1. Which networks fit into the memory? Which are fast enough, if the processor is as fast as it promises? Which are
       left?
    2. A colleague wants VGG-16 with its three dense layers replaced by a mean over each of the 512 channels and one
       dense layer of 1,000 outputs. How many parameters has it then? How many products does it save? Does it fit now?
    3. Another one proposes to store the weights of ResNet-50 with 2 bytes each. Which of the two limits does that help?
    4. Which of the four challenges (model size, gradients, depth, width) are none of the camera's business, and why?
    5. Name three things that decide about speed or memory on the camera and are not in the table.
    6. The table has an error of 6.67 % for GoogLeNet and 7.5 % for VGG-16. Why may the camera not expect them?
    """,
    hints=(
        "One MiB is 1024 * 1024 bytes. How many parameters fit into 64 of them?",
        "For 2: the convolutions of VGG-16 have 14,714,688 parameters. How many products does a dense layer have?",
        "For 5: think of what must be kept at the same time, and of what a processor waits for.",
    ),
    name="network_for_a_device",
    answer=r"""
    *1.* $64 \cdot 2^{20} / 4 = 16{,}777{,}216$ parameters fit: LeNet-5, GoogLeNet and ResNet-18 do. (LeNet-5 has been
    made for digits of $28 \times 28$ pixels, and is out.) AlexNet, VGG-16 and the other ResNets do not. Four pictures
    in each second leave $5 \cdot 10^9$ products for a picture: all but VGG-16 (15.5) and the ResNets with 101 and 152
    layers (7.8 and 11.5) stay below. GoogLeNet and ResNet-18 are left, with 1.6 and 1.8 billion.

    *2.* $14{,}714{,}688 + 513 \cdot 1000 = 15{,}227{,}688$ parameters. That fits into the memory, just. But the
    dense layers have one product for each weight: replacing 123.6 million by half a million saves less than one
    percent of the 15.5 billion. It is still three times too slow.

    *3.* The memory: 51 million bytes fit. The number of products does not change. Whether they become faster depends on
    the processor, and whether the answers stay the same has to be tried.

    *4.* Gradients: the camera only computes forwards. Depth and width for themselves do not matter to it either; they
    matter to it through time, memory and error. Model size remains.

    *5.* For example: the memory for the maps between the layers, of which the largest ones, in the first layers, count;
    copies that an algorithm makes, such as the columns of a convolution; whether the processor waits for weights or
    maps from memory, as it does with $1 \times 1$ and depthwise layers; how well many small layers use several cores;
    the picture's size, if it may be another one; batch norms that are folded or not; the number of pictures at once.

    *6.* GoogLeNet's error is that of seven networks on many pieces of each image, VGG's comes from several scales and
    pieces of an image: that is many times the work. Both are errors on ImageNet's photographs of a thousand classes,
    not on birds in front of this camera, and one is measured on test, the other on validation images. The error that
    counts is measured with the camera's own pictures.
    """,
    contains=(
        "16.8 million parameters fit: GoogLeNet and ResNet-18 of those for large images",
        "5 billion products for a picture; VGG-16, ResNet-101 and ResNet-152 need more",
        "VGG-16 with a mean: 15,227,688 parameters, nearly as many products as before, too slow",
        "two bytes help the memory, not the number of products",
        "gradients are of no interest for inference",
        "three quantities that are not in the table, such as memory of maps, bandwidth, use of several cores",
        "errors of ensembles and many pieces, other images, test or validation",
    ),
    remark=r"""
    Products are the best single number for time, and a poor one: on the machine of the book's comparison, networks with
    equal numbers of products take different times.
    """,
)
