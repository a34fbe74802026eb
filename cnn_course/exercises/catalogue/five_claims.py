"""Five claims about a network, of which none follows."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="five claims about a network",
    chapter="2-2",
    stars=2,
    minutes=30,
    goals=(1, 5, 7),
    statement=r"""
    A company sells a network that reads digits, images of $28 \times 28$ pixels with values from 0 to 1. Its layers are
    convolutions with zero padding, with two max-poolings of stride 2, and a matrix with ten rows at the end. The
    leaflet says:

    - A. "We moved 10,000 test images by random noise of l2 norm 1. Not one changed its class. The network is stable
      against every perturbation of norm 1."
    - B. "It has the Lipschitz constant 1, so that it does not mind if a digit stands one pixel further to the right."
    - C. "Pooling makes it invariant under small shifts."
    - D. "In the new version each stride comes after a low-pass. Now it *is* invariant under shifts."
    - E. "A search by projected gradient ascent found no other class within the radius 0.5 for any test image. Hence the
      radius 0.5 is certified."

    1. Say of each why it does not follow. Where you can, give an order of magnitude, or an example.
    2. What would have to be measured or proved for each of the claims, and which of them can be true at all, for a
       network that tells digits apart?
    """,
    hints=(
        "For A: by how much does a random direction move ten logits, compared with the worst one?",
        "For B: how far does an image move in l2, if it is shifted by one pixel?",
        "For C and D: which shifts does the network respect, and what happens at the border?",
        "For E: does an attack give an upper or a lower bound of the smallest perturbation?",
    ),
    name="five_claims",
    answer=r"""
    *A.* The Jacobian of ten logits has rank at most 10 in a space of 784 dimensions. A random direction has a gain of
    at most about $\sqrt{10 / 784} \approx 0.11$ of that of the worst one, in the quadratic mean. Where noise of norm 1
    does nothing, the worst direction may change the class at the norm 0.1 already. 10,000 draws do not help: in 784
    dimensions all of them are far from the worst direction. What can be claimed needs an attack (to refute it) or a
    Lipschitz constant and the margins (to prove it).

    *B.* The Lipschitz constant bounds the change of the output by the change of the image *in l2*. A thin stroke that
    moves by its own width has no overlap with what it was, and the image changes by $\sqrt 2$ times its norm. On MNIST
    a shift by one pixel moves a digit by 5.3, and the nearest digit of another class is 7.7 away, in the median. Half
    of 7.7 is less than 5.3. So a constant cannot prove for both of two such digits that the class stays at every move
    as long as 5.3: their balls overlap, and an image in both would have two classes. The constant is to be compared
    with the margins, divided by half of the distances between images; "1" alone says nothing. One would measure the
    share of images whose class stays when they are shifted.

    *C.* Two strides of 2 make the feature maps follow shifts by multiples of 4 pixels only, and the zeros in the
    padding limit even this to the inside of the image. And then they *move along*, and the matrix has other weights for
    the new positions: that is equivariance, not invariance. What pooling gives is that an output stays while its
    maximum stays in the window and nothing larger comes in. A shift by one pixel moves some maxima across the edge of
    their window.

    *D.* A low-pass makes the defect of a stride small for smooth signals, and does not remove it: no filter of finite
    length removes all frequencies from half of the new rate on, and the relu behind it makes new ones. Border and
    matrix are as before. What would make it exactly invariant under cyclic shifts is circular padding, no stride (with
    strides: under the multiples of the total stride), and a mean or a maximum over all positions at the end.

    *E.* An attack that succeeds proves that there is a perturbation; one that fails proves nothing: a better one, with
    another start or another loss, might succeed. It bounds the smallest perturbation from above. A certificate bounds
    it from below, and needs a proof: the margin divided by $\sqrt 2$ times a Lipschitz constant.

    *2.* A radius as in A or E can be true, as long as it is less than half of the distance to an image of another
    class. For B and C one can measure a share of images, and count what comes in at the border. Exact invariance is
    possible for *cyclic* shifts, by a network as described under D or by a maximum over all of them. With images that
    leave the frame there is no invariance at all, because something is lost.
    """,
    contains=(
        r"A: a random direction has about $\sqrt{10/784}$ of the worst gain, so that harmless noise proves nothing",
        "A: to refute it takes an attack, to prove it a certificate",
        "B: a shift is no small move in l2; an example or a number",
        "B: a constant must be compared with the margins and with half of the distances between images of two classes",
        "C: multiples of 4 only, away from the border, and equivariance in place of invariance",
        "D: the defect becomes smaller and does not vanish, and border and matrix remain",
        "E: an attack bounds from above, a certificate from below",
        "what can be true: radii below half of the distance of the classes, invariance under cyclic shifts",
    ),
)
