"""Max-pooling with zeros around the image: a mistake that hides behind relu."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="a pooling that passed its tests (find the bug)",
    chapter="3-3",
    stars=2,
    minutes=20,
    goals=(3, 7),
    statement=r"""
    A student needs max-pooling that keeps the size of the image, and writes

    ```python
    def max_pool_same(x):
        padded = np.pad(x, ((0, 0), (0, 0), (1, 1), (1, 1)))
        return max_pool2d(padded, 3, stride=1)
    ```

    It agrees with the definition on photographs with values from 0 to 1. It stands behind a relu in one network and in
    front of one in another, and both give the right results. In a third network relu is replaced by leaky relu, and
    the results are wrong, though not everywhere.

    1. What is wrong, and at which positions of which images does it show?
    2. Why did nobody notice it in the first two networks? Treat both orders.
    3. Where in the third network is it noticed: if the pooling stands behind the leaky relu, in front of it, or both?
       Would tanh in place of relu show it?
    4. Correct the function. Is it the same mistake to pad *average* pooling with zeros?
    """,
    hints=(
        "What does np.pad put around the image, and with which numbers does it compete?",
        "For the second question: which numbers come out of a relu? And what does relu make of max(m, 0)?",
        "For the third: which activations send the larger of m and 0 to the same number as m, also for negative m?",
    ),
    name="zero_padded_maximum",
    answer=r"""
    *1.* `np.pad` surrounds the image with zeros, and a zero takes part in the maximum like any other number. Where all
    values of the image in a window are negative, and the window reaches beyond the image, the result is 0 instead of
    the largest of these values. It shows in the outermost rows and columns only, since a window of $3 \times 3$ with
    stride 1 reaches beyond the image only there, and only where no value of the window is 0 or more.

    *2.* Let $m$ be the largest value of the image in a window at the border. The function returns $\max(m, 0)$ there
    instead of $m$. On photographs, and behind a relu, $m \ge 0$, so the two are equal. In front of a relu they may
    differ, but then relu follows, and $\max(\max(m, 0), 0) = \max(m, 0)$: what relu makes of the wrong number is what
    it makes of the right one.

    *3.* Leaky relu passes negative numbers on, as $\alpha m$. Behind it the pooling gets negative numbers, and returns
    0 in place of them. In front of it the pooling hands on 0 in place of $m < 0$, and leaky relu makes 0 of it
    instead of $\alpha m$. So it shows in both orders, if $\alpha > 0$. With tanh it is the same: tanh is negative for
    negative numbers, and 0 at 0.

    *4.* Pad floats with minus infinity, `np.pad(x, …, constant_values=-np.inf)`, or with `max_pool2d(x, 3, stride=1,
    padding=1)` let the library do it. Each window has a value of the image in it, so minus infinity never comes out.
    For average pooling zeros are no mistake of this kind, but a choice: they make the operation a convolution with one
    kernel at all positions, and pull the means at the border towards 0. Whoever wants the mean of the image's own
    values must divide by their number. Minus infinity would be wrong there: every mean at the border would become minus
    infinity.
    """,
    contains=(
        "zeros take part in the maximum, and win against negative numbers",
        "only at the border, and only in windows whose values of the image are all negative",
        "behind relu, and on photographs, there are no negative numbers",
        r"in front of relu: $\max(\max(m, 0), 0) = \max(m, 0)$",
        r"leaky relu with $\alpha > 0$ and tanh keep negative numbers apart from 0, so it shows in both orders",
        "minus infinity as padding, and why it never comes out",
        "average pooling: zeros are a choice, with an effect on the means at the border",
    ),
    remark=r"""
    The tests only had inputs on which the mistake makes no difference. For a maximum, test with numbers that are all
    negative; for a sum, with numbers that are all positive.
    """,
)
