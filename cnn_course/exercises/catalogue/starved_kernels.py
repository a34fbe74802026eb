"""Find the bug: a VGG on small images that does not learn."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="a stack that starves",
    chapter="5-3",
    stars=2,
    minutes=25,
    goals=(3, 6),
    statement=r"""
    Ben builds a VGG with 13 convolutions for digits of $8 \times 8$ pixels, and knows that a deep stack needs the right
    first weights. So he draws them with the variance $2 / n$, where $n$ is the number of weights of a filter, as in
    {prf:ref}`prop-initial-variance`, with biases of 0. This is his program; it runs without an error.

    ```python
    layers, inputs = [], 1
    for width, count, pooled in ((16, 2, True), (16, 2, True), (32, 3, True),
                                 (32, 3, False), (32, 3, False)):
        for _ in range(count):
            conv = Conv2d(inputs, width, 3, padding=1, rng=rng)
            std = np.sqrt(2 / conv.weight.data[0].size)
            conv.weight.data[:] = rng.normal(0, std, conv.weight.data.shape)
            conv.bias.data[:] = 0
            layers += [conv, ReLU()]
            inputs = width
        if pooled:
            layers.append(MaxPool2d(2))
    network = Sequential(*layers, Flatten(), Linear(32, 10, rng=rng))
    ```

    The loss begins near $\log 10 = 2.30$. After five epochs with 200 digits, by stochastic gradient descent with the
    rates 0.001, 0.01, 0.1 and 1, it is still within 0.03 of that. He prints the mean square of what the
    convolutions give out, for one draw of the weights: about 2, 2, 6, 5, 4, 2, 1, then 0.4, 0.06, 0.007, 0.001,
    0.00005 and 0.00001.

    1. Which sizes do the feature maps have? What do the kernels see there?
    2. By what factor do you expect the mean square to change in each of the last six layers, and why does the
       proposition not promise that it is kept? Compare with the measurement.
    3. What is the smallest change of the program that helps? Name another one, and say what each costs.
    """,
    hints=(
        "Follow the side of the map: 8, and then?",
        "How many of the nine weights of a kernel ever meet a pixel, if the map has a single one?",
        "The proposition speaks of the mean square of all inputs of an output. What are the inputs here?",
    ),
    name="starved_kernels",
    answer=r"""
    *1.* The sides are 8 in the first stage, 4 in the second, 2 in the third, and 1 in the last two. On a map of a
    single pixel a kernel of $3 \times 3$ with padding 1 sees that pixel and eight zeros. Only its middle weight is ever
    used; the other eight get no gradient, either. The last six layers are $1 \times 1$ convolutions, that is, fully
    connected layers of 32 units, which carry eight useless weights for each useful one.

    *2.* An output adds up 32 products instead of $9 \cdot 32 = 288$, while the variance of the weights is $2 / 288$. So
    a layer with its relu multiplies the mean square by $\frac12 \cdot 32 \cdot \frac{2}{288} = \frac19$, apart from
    chance, which is large with 32 units: the product of six such factors is about $2 \cdot 10^{-6}$. Of the
    measured factors, four lie between about $\frac15$ and $\frac19$; the first is only about $\frac25$, because it
    contains a pooling, and one is about $\frac1{20}$. Together they make $10^{-5}$. With another draw the scatter is
    as large. The proposition is not violated: it
    says that the factor is $\frac12 n \tau^2$ for the mean square $q$ of *all* inputs of an output, the zeros of the
    padding included, and by them $q$ is a ninth of the mean square on the map. Before that, on the map of side 2, each
    window sees 4 pixels of 9, so that the fall begins there; the max-poolings, which prefer large numbers, hide it at
    first. What reaches the scores hardly depends on the image, hence the loss of $\log 10 = 2.30$, and the gradient
    becomes small in the same way on its way back.

    *3.* The smallest change is to pool less: leave the second and third pooling out, or move them to the end, so that
    the maps have 8 or 4 pixels on a side. It costs work, since every layer is then computed at more positions, and the
    layer behind `Flatten` becomes larger. Another one is a batch normalisation after each convolution, which sets the
    size whatever the kernel has seen; it costs time, and the useless weights stay. One can also draw the weights for
    the number of products that really occur, with the variance $2 / 32$ in the last six layers, or use kernels of
    $1 \times 1$ there, which is the honest description of what they compute, with a ninth of the weights.
    """,
    contains=(
        "the sides 8, 4, 2, 1, 1",
        "on a single pixel only the middle weight of nine is used",
        r"a factor of $\frac19$ for each of the last six layers, and that the measured ones scatter around it",
        "the hypotheses: the inputs of the proposition include the zeros of the padding",
        "a remedy that changes the sizes, and its cost",
        "another remedy (batch normalisation, kernels of one pixel, or another variance), and its cost",
    ),
    remark=r"""
    At $224 \times 224$ the smallest map on which VGG-16 computes a convolution has a side of 14, and the border takes
    little. Whoever runs a network on much smaller images than it was made for runs into this.
    """,
)
