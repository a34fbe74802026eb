"""Cross-entropy of a softmax, without a logarithm of 0."""

import numpy as np

from cnn_course.exercises.exercise import Implement, spread

exercise = Implement(
    title="cross-entropy",
    chapter="4-2",
    stars=2,
    minutes=20,
    goals=(3,),
    statement=r"""
    Write `cross_entropy(logits, labels)`. `logits` $z$ is an array of floats or integers of shape $(N, K)$, one row for
    each image and one column for each class; `labels` $t$ are the true classes, an array of $N$ integers from 0 to
    $K - 1$, in which some classes may not occur. The result is one number, the mean over the images of minus the
    natural logarithm of the probability that the softmax gives to the true class,

    $$
    \begin{aligned}
    L &= -\frac{1}{N} \sum_n \log p[n, t_n] , \\
    p[n, k] &= \frac{e^{z[n, k]}}{\sum_j e^{z[n, j]}} .
    \end{aligned}
    $$

    It must be right for all logits up to $10^{300}$ in absolute value, so for 1000 and -1000, and also where a
    probability is too small for a float: the loss is finite even then. `logits` keeps its values. The chapter has a
    formula with this property; find it there, or by the hints, and make a program of it.
    """,
    hints=(
        "Write the logarithm of the fraction as a difference of two logarithms. Which exponential disappears?",
        "Adding the same number to all logits of a row changes nothing. Subtract the maximum of the row: then the sum "
        "of the exponentials is at least 1, and its logarithm is harmless.",
        "`z[np.arange(N), labels]` picks one number from each row: row 0 with labels[0], row 1 with labels[1], ...",
    ),
    remark=r"""
    The probability of the true class is never computed, so that it cannot become 0 before its logarithm is taken. The
    loss of one image is $\log \sum_j e^{z_j} - z_t$, about the distance from the true logit up to the largest one.
    """,
)


@exercise.solution
def cross_entropy(logits, labels):
    """Mean cross-entropy of N images, from logits of shape (N, K) and N labels; one number.

    >>> loss = cross_entropy(np.log(np.array([[1.0, 1.0, 2.0], [6.0, 1.0, 1.0]])), np.array([2, 1]))
    >>> print(f"{loss:.6f} {(np.log(2) + np.log(8)) / 2:.6f}")  # probabilities 1/2 and 1/8
    1.386294 1.386294
    """
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_of_sum = np.log(np.exp(shifted).sum(axis=1))
    true_logit = shifted[np.arange(len(labels)), labels]
    return (log_of_sum - true_logit).mean()


@exercise.check("the example", points=0)
def example(rng):
    yield np.log(np.array([[1.0, 1.0, 2.0], [6.0, 1.0, 1.0]])), np.array([2, 1])


def case(rng, labels, classes, offset=0):
    """Random logits from -0.5 to 1.6 and their labels: no row is largest there. An offset is added to the logits."""
    logits = spread(rng, len(labels), classes) / 2 + np.arange(len(labels))[:, None] / 64
    rows = [np.roll(row, int(row.argmax() == label)) for row, label in zip(logits, labels, strict=True)]
    return np.array(rows) + offset, np.array(labels)


@exercise.check("one image", points=1)
def one_image(rng):
    yield case(rng, [0], 2)
    yield case(rng, [2], 3)
    yield case(rng, [1], 4)
    yield case(rng, [3], 4)


@exercise.check("several images", points=2)
def several(rng):
    yield case(rng, [0, 2], 3)
    yield case(rng, [1, 0, 1, 2, 0], 3)
    yield case(rng, [1, 1, 2], 3)
    yield case(rng, [3, 0], 4)


@exercise.check("labels without the last class", points=1)
def without_the_last_class(rng):
    yield case(rng, [1, 0], 3)
    yield case(rng, [1, 1, 2], 4)
    yield case(rng, [0, 1, 0, 1], 4)
    yield case(rng, [1, 2, 0], 5)


@exercise.check("large logits", points=1)
def large(rng):
    yield case(rng, [1], 3, 1000)
    yield case(rng, [0, 2], 3, -1000)
    yield case(rng, [2, 0], 3, rng.permutation([[1000.0], [-1000.0]]))
    yield case(rng, [1, 0], 3, 20000)


