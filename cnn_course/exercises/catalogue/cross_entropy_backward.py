"""Gradient of the softmax with cross-entropy, in one formula."""

import numpy as np

from cnn_course.exercises.exercise import Implement, spread

exercise = Implement(
    title="gradient of the cross-entropy",
    chapter="4-2",
    stars=2,
    minutes=25,
    goals=(3,),
    statement=r"""
    For `logits` $z$, an array of floats or integers of shape $(N, K)$, and `labels` $t$, an array of $N$ integers from
    0 to $K - 1$ in which some classes may not occur, the loss is the mean cross-entropy of the softmax,

    $$
    \begin{aligned}
    L &= -\frac{1}{N} \sum_n \log p[n, t_n] , \\
    p[n, k] &= \frac{e^{z[n, k]}}{\sum_j e^{z[n, j]}} .
    \end{aligned}
    $$

    Write `cross_entropy_backward(logits, labels)`, which returns the gradient $\partial L / \partial z$ in the logits,
    an array of floats of shape $(N, K)$. The chapter has its formula; here you make a program of it. It must be right
    for all logits up to $10^{300}$ in absolute value, so for 1000 and -1000. `logits` keeps its values. (The
    package's function of the same name takes an upstream gradient as its first argument. Yours does not: it is 1.)
    """,
    hints=(
        "For one image, write the loss as log(sum of exp(z_j)) minus z_t. What is the derivative of each part in z_k?",
        "The derivative of the first part is p_k. The second part contributes only where k is the true class.",
        "Each image has the weight 1 / N in the mean, and so it has in the gradient. For the softmax, subtract the "
        "maximum of each row before exp.",
    ),
    remark=r"""
    The gradient is $(p - \text{one-hot}) / N$: what the network says minus what is true. Each row has the sum 0, no
    entry is larger than $1 / N$, and it comes close to 0 only where the network is right and sure of it.
    """,
)


@exercise.solution
def cross_entropy_backward(logits, labels):
    """Gradient of the mean cross-entropy in the logits (N, K), for N labels.

    >>> cross_entropy_backward(np.log(np.array([[1.0, 1.0, 2.0], [2.0, 4.0, 2.0]])), np.array([0, 1]))
    array([[-0.375,  0.125,  0.25 ],
           [ 0.125, -0.25 ,  0.125]])
    """
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    grad = powers / powers.sum(axis=1, keepdims=True)
    grad[np.arange(len(labels)), labels] -= 1
    return grad / len(labels)


@exercise.check("the example", points=0)
def example(rng):
    yield np.log(np.array([[1.0, 1.0, 2.0], [2.0, 4.0, 2.0]])), np.array([0, 1])


def case(rng, labels, classes, offset=0):
    """Random logits from -0.5 to 1.6 and their labels: no row is largest there. An offset is added to the logits."""
    logits = spread(rng, len(labels), classes) / 2 + np.arange(len(labels))[:, None] / 64
    rows = [np.roll(row, int(row.argmax() == label)) for row, label in zip(logits, labels, strict=True)]
    return np.array(rows) + offset, np.array(labels)


@exercise.check("one image", points=1)
def one_image(rng):
    yield case(rng, [0], 2)
    yield case(rng, [2], 3)
    yield case(rng, [3], 4)


@exercise.check("several images", points=2)
def several(rng):
    yield case(rng, [0, 2], 3)
    yield case(rng, [2, 0, 1], 3)
    yield case(rng, [0, 1, 1, 1], 2)


@exercise.check("several images of one class", points=1)
def one_class(rng):
    yield case(rng, [2, 2], 3)
    yield case(rng, [2, 0, 2, 2, 0], 3)


@exercise.check("labels without the last class", points=1)
def without_the_last_class(rng):
    yield case(rng, [1, 0], 3)
    yield case(rng, [1, 0, 2, 0], 4)


