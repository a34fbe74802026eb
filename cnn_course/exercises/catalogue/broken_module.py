"""A module that does not fit together: what stops it, and what only costs."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="a module that does not fit",
    chapter="5-4",
    stars=2,
    minutes=20,
    goals=(5, 4),
    statement=r"""
    Somebody wants an inception module on 64 channels, with the numbers $(32;\, 48, 96;\, 16, 24;\, 16)$, and writes

    ```python
    Concat(
        Sequential(Conv2d(64, 32, 1, rng=rng), ReLU()),
        Sequential(Conv2d(64, 96, 3, padding=1, rng=rng), ReLU(), Conv2d(96, 48, 1, rng=rng), ReLU()),
        Sequential(Conv2d(64, 16, 1, rng=rng), ReLU(), Conv2d(16, 24, 5, padding=1, rng=rng), ReLU()),
        Sequential(Conv2d(64, 16, 1, rng=rng), ReLU(), MaxPool2d(3, 2, 1)),
    )
    ```

    The input has the shape $(8, 64, 20, 20)$.

    1. Which shapes do the four branches give out? Which of them cannot be concatenated, and what has to be changed?
    2. When that is mended the module runs. Which branch is still not the one that was wanted? Compare its
       multiply-accumulates at one position with those of the wanted one, and say what the module gives out.
    3. In the fourth branch the convolution comes before the pool. Is that the same function as the other way round?
       Does it cost the same?
    """,
    hints=(
        "The size of an output is (n + 2p - k) / s + 1, rounded down.",
        "Which layer is the expensive one of a branch, and how many channels does it read in each order?",
        "For 3, which of the two operations looks at several pixels? Try weights of both signs.",
    ),
    name="broken_module",
    answer=r"""
    1. The branches give out $(8, 32, 20, 20)$, $(8, 48, 20, 20)$, $(8, 24, 18, 18)$ and $(8, 16, 10, 10)$. `Concat`
    joins maps of one size only. The $5 \times 5$ convolution needs padding 2, since $20 + 4 - 5 + 1 = 20$, and the pool
    needs stride 1: `MaxPool2d(3, 1, 1)`.

    2. In the second branch the reduction comes after the expensive layer. It needs
    $9 \cdot 64 \cdot 96 + 96 \cdot 48 = 59{,}904$ multiply-accumulates at a position, and gives out 48 channels. The
    wanted branch reduces first: $64 \cdot 48 + 9 \cdot 48 \cdot 96 = 44{,}544$, and gives out 96. So the module has
    $32 + 48 + 24 + 16 = 120$ channels in place of 168: more work for fewer channels. Nothing complains, until a later
    layer expects 168.

    3. It is another function. With the weights $(1, -1)$ for one output and two pixels $(2, 0)$ and $(0, 2)$ in one
    window, the convolution first gives $2$ and $-2$, and the largest is 2. The pool first gives $(2, 2)$, and the
    convolution 0. The maximum does not commute with a map that mixes channels. In general neither is better. With
    stride 1 the convolution costs the same $64 \cdot 16$ at each position either way, but the pool has 16 channels to
    look at instead of 64. As the paper's module is defined, the pool comes first.
    """,
    contains=(
        "the four shapes; padding 2 and stride 1",
        "the reduction of the second branch comes too late: 59,904 against 44,544 multiply-accumulates",
        "120 channels in place of 168, and no error message",
        "pool and convolution do not commute, with an example of numbers, and the convolution costs the same",
    ),
)