@exercise.check("true classes of tiny probability", points=1)
def tiny(rng):
    yield case(rng, [2], 3, [0, 800, 0])
    yield case(rng, [0], 3, [0, 0, 900])
    yield case(rng, [0, 0], 2, [[0, 1000], [-1000, 0]])
    yield case(rng, [1, 2], 3, [[1000, -1000, 0], [0, 0, -2000]])


@exercise.check("logits that are integers", points=1)
def integers(rng):
    yield np.array([[1, -1, 0]]) + rng.integers(-3, 4), np.array([1])
    yield np.array([[1, -1, 0], [0, 2, 1]]) + rng.integers(-3, 4), np.array([2, 0])


@exercise.alternative
def image_after_image(logits, labels):
    loss = 0.0
    for row, label in zip(logits, labels, strict=True):
        largest = max(row)
        loss += largest + np.log(sum(np.exp(z - largest) for z in row)) - row[label]
    return loss / len(labels)


@exercise.alternative
def by_logaddexp(logits, labels):
    return np.mean(np.logaddexp.reduce(logits, axis=1) - np.take_along_axis(logits, labels[:, None], 1)[:, 0])


@exercise.alternative
def by_one_hot(logits, labels):
    shifted = logits - logits.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    return np.array(-(np.eye(logits.shape[1])[labels] * log_p).sum() / len(logits))


@exercise.alternative
def in_single_precision(logits, labels):
    return np.array(cross_entropy(logits.astype(np.float32), labels), dtype=np.float32)


def log_softmax(logits):
    """Stable logarithms of the probabilities."""
    return logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)


def true_ones(array, labels):
    """The number of the true class in each row."""
    return array[np.arange(len(labels)), labels]


def one_hot(labels, classes):
    """A 1 in each row at its label."""
    return np.eye(classes)[labels]


def softmax(logits):
    """Stable probabilities."""
    return np.exp(log_softmax(logits))


@exercise.wrong("The sign is turned: logarithms of probabilities are negative, and minus their mean is the loss.")
def negative(logits, labels):
    return -cross_entropy(logits, labels)


@exercise.wrong("This is the sum over the images. Divide it by their number, so that the loss does not grow with N.")
def summed(logits, labels):
    return cross_entropy(logits, labels) * len(labels)


@exercise.wrong(
    "The sum is divided by N times K, as by a mean over all entries of an array (N, K). The loss is a mean over the "
    "images: divide by their number, N."
)
def mean_over_all_entries(logits, labels):
    return cross_entropy(logits, labels) / logits.shape[1]


@exercise.wrong("These are the losses of the images, one for each. The result is a single number, their mean.")
def one_for_each_image(logits, labels):
    return -true_ones(log_softmax(logits), labels)


@exercise.wrong(
    "The formula is right, but not its arithmetic: exp(1000) is infinite, and all exp(-1000) are 0, so that the loss "
    "becomes NaN or infinite. Subtract the maximum of each row first."
)
@np.errstate(all="ignore")
def not_shifted(logits, labels):
    z = np.exp(logits)
    return -np.log(true_ones(z, labels) / z.sum(axis=1)).mean()


@exercise.wrong(
    "The logarithm of the fraction is a difference already, but the sum of exp(1000) is still infinite, and that of "
    "exp(-1000) is 0. Subtract the maximum of each row from its logits, and the loss stays the same."
)
@np.errstate(all="ignore")
def difference_not_shifted(logits, labels):
    return (np.log(np.exp(logits).sum(axis=1)) - true_ones(logits, labels)).mean()


@exercise.wrong(
    "One probability is too small for a float and has become 0, and log(0) is minus infinity. "
    "Do not compute the probability: the logarithm of the fraction is z_t minus the logarithm of the sum."
)
@np.errstate(all="ignore")
def logarithm_of_zero(logits, labels):
    return -np.log(true_ones(softmax(logits), labels)).mean()