@exercise.check("large logits", points=1)
def large(rng):
    yield case(rng, [1], 3, 1000)
    yield case(rng, [0, 2], 3, -1000)
    yield case(rng, [2, 0], 3, rng.permutation([[1000.0], [-1000.0]]))
    yield case(rng, [0], 3, [0, 1000, 1000])
    yield case(rng, [1, 1], 3, 20000)


@exercise.check("logits that are integers", points=1)
def integers(rng):
    yield np.array([[1, -1, 0]]) + rng.integers(-3, 4), np.array([1])
    yield np.array([[1, -1, 0], [0, 2, 1]]) + rng.integers(-3, 4), np.array([2, 0])


def softmax(logits):
    """Stable probabilities."""
    return np.exp(logits - np.logaddexp.reduce(logits, axis=1, keepdims=True))


def one_hot(labels, classes):
    """A 1 in each row at its label."""
    return np.eye(classes)[labels]


@exercise.alternative
def by_one_hot(logits, labels):
    return (softmax(logits) - one_hot(labels, logits.shape[1])) / len(labels)


@exercise.alternative
def number_by_number(logits, labels):
    images, classes = logits.shape
    grad = np.empty((images, classes))
    for n in range(images):
        powers = [np.exp(z - max(logits[n])) for z in logits[n]]
        for k in range(classes):
            grad[n, k] = (powers[k] / sum(powers) - (k == labels[n])) / images
    return grad


@exercise.alternative
def by_the_softmax_gradient(logits, labels):
    p, truth = softmax(logits), one_hot(labels, logits.shape[1])
    jacobian_over_p = np.eye(logits.shape[1]) - p[:, None, :]
    return -np.einsum("nk,nkj->nj", truth, jacobian_over_p) / len(labels)


@exercise.alternative
def in_single_precision(logits, labels):
    return cross_entropy_backward(logits.astype(np.float32), labels).T.copy().T


@exercise.wrong(
    "The gradient of each image is right, but the loss is their mean: each of them has the weight 1 / N, with N the "
    "number of images."
)
def not_divided(logits, labels):
    return cross_entropy_backward(logits, labels) * len(labels)


@exercise.wrong(
    "The gradient is divided by N times K, the number of its entries. The loss is a mean over the N images; over the "
    "classes there is a sum."
)
def divided_by_all_entries(logits, labels):
    return cross_entropy_backward(logits, labels) / logits.shape[1]


@exercise.wrong(
    "The gradient is divided by the number of classes. The loss is a mean over the images: divide by their number, the "
    "length of axis 0."
)
def divided_by_the_classes(logits, labels):
    return cross_entropy_backward(logits, labels) * len(labels) / logits.shape[1]


@exercise.wrong(
    "The sign is turned: this is the one-hot target minus the softmax. A step against the gradient must raise the true "
    "logit, so that the gradient is negative there."
)
def negative(logits, labels):
    return -cross_entropy_backward(logits, labels)


@exercise.wrong(
    "These are the probabilities, divided by N. The second part of the loss, minus the true logit, is missing: its "
    "derivative is -1 in the true class."
)
def one_hot_forgotten(logits, labels):
    return softmax(logits) / len(labels)


@exercise.wrong(
    "The probabilities are divided by N before 1 is subtracted, so that the 1 is not. Both parts have the weight 1 / N."
)
def divided_too_early(logits, labels):
    return softmax(logits) / len(labels) - one_hot(labels, logits.shape[1])


@exercise.wrong(
    "Only the true class gets a gradient, and all others have 0. The other logits stand in the denominator of the "
    "softmax: raising them lowers the true probability, and their gradient is p_k / N."
)
def true_class_only(logits, labels):
    return cross_entropy_backward(logits, labels) * one_hot(labels, logits.shape[1])


