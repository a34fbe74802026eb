"""In which units a certified radius is meant, and what it says of other norms."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="in which units?",
    chapter="2-1",
    stars=2,
    minutes=20,
    goals=(1, 8),
    statement=r"""
    A network for colour images of $32 \times 32$ pixels sees each pixel, a number $x$ from 0 to 1, as $(x - m) / s$,
    with $s = 0.25, 0.24, 0.26$ in its three channels and some means $m$. For the network behind this step a Lipschitz
    constant $L = 1$ has been proved. For one image the margin is 0.5.

    1. Which radius is certified, for changes of the normalised numbers, and which for the pixels? What do the $m$
       matter?
    2. A paper measures changes in the maximum norm and allows $8 / 255$ for every number in every channel. Does the
       certificate exclude that such a change deceives the network?
    3. How large would the margin have to be for it?
    4. Somebody proposes to divide all weights and biases of the last layer by 10. "Then $L$ is ten times smaller, and
       the radius ten times larger." What do you say?
    5. And to train with pixels from 0 to 255 instead, since the radius is then a larger number?
    """,
    hints=(
        "The normalisation is a layer. What is its Lipschitz constant, if the three factors differ?",
        "How large can the Euclidean norm be, if no entry is above ε?",
        "What does the proposal do to the margin?",
    ),
    name="units_of_a_radius",
    answer=r"""
    *1.* In normalised numbers the radius is $0.5 / \sqrt 2 \approx 0.354$. The normalisation is a diagonal matrix
    and a bias. Its norm is its largest entry, $1 / 0.24$, so the constant from pixels to outputs is at most
    $1 / 0.24$, and the radius for pixels is at least $0.24 \cdot 0.354 \approx 0.085$. The means are biases, and do
    not matter.

    *2.* No. The image has $n = 3 \cdot 32 \cdot 32 = 3072$ numbers. A change of $8/255 \approx 0.0314$ in each has the
    Euclidean norm $\sqrt{3072} \cdot 0.0314 \approx 1.74$, about twenty times the radius. That does not mean that such
    a change succeeds: nothing is certified, in either direction. What is certified in the maximum norm is
    $0.085 / \sqrt{3072} \approx 0.0015$, less than half of a grey level.

    *3.* The radius for pixels, $0.24\, \mu / \sqrt 2$, would have to exceed $1.74$, so $\mu$ would have to be about
    10.25: twenty times as much. It is possible that no image has such a margin when $L = 1$, since $\mu$ is at most
    $\sqrt 2$ times the distance to an image of another class, in normalised numbers.

    *4.* $L$ becomes ten times smaller, and so do the outputs and their margin. The radius does not change, as the
    classes do not: a radius is a property of the classes' borders. (If the biases were left as they are, they would
    count ten times as much against the rest, and classes could change.)

    *5.* The radius is then 255 times larger, in units that are 255 times smaller. Nothing has changed. A radius
    without its unit says nothing, and two papers can be compared only if both give it.
    """,
    contains=(
        r"$0.354$ in normalised numbers, about $0.085$ in pixels, by the smallest $s$",
        "the means are biases",
        r"the root of the number of entries, $\sqrt{3072}$, between the two norms",
        "not certified is not the same as not safe",
        "the margin of about 10.25",
        "scaling outputs changes margin and constant alike; scaling pixels changes the unit",
    ),
)