def bounded(number):
    """Add the mistakes of a small number added to the probabilities, and of one that is their lower bound."""
    bound = f"{-np.log(number):.3g}: that is -log({number:.3g})"

    def added(logits, labels):
        return -np.log(true_ones(softmax(logits), labels) + number).mean()

    def lowest(logits, labels):
        return -np.log(np.maximum(true_ones(softmax(logits), labels), number)).mean()

    added.__name__, lowest.__name__ = f"{number:.3g}_added", f"{number:.3g}_as_a_bound"
    exercise.wrong(
        f"A small number, added to the probability or as its bound, prevents log(0), but no loss can be more than "
        f"{bound}. The true loss here is larger. Write the logarithm of the fraction as a difference instead."
    )(added)
    if number > 1e-10:  # else the two agree to the digits that count
        exercise.wrong(
            f"No loss can be more than {bound}, the lower bound of the probabilities. The true loss here is larger. "
            "Write the logarithm of the fraction as a difference instead."
        )(lowest)


for number in (1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15, np.finfo(float).eps, 1e-16, 1e-20, 1e-30, 1e-300):
    bounded(number)


@exercise.wrong(
    "The largest number of the whole array is subtracted. In a row that lies far below it all exponentials become 0: "
    "each row needs its own maximum."
)
@np.errstate(all="ignore")
def one_maximum_for_all_rows(logits, labels):
    shifted = logits - logits.max()
    return (np.log(np.exp(shifted).sum(axis=1)) - true_ones(shifted, labels)).mean()


@exercise.wrong(
    "The maxima of the rows have the shape (N,), which NumPy aligns with the columns: it raises an error, or subtracts "
    "the maxima of other rows. `keepdims=True` gives the shape (N, 1)."
)
def maximum_without_keepdims(logits, labels):
    shifted = logits - logits.max(axis=1)
    return (np.log(np.exp(shifted).sum(axis=1)) - true_ones(shifted, labels)).mean()


@exercise.wrong(
    "The one-hot target has as many columns as the largest label says, and where the last class does not occur it fits "
    "to no row. The number of classes is K, the length of axis 1 of the logits."
)
def one_hot_from_the_largest_label(logits, labels):
    return -(one_hot(labels, labels.max() + 1) * log_softmax(logits)).sum() / len(labels)


@exercise.wrong(
    "The maximum is subtracted in the exponentials, but not from the true logit, so that each loss is too small by the "
    "maximum of its row. Shift both, or add the maximum again."
)
def shifted_in_one_place(logits, labels):
    return cross_entropy(logits, labels) - logits.max(axis=1).mean()


def cut_off(bound):
    """Add the mistake of limited logits."""

    def answer(logits, labels):
        return cross_entropy(np.clip(logits, -bound, bound), labels)

    answer.__name__ = f"cut_off_at_{bound}"
    exercise.wrong(
        f"The logits are cut off at {bound}, which keeps exp finite, but different logits beyond the bound become "
        "equal. A shift of the whole row keeps their differences."
    )(answer)


for bound in (50, 100, 500, 700, 709):
    cut_off(bound)


@exercise.wrong(
    "All labels are picked from every row: `p[:, labels]` is a matrix of N x N numbers. One number of each row is "
    "wanted, with the row's own label: index with `np.arange(N)` and `labels` together."
)
def all_labels_in_each_row(logits, labels):
    return -log_softmax(logits)[:, labels].mean()


@exercise.wrong("The labels have no effect: this is the mean over all classes, and only the true class counts.")
def labels_ignored(logits, labels):
    return -log_softmax(logits).mean()


@exercise.wrong(
    "What counts is the probability of the class that the network thinks is the best one. It must be that of the true "
    "class, or the loss cannot tell right from wrong."
)
def predicted_class(logits, labels):
    return cross_entropy(logits, logits.argmax(axis=1))


@exercise.wrong("The labels are counted from 1, so that the neighbour of the true class counts. They begin with 0.")
def labels_from_one(logits, labels):
    return cross_entropy(logits, labels - 1)


@exercise.wrong("This is the loss in bits, with logarithms to the base 2. Use the natural logarithm, `np.log`.")
def in_bits(logits, labels):
    return cross_entropy(logits, labels) / np.log(2)