@exercise.wrong(
    "The 1 is subtracted in the columns of all labels, in every row: `grad[:, labels]` picks whole columns. Index with "
    "`np.arange(N)` and `labels` together, one place in each row."
)
def all_labels_in_each_row(logits, labels):
    grad = softmax(logits)
    grad[:, labels] -= 1
    return grad / len(labels)


@exercise.wrong("The 1 is subtracted from all entries. It belongs to the true class of each row only.")
def one_from_all(logits, labels):
    return (softmax(logits) - 1) / len(labels)


@exercise.wrong("The labels are subtracted as numbers. A label names a column: subtract 1 in that column of its row.")
def labels_as_numbers(logits, labels):
    return (softmax(logits) - labels[:, None]) / len(labels)


@exercise.wrong(
    "The formula is right, but not the arithmetic of the softmax: exp(1000) is infinite, all exp(-1000) are 0, and the "
    "quotients are NaN. Subtract the maximum of each row first."
)
@np.errstate(all="ignore")
def not_shifted(logits, labels):
    z = np.exp(logits)
    return (z / z.sum(axis=1, keepdims=True) - one_hot(labels, logits.shape[1])) / len(labels)


@exercise.wrong(
    "The largest number of the whole array is subtracted. In a row that lies far below it all exponentials become 0, "
    "and 0 / 0 is NaN: each row needs its own maximum."
)
@np.errstate(all="ignore")
def one_maximum_for_all_rows(logits, labels):
    return not_shifted(logits - logits.max(), labels)


@exercise.wrong(
    "The probabilities are divided by one sum for all images. Each row of the softmax has a sum of its own: sum along "
    "axis 1."
)
def one_sum_for_all_rows(logits, labels):
    z = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (z / z.sum() - one_hot(labels, logits.shape[1])) / len(labels)


@exercise.wrong(
    "The softmax runs along the columns, over the images. The probabilities of one image, a row, have the sum 1: "
    "maximum and sum run along axis 1."
)
def along_the_columns(logits, labels):
    return (softmax(logits.T).T - one_hot(labels, logits.shape[1])) / len(labels)


@exercise.wrong(
    "The softmax is missing: the one-hot target is subtracted from the logits themselves. That is the gradient of half "
    "the squared error; here it is subtracted from the probabilities."
)
def softmax_forgotten(logits, labels):
    return (logits - one_hot(labels, logits.shape[1])) / len(labels)


@exercise.wrong(
    "This is the gradient in the probabilities, -1 / p in the true class. The chain rule leads on through the softmax "
    "to the logits, and there the 1 / p cancels."
)
@np.errstate(all="ignore")
def in_the_probabilities(logits, labels):
    truth = one_hot(labels, logits.shape[1])
    return np.where(truth == 1, -1 / softmax(logits), 0) / len(labels)


@exercise.wrong(
    "Softmax minus one-hot is already the gradient in the logits, and it is multiplied by p (1 - p) once more. That "
    "factor has cancelled with the 1 / p of the logarithm."
)
def softmax_derivative_twice(logits, labels):
    p = softmax(logits)
    return cross_entropy_backward(logits, labels) * p * (1 - p)


@exercise.wrong(
    "The 1 is subtracted in the class that the network thinks is the best one. It belongs to the true class, which the "
    "labels tell."
)
def predicted_class(logits, labels):
    return cross_entropy_backward(logits, logits.argmax(axis=1))


@exercise.wrong("The labels are counted from 1, so that the column before the true one is changed. They begin with 0.")
def labels_from_one(logits, labels):
    return cross_entropy_backward(logits, labels - 1)


@exercise.wrong(
    "The gradients of all images are added up, in one row. Each logit has a gradient of its own, so that the result "
    "has the shape of the logits."
)
def summed_over_the_images(logits, labels):
    return cross_entropy_backward(logits, labels).sum(axis=0)


@exercise.wrong(
    "The gradient is right, but `-=` has written into the array of the logits, which belongs to the caller. "
    "`logits - m` makes a new array."
)
def in_place(logits, labels):
    logits -= logits.max(axis=1, keepdims=True)
    return cross_entropy_backward(logits, labels)


