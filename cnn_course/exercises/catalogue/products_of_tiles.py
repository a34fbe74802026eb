"""How many products the tiles of Winograd's algorithms take where they do not fit."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="tiles that do not fit",
    chapter="3-5",
    stars=2,
    minutes=10,
    goals=(5,),
    statement=r"""
    A layer with one input and one output channel, kernels of $3 \times 3$ and stride 1 has an output of
    $5 \times 5$ pixels. Three programs compute it: one by the definition, one by $F(2, 3)$ on both axes, and one by
    $F(4, 3)$ on both axes. The last two compute whole tiles; where these reach beyond the output, the image is filled
    up with zeros, and what is too much is thrown away.

    Set `products_of_tiles` to six numbers: the products that each of the three takes, and then the same for an output
    of $10 \times 10$. Count only the products of numbers that depend on the image with numbers that depend on the
    weights.
    """,
    name="products_of_tiles",
    answer=(225, 144, 144, 900, 400, 324),
    wrong={
        (
            225,
            100,
            56.25,
            900,
            400,
            225,
        ): "These are parts of tiles. A tile is computed as a whole: round its number up, on each axis.",
        (
            225,
            64,
            36,
            900,
            400,
            144,
        ): "The tiles are rounded down on each axis, so that the last rows and columns of the output are missing.",
        (225, 112, 72, 900, 400, 252): "The number of tiles is rounded up, but only after both axes have been "
        "multiplied. Tiles lie in rows and columns: round up on each axis, then multiply.",
        (225, 36, 24, 900, 100, 54): "These are products for one axis. A tile of F(2, 3) on both axes takes 4 times 4, "
        "and one of F(4, 3) 6 times 6.",
        (
            225,
            81,
            36,
            900,
            225,
            81,
        ): "Each tile is counted with 9 products, one for each weight. It takes one for "
        "each entry of the transformed tile.",
        (25, 144, 144, 100, 400, 324): "By the definition each output takes nine products.",
        (225, 324, 576, 900, 900, 1296): "These are the products of the definition for all outputs of whole tiles. "
        "Winograd's algorithms need 16 for four outputs, and 36 for sixteen.",
    },
    hints=(
        "How many tiles of two outputs cover five outputs on one axis? And of four?",
        "A tile of F(2, 3) takes 4 products on one axis, and a tile of F(4, 3) takes 6. On two axes?",
    ),
    remark=r"""
    $5 \times 5$ outputs take $3 \times 3$ tiles of $F(2, 3)$, with 16 products each, or $2 \times 2$ tiles of
    $F(4, 3)$, with 36 each: 144 both times. Of the $8 \times 8$ outputs of the large tiles more than half are thrown
    away. For $10 \times 10$ there are 25 tiles of 16 products and 9 tiles of 36. So $F(4, 3)$ is ahead, but not by the
    factor $16 / 9$ that one has for large images. This is one reason why `freeze` asks for outputs of at least
    $14 \times 14$, where the transforms have to be paid for as well.
    """,
)