@exercise.wrong("These are logarithms to the base 10. Use the natural logarithm, `np.log`.")
def decimal_logarithm(logits, labels):
    return cross_entropy(logits, labels) / np.log(10)


@exercise.wrong("The logarithm is missing: this is minus the mean probability of the true class.")
def without_logarithm(logits, labels):
    return -true_ones(softmax(logits), labels).mean()


@exercise.wrong("The logarithm is missing: this is 1 minus the mean probability. Take minus the mean of its logarithm.")
def distance_from_one(logits, labels):
    return 1 - true_ones(softmax(logits), labels).mean()


@exercise.wrong("The logarithm is taken after the mean. Each image has one of its own, and the mean comes last.")
@np.errstate(all="ignore")
def logarithm_of_the_mean(logits, labels):
    return -np.log(true_ones(softmax(logits), labels).mean())


@exercise.wrong(
    "The logits are taken for probabilities, and the softmax is missing. They can be negative or larger than 1: first "
    "make probabilities of them."
)
@np.errstate(all="ignore")
def softmax_forgotten(logits, labels):
    return -np.log(true_ones(logits, labels)).mean()


@exercise.wrong(
    "This is minus the mean of the true logits. What is missing is the logarithm of the sum of the exponentials, which "
    "keeps the other logits down."
)
def without_the_sum(logits, labels):
    return -true_ones(logits, labels).mean()


@exercise.wrong("The softmax is taken twice, which makes the probabilities almost equal. Once is enough.")
def softmax_twice(logits, labels):
    return cross_entropy(softmax(logits), labels)


@exercise.wrong(
    "The exponentials are summed over the images, along axis 0. The probabilities of one image, a row, have the sum 1: "
    "sum along axis 1."
)
@np.errstate(all="ignore")
def along_the_columns(logits, labels):
    return -true_ones(log_softmax(logits.T).T, labels).mean()


@exercise.wrong(
    "There is a term log(1 - p) for each of the other classes. That belongs to K separate yes-or-no questions; here "
    "only the true class counts, and the softmax ties the others to it."
)
@np.errstate(all="ignore")
def yes_or_no_for_each_class(logits, labels):
    p, truth = softmax(logits), one_hot(labels, logits.shape[1])
    return -np.where(truth == 1, np.log(p), np.log(1 - p)).sum() / len(labels)


@exercise.wrong(
    "A product of the one-hot target with the logarithms gives 0 times minus infinity, which is NaN, where some "
    "probability is too small for a float. Compute the logarithm of the softmax without the softmax: as a difference."
)
@np.errstate(all="ignore")
def zero_times_infinity(logits, labels):
    return -(one_hot(labels, logits.shape[1]) * np.log(softmax(logits))).sum() / len(labels)


@exercise.wrong(
    "Row and column are exchanged where the numbers of the true classes are picked. The row is that of the image, "
    "`np.arange(N)`, and the column is the label."
)
def row_and_column_exchanged(logits, labels):
    return -log_softmax(logits)[labels, np.arange(len(labels))].mean()


@exercise.wrong(
    "The exponentials are divided by one sum for all images. Each row has a sum of its own: sum along axis 1."
)
def one_sum_for_all_rows(logits, labels):
    return (np.logaddexp.reduce(logits, axis=None) - true_ones(logits, labels)).mean()


@exercise.wrong(
    "This is the squared distance between the probabilities and the one-hot target. The cross-entropy asks for a "
    "single probability, that of the true class, and takes minus its logarithm."
)
def squared_error(logits, labels):
    return ((softmax(logits) - one_hot(labels, logits.shape[1])) ** 2).sum(axis=1).mean()


@exercise.wrong(
    "Right for logits that are floats. Integers are kept in an array of integers somewhere, which cuts off what comes "
    "after the point: `np.zeros_like(logits)` and `logits.copy()` take over the dtype.",
    fails=("logits that are integers",),
)
def in_an_array_of_integers(logits, labels):
    return -true_ones(log_softmax(logits).astype(logits.dtype), labels).mean()