@exercise.wrong(
    "The one-hot target has as many columns as the largest label says, and where the last class does not occur it fits "
    "to no row. The number of classes is K, the length of axis 1 of the logits."
)
def one_hot_from_the_largest_label(logits, labels):
    return (softmax(logits) - one_hot(labels, labels.max() + 1)) / len(labels)


@exercise.wrong(
    "The logits are cut off at some bound, which keeps exp finite, but different logits beyond the bound become equal. "
    "A shift of the whole row keeps their differences."
)
def cut_off(logits, labels):
    return cross_entropy_backward(np.clip(logits, -500, 500), labels)


@exercise.wrong(
    "NaN is replaced by 0 after it has appeared, but the probability that has become NaN may be the largest. Prevent "
    "the overflow instead: subtract the maximum of each row first."
)
@np.errstate(all="ignore")
def nan_replaced(logits, labels):
    z = np.exp(logits)
    return (np.nan_to_num(z / z.sum(axis=1, keepdims=True)) - one_hot(labels, logits.shape[1])) / len(labels)


@exercise.wrong(
    "The maxima of the rows have the shape (N,), which NumPy aligns with the columns: it raises an error, or subtracts "
    "the maxima of other rows. `keepdims=True` gives the shape (N, 1)."
)
@np.errstate(all="ignore")
def maximum_without_keepdims(logits, labels):
    return not_shifted(logits - logits.max(axis=1), labels)


@exercise.wrong(
    "The sums of the rows have the shape (N,), which NumPy aligns with the columns: it raises an error, or divides by "
    "the sums of other rows. `keepdims=True` gives the shape (N, 1)."
)
def sum_without_keepdims(logits, labels):
    z = np.exp(logits - logits.max(axis=1, keepdims=True))
    return (z / z.sum(axis=1) - one_hot(labels, logits.shape[1])) / len(labels)


@exercise.wrong(
    "The gradient of each image is divided by the number of images of its class. The loss is a mean over all images: "
    "each has the weight 1 / N."
)
def divided_by_the_class(logits, labels):
    return cross_entropy_backward(logits, labels) * len(labels) / np.bincount(labels)[labels][:, None]


def difference_quotient(step):
    """Add the mistake of a one-sided difference of the loss, which is what it is without rounding."""

    def answer(logits, labels):
        p = softmax(logits)
        change = np.log1p(p * np.expm1(step)) / step  # of the logarithm of the sum
        return (change - one_hot(labels, logits.shape[1])) / len(labels)

    answer.__name__ = f"difference_quotient_of_step_{step:g}"
    exercise.wrong(
        f"This is a difference quotient of the loss with the step {step:g}, which is only close to the gradient. "
        "Derive the formula: the derivative of log(sum of exp(z_j)) in z_k is a probability."
    )(answer)


for exponent in (3, 4, 5, 6):
    difference_quotient(10.0**-exponent)


@exercise.wrong(
    "Right for logits that are floats. For integers, probabilities are put into an array of integers, which cuts them "
    "to 0: `np.zeros_like(logits)` and `logits.copy()` take over the dtype. Make an array of floats.",
    fails=("logits that are integers",),
)
def in_an_array_of_integers(logits, labels):
    return cross_entropy_backward(logits, labels).astype(logits.dtype).astype(float)


@exercise.wrong(
    "The 1 is subtracted from whole rows: `grad[labels]` picks the rows with the numbers of the labels. The row is "
    "that of the image, and the label is the column."
)
def labels_as_rows(logits, labels):
    grad = softmax(logits)
    grad[labels] -= 1
    return grad / len(labels)


@exercise.wrong("Softmax minus one-hot is the gradient in the logits already: divide it by N, without a factor p.")
def times_the_probability(logits, labels):
    return cross_entropy_backward(logits, labels) * softmax(logits)
