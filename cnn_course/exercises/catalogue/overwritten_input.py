"""A residual block that adds in place: the forward pass is right, and the gradients are not."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="an addition that saves memory (find the bug)",
    chapter="5-5",
    stars=3,
    minutes=30,
    goals=(2,),
    statement=r"""
    To save memory a student adds in place. Layers keep their input for the backward pass, the array itself and no copy.

    ```python
    class Block(Layer):
        def __init__(self, body):
            self.body = body

        def forward(self, x):
            x += self.body(x)
            return x

        def backward(self, grad_output, needs_input_grad=True):
            return grad_output + self.body.backward(grad_output)
    ```

    The body is `Conv2d`, `BatchNorm2d`, `ReLU`, `Conv2d`, and there is no relu after the sum. Ten such blocks stand
    between a first convolution and a mean over all positions. The outputs agree with those of a correct program to the
    last bit, and the training even works.

    1. What is wrong?
    2. Which gradients are wrong, and which are right? Go through the layers of a body, and say what each needs for its
       backward pass. What does a block do to the gradients of the blocks before and behind it?
    3. Why does the training work all the same? When would it go worse?
    4. In another network each body begins with a `ReLU`. What is wrong then?
    5. A third network begins with a `Block`, without a convolution before it, and sees the same images in every epoch.
       What happens?
    6. Which test finds the bug? Which two tests do not? Correct the program.
    """,
    hints=(
        "x += … writes into an array that others hold. Who holds it at this moment?",
        "The gradient of a convolution in its weight needs its input. Does the gradient in its input need it, too?",
        "For the fourth question: whose signs does the backward pass of the relu look at?",
    ),
    name="overwritten_input",
    answer=r"""
    *1.* `x += …` overwrites the array that the first layer of the body has kept. On the way back this layer finds $x +
    F(x)$ in place of $x$.

    *2.* The gradient of a convolution in its *weight* is made of the upstream gradient and its input. So the gradient
    in the weight of the first convolution of each body is wrong: it is the one for the input $x_{l + 1}$ instead of
    $x_l$. In fact it is worse. All blocks write into one and the same array, which passes through all of them, and on
    the way back it holds the output of the *last* block. Every first convolution finds $x_{10}$. The gradient in the
    *input* of a convolution needs its weight only, and the bias the upstream gradient only: both are right.
    `BatchNorm2d`, `ReLU` and the second `Conv2d` have inputs of their own, which nobody overwrites. So $g_l$ is right
    for all blocks, and all other parameters have right gradients, those of the first convolution in front of the blocks
    as well: its input is the image, and what is overwritten is its *output*, which it does not need.

    *3.* The wrong gradient has the right shape, and if the bodies add little, $x_{10}$ resembles $x_l$: the error is
    small, and the product with it often still positive. All other weights learn correctly. The more the blocks add, and
    the more of them there are, the worse it becomes.

    *4.* The relu asks for the signs of its input, and finds those of $x_{10}$. Where the signs differ, it lets pass
    what must be stopped, or the other way round. That makes the gradient in the input of the body wrong, so all $g_l$
    before this block, and with them the gradients of all parameters there. The convolution behind the relu keeps the
    relu's output, an array of its own, so its weight gradient is only wrong through the upstream gradient.

    *5.* The block writes into the array of the images. If the batch is a view of the data, or the data itself, the
    training images are changed by each step, more and more. Even the forward pass is then wrong from the second step
    on. (If the program takes its batches by an array of indices, each batch is a copy, and nothing happens to the
    data.)

    *6.* A gradient check of the whole network in *all parameters*. It does not help to compare outputs, nor to check
    the gradient in the image only: both are right. Right is `return x + self.body(x)`, one more array for each block.
    """,
    contains=(
        "the addition in place overwrites the array that the first layer of the body has kept",
        "wrong: the weight gradients of the first convolutions, which find the output of the last block",
        "right: gradients in inputs and biases, and all layers that have inputs of their own",
        "it trains because all else is right and x + F(x) resembles x; it gets worse with large or many bodies",
        "with a relu first: its mask is wrong, and so is everything before",
        "without a layer before it: the images themselves are changed",
        "a gradient check in all parameters finds it; outputs and input gradients do not",
        "`x + self.body(x)`",
    ),
    remark=r"""
    Automatic differentiation has the same problem. PyTorch counts the writes into each array, and raises an error on
    the way back if one that is needed has been changed. In this package `freeze` adds in place: there is no way back.
    """,
)
