"""An attack that succeeds too well: find the bugs."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="an attack that succeeds too well (find the bugs)",
    chapter="2-2",
    stars=2,
    minutes=25,
    goals=(3,),
    statement=r"""
    A student attacks a network on images with values from 0 to 1, in the maximum norm with the radius 0.1:

    ```python
    def attack(x, label, steps=40, radius=0.1, rate=0.025):
        mean, std = x.mean(), x.std()
        z = (x - mean) / std
        for _ in range(steps):
            step = rate * np.sign(gradient_of_loss(network, z, label))
            z = z + np.clip(step, -radius, radius)
        return z
    ```

    `network` was trained on images that are normalised as in the second line, with the mean and the standard deviation
    of each, and `gradient_of_loss` gives the gradient in `z`. The student reports: "At the radius 0.1, 100 % of the
    images change their class. The network is worthless."

    1. Find the mistakes. How far from the image can the result be, in each pixel, in normalised units and in pixels, if
       `std` is 0.3? Which values can it have that no image has?
    2. The student mends the ball in normalised units, clips `z` to the interval from 0 to 1, and now reports 70 %.
       What is still wrong?
    3. Write down the loop as it should be, and say in which units the ball and the box are meant.
    4. Which three short tests would have found all of this before the report?
    """,
    hints=(
        "How far does z get in forty steps, if the same pixel goes up each time?",
        "A pixel that moves by 0.1 in normalised units moves by how much in the image? And where are black and white "
        "in normalised units?",
    ),
    name="escaped_attack",
    answer=r"""
    *1.* The radius bounds each single step, which at 0.025 is small anyway: the `clip` does nothing. What must be
    bounded is the distance from the start. After 40 steps a pixel can be $40 \cdot 0.025 = 1$ away from it in
    normalised units, ten times the radius; in pixels that is $1 \cdot 0.3 = 0.3$, three times the radius. Nothing keeps
    the result between black and white, either: a white pixel can become 1.3, and a black one $-0.3$. And the function
    returns the normalised image, so that whoever compares the result with `x` compares different units.

    *2.* Two things are still wrong. The ball of radius 0.1 in normalised units has the radius 0.03 in pixels: the
    attack is now weaker than reported, by the factor `std`. And in normalised units black and white are not 0 and 1,
    but $(0 - m) / \sigma$ and $(1 - m) / \sigma$, for the mean $m$ and the standard deviation $\sigma$. To clip `z` to
    the interval from 0 to 1 makes every pixel that is darker than the mean equal to the mean. That is a large change,
    outside of every ball, and made before any attack: many of the 70 % may be due to it alone.

    *3.* In pixels, with the normalisation as the first layer of the network:

    ```python
    def attack(x, label, steps=40, radius=0.1, rate=0.025):
        mean, std = x.mean(), x.std()
        y = x.copy()
        for _ in range(steps):
            slope = gradient_of_loss(network, (y - mean) / std, label) / std
            y = y + rate * np.sign(slope)
            y = np.clip(y, x - radius, x + radius)
            y = np.clip(y, 0, 1)
        return y
    ```

    Ball and box are both meant in pixels. `mean` and `std` are those of the image `x`, kept fixed. Whoever wants them
    to follow `y`, as they do when the network is used, must differentiate through them, too; and the report must be
    made with the network as it is used. (The division of the slope by `std` does not change its signs, but belongs to
    the chain rule; in l2 only the direction counts, too.)

    *4.* For the result $y$ assert that $\max \lvert y - x \rvert \le 0.1$, up to rounding, and that all values lie
    between 0 and 1. With the radius 0 the result must be the image itself, and the share of changed classes must be the
    share of images that the network gets wrong anyway.
    """,
    contains=(
        "the clip bounds a step, and not the distance from the start",
        "1 in normalised units, 0.3 in pixels, for the radius 0.1",
        "no box: values below 0 and above 1",
        "after the first repair: a ball of 0.03 in pixels, because a radius must be divided by the standard deviation",
        "the box in normalised units is not the interval from 0 to 1; clipping to it changes all dark pixels",
        "a loop with step, ball and box in pixels",
        "tests: distance, range, and the radius 0",
    ),
    remark=r"""
    An attack that is too strong is noticed seldom, since success is what one hopes for. Check each result as if
    somebody else had made it: measure its distance from the image, in pixels, with a line of its own.
    """,
)
