"""A certificate with four mistakes, and an image that refutes it."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="find the bug in a certificate",
    chapter="2-1",
    stars=2,
    minutes=25,
    goals=(2, 5, 6, 8),
    statement=r"""
    A student certifies a trained network of convolutions with $3 \times 3$ kernels, stride 1 and zeros as padding, of
    batch normalisation, relu, max-pooling with $3 \times 3$ windows and stride 2, and a fully connected layer at the
    end:

    ```python
    def radius(network, x):
        L = 1.0
        for layer in network:
            if hasattr(layer, "kernel_size") and hasattr(layer, "weight"):   # convolutions
                R = layer.weight.data.reshape(layer.out_channels, -1)
                L *= np.linalg.norm(R, 2)
            elif hasattr(layer, "in_features"):                              # fully connected
                L *= np.linalg.norm(layer.weight.data, 2)
        z = np.sort(network(x)[0])
        return (z[-1] - z[-2]) / L
    ```

    For one image it returns 1.638, and a classmate finds an image at the distance 1.49 that the network puts into
    another class.

    1. Is it possible that the classmate has made a mistake?
    2. Find all mistakes of the program. For each, say what has to stand there instead, and whether it makes the radius
       too large or too small.
    3. The student repairs everything, and every radius is now below 0.02. The same classmate attacks again, and finds
       nothing below 0.9. Is there another bug?
    4. Which of the mistakes would a test have found that only uses random perturbations of norm 1?
    """,
    hints=(
        "Make a list of everything that stands between the image and the outputs, and look for its factor.",
        "There are four mistakes. One of them is in the last line.",
        "Random directions in a space of many dimensions: how well do they meet the worst one?",
    ),
    name="wrong_certificate",
    answer=r"""
    *1.* Hardly. An image of another class at the distance 1.49 is a fact, which anybody can check by giving it to the
    network. (He could have measured the distance in other units, say after a normalisation of the pixels. If the two
    distances are in the same units, the certificate is wrong.)

    *2.* Four mistakes, and each of them makes the radius too large, if the factor that is missing is above 1:

    - The norm of the reshaped kernel is a *lower* bound of the convolution's norm. A certificate needs the supremum of
      the symbol, or at least $k \lVert R \rVert$, here three times as much.
    - Batch normalisation is left out. It multiplies channel $c$ by $\gamma_c / \sqrt{v_c + \epsilon}$, and the
      largest modulus belongs into the product. It is often above 1. (If all are below 1, leaving it out makes the
      radius smaller than it could be, which is no error in the proof.)
    - Max-pooling with $3 \times 3$ windows and stride 2 has the constant 2, not 1: a pixel may be the maximum of four
      windows.
    - The margin has to be divided by $\sqrt 2\, L$, since two outputs move in opposite directions.

    Relu is rightly left out: its constant is 1. So are the biases. A tie gives the radius 0, which is right.

    *3.* Not necessarily. The true distance lies between 0.02 and 0.9, and both statements are true. The product takes
    the worst case in each layer, and the worst directions of one layer do not meet those of the next; relus that are
    off make the true constant smaller. A factor of dozens or hundreds is usual for networks trained without regard to
    their norms. The attack proves nothing about smaller radii either.

    *4.* None, most probably. In a space of hundreds of dimensions a random direction has only a small part in the
    worst one, and the network moves by much less than the wrong certificate allows. A certificate is tested by an
    attack that looks for its worst case, and best of all factor by factor: a layer with known norm, such as nine ones,
    an impulse for the pooling, and the example of two outputs $(x, -x) / \sqrt 2$ for the last line.
    """,
    contains=(
        "an adversarial image is a proof; the only doubt is the unit of the distance",
        "the reshaped kernel is a lower bound; the symbol, or $k$ times the norm, is an upper one",
        "the factor of batch normalisation, and the constant 2 of the pooling",
        "the $\\sqrt 2$",
        "the direction of each mistake",
        "a gap between certificate and attack is no contradiction, with its causes",
        "random directions do not come near the worst one",
    ),
)
