"""Two layers, and for each the way that suits it."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="two layers",
    chapter="1-5",
    stars=2,
    minutes=25,
    goals=(5, 6),
    statement=r"""
    Two layers with stride 1 are to be made faster.

    - *A.* 256 channels in and 256 out, kernels of $3 \times 3$, images of $14 \times 14$ with zeros around them
      so that the output has that size too, one image at a time, while the network is being trained.
    - *B.* 64 channels in and 64 out, but each output sees only the input of the same number, through one kernel of
      $31 \times 31$; images of $56 \times 56$, again with zeros around them; 32 images at a time.

    For which of them would you try transforms? Estimate the operations of both ways for both layers. For which of the
    two would you trust the estimate without measuring, and why?
    """,
    hints=(
        "How many kernels are there in each layer, and how many images share the transform of a kernel?",
        "In layer B there is no sum over the channels. What are the three counts of transforms then?",
        "What makes the direct way fast in a layer with many channels, and is it there in layer B?",
    ),
    name="which_layer",
    answer=r"""
    *Layer A.* Directly, $2 \cdot 256^2 \cdot 14^2 \cdot 9 \approx 231$ million operations. By transforms there are
    $256^2 = 65\,536$ kernels to be transformed, for one single image, and anew at every step of the training. On a grid
    of $16 \times 16$, the size with the zeros, one transform takes $2.5 \cdot 256 \cdot 8 = 5120$ operations: together
    336 million, and the products at each frequency are not even counted. The direct way needs fewer operations, and it
    does them faster, as one large matrix product. Here no clock is needed.

    *Layer B.* Directly, each image and channel takes $2 \cdot 56^2 \cdot 31^2 \approx 6$ million operations. By
    transforms there is one product per channel, without a sum: $B C$ transforms there, $C$ of kernels and $B C$ back.
    The grid must be at least $56 + 15 = 71$ long on each axis, because only the middle of the full convolution is kept;
    say $72 \times 72$, where a transform takes about $2.5 \cdot 5184 \cdot 12.3 \approx 160\,000$ operations. Two of
    them and the products, $3 \cdot 5184$, are about 340 000 operations for an image and channel: some 18 times fewer.
    The 64 transforms of kernels are shared by 32 images, and do not matter. Moreover, without the sum over the channels
    the direct way is no large matrix product, and loses its speed. Transforms should win by far.

    The factor of 18 is larger than what the speeds of operations usually differ by, but not so much larger that one
    should not measure; in A both arguments point the same way.
    """,
    contains=(
        "names the 65 536 kernels of A, whose transforms serve one image and are lost at the next step of training",
        "estimates both ways for A, and finds that the transforms of the kernels alone exceed or nearly reach the "
        "direct way",
        r"counts $B C + C + B C$ transforms for B, and one product for each frequency, image and channel",
        "estimates both ways for B, and finds that the direct way takes ten times as many operations or more",
        "says that the direct way is fast where it is one large matrix product, in A but not in B",
        "trusts an estimate only where the count is clear and the speeds do not contradict it",
    ),
    remark=r"""
    Layers like B are called *depthwise*. Networks with large depthwise kernels exist, and are one place where
    transforms are used. (72 is no power of two; the count is taken for it all the same, as an estimate.)
    """,
)
