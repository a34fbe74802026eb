"""Degradation, overfitting, or a training that is too short: what the curves can tell."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="four deep networks that disappoint",
    chapter="5-5",
    stars=2,
    minutes=25,
    goals=(1,),
    statement=r"""
    Four students compare a network of 20 layers with one of 56 of the same kind. Their errors, training / test, in
    percent after the last epoch, each with one seed:

    | | 20 layers | 56 layers |
    |---|---|---|
    | Ada, plain | 0.1 / 8.4 | 0.0 / 9.9 |
    | Ben, plain | 2.0 / 9.0 | 6.5 / 12.5 |
    | Cem, residual, dropout in training only the 56 | 1.0 / 8.1 | 3.0 / 7.2 |
    | Dana, plain, ten epochs for both | 12.0 / 16.0 | 30.0 / 31.0 |

    The training errors are measured *during* each epoch, over its batches, as most programs print them.

    1. Who has seen overfitting, who degradation, and who neither or cannot say? Give reasons.
    2. Ben concludes: "56 layers have too many parameters for so few images. I shall use weight decay." What do you
       answer, and what should he try instead?
    3. Cem's training error rises, as Ben's does. Why is it no degradation? Which number would he have to measure?
    4. What must Dana do before she may speak of degradation? And what do all four have to do?
    5. Emma says: "The 56 layers can copy the 20, so a lower training error *exists*. So with enough epochs it will be
       found." Which step is wrong?
    """,
    hints=(
        "Which of the two errors can an inability to generalise raise, and which one not?",
        "What does dropout do to the outputs from which the error is computed?",
        "Existence of good weights, and a path of gradient steps to them: which of the two does the statement give?",
    ),
    name="two_deep_failures",
    answer=r"""
    *1.* Ada sees overfitting: the training error is not larger with 56 layers, and the test error is. Ben sees the
    signs of degradation: both errors are larger, the training error by far. Cem sees neither, see 3. Dana cannot say,
    see 4. With one seed each all of this is provisional.

    *2.* Too many parameters would show in a *low* training error and a high test error. Ben's training error is high:
    the network does not even fit the images that it has. Weight decay restrains the weights further, and can be
    expected to raise the training error rather than to lower it. He should change what makes the search easier:
    shortcuts, other first weights, another rate or a warm-up, more epochs.

    *3.* Dropout sets random activations to 0 while the network trains, and the training error is measured of these
    damaged networks, for 56 layers only. It says nothing about the network that is used in the end, and the test error
    is smaller than that of the 20 layers. He has to measure the error on the training images in evaluation mode after
    the epoch. The same holds, to a smaller degree, for all four: errors during an epoch belong to weights that still
    change, and to batch statistics.

    *4.* Ten epochs may be too few: with 12 % and 30 % neither training is finished. A deeper network may need longer,
    or another rate. She has to train both until the training error no longer falls, and to choose the rate for each
    depth. If the gap remains, it is degradation under the best training that she knows. All four need several seeds,
    training errors in evaluation mode, and the same images, schedule and augmentation for both depths.

    *5.* The last step. The statement is about the infimum over all weights. Gradient steps move downhill from where
    they begin, and nothing says that they come near that infimum, in any number of epochs. That they do not is just
    what degradation means.
    """,
    contains=(
        "Ada: overfitting, since the training error is not larger and the test error is",
        "Ben: degradation, since the training error itself is larger; no lack of images",
        "weight decay is a remedy for something else; what makes the search easier is needed",
        "dropout raises the training error that is measured while it acts; measure in evaluation mode",
        "Dana: train to the end and choose the rate for each depth, before comparing",
        "several seeds, equal conditions",
        "existence of good weights does not make gradient descent find them",
    ),
    remark=r"""
    Degradation is a statement about a training procedure, never about an architecture alone: another optimiser may
    not show it. That is why a report of it has to say how the networks were trained.
    """,
)
