"""Symptoms of five trainings, and their causes."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="five patients",
    chapter="4-3",
    stars=2,
    minutes=30,
    goals=(7, 8),
    statement=r"""
    Five trainings for ten classes of equal size. None of them raises an error, and in none is the learning rate the
    first mistake. For each, name the most likely cause, say how it explains *every* symptom, and give one further
    test, with the result that would prove you wrong.

    - **A.** The loss is 2.3026 before the first step and 2.3026 after a thousand. The gradient is exactly 0 in all
      parameters but the biases of the last layer. The images are good: the largest pixel is 1, and one sees the digits.
    - **B.** The first loss is 2.4. A batch of 20 is learned by heart. On all 5,000 images the training loss stays near
      2.30 for some epochs, then falls slowly, and after 300 epochs to 0.02. The validation accuracy is 10 % all the
      time.
    - **C.** The first loss is 310. In the first 50 steps it falls to 2.3 and remains there. With a rate a thousand
      times smaller the training works, slowly.
    - **D.** A network with batch normalisation. After each of the first epochs the training loss is good, 0.5 and
      less, while the validation loss is 4, *on the training images as well*, if `evaluate` computes it there. Each
      epoch is only 10 steps long. From the tenth epoch on both are fine.
    - **E.** Momentum 0.9, the rate after a cosine over 100 epochs. The run was interrupted after epoch 60 and
      continued with the saved weights. The loss jumps from 0.02 to 0.4, and needs 20 epochs to come down. A second
      run, not interrupted, has no such jump.
    """,
    hints=(
        "A: which first weights give exactly log 10?",
        "B: what can be learned by heart but not understood?",
        "C: what makes scores, and gradients, a few hundred times too large?",
        "D: which numbers does a batch normalisation use in evaluation mode, and how fast do they follow?",
        "E: what does the next step depend on, besides the weights?",
    ),
    name="silent_runs",
    answer=r"""
    **A.** All weights are 0. Then all scores are 0, the loss is exactly $\log 10$, and only the last biases have a
    gradient: the mean of the softmax minus the share of the class, which is 0 for classes of equal size over the whole
    set, and so small that the loss does not move. Images of zeros with biases of 0 would do the same, but the images
    are good. Test: print the norm of each weight. If none is 0, this is refuted.

    **B.** The labels do not belong to the images: one of the two was shuffled without the other. A network with enough
    numbers learns any labels by heart, so the single batch shows nothing. It takes long, because there is nothing
    common to find, and on images that it has not learned it guesses. Test: look at twenty images with their labels. If
    they fit, the cause is another, for instance validation labels of another order.

    **C.** The images go from 0 to 255 instead of 0 to 1. All numbers, and the scores, are 255 times too large, hence
    the first loss; the gradients in the first layer are large, too, and the first steps kill the relus. What is left
    are the last biases, and $\log 10$. The small rate makes up for the large gradients. Test: `images.max()`; if it
    is 1, look at the variance of the first weights.

    **D.** Validation runs in evaluation mode, with running statistics, which start at mean 0 and variance 1 and
    approach those of the batches by a tenth in each step. After 10 steps $0.9^{10} \approx 35$ % of the start is left,
    and the batch statistics of the first steps are outdated as well. After a hundred steps both have gone. That it is
    so on the training images shows that this is no overfitting. Test: evaluate with the statistics of the batch, in
    training mode; if the loss is still 4, it is something else.

    **E.** Only the weights were saved. The schedule began anew, so that the rate has jumped from the end of the cosine
    to its beginning, and the velocity is 0. The missing velocity alone is replaced within some ten steps, and would
    hardly be seen. Test: print the rate of the first step after the interruption; if it is small, the cause is another,
    for instance running statistics that were not saved. Beyond this, the states of the random generators are needed to
    end with the same bits.
    """,
    contains=(
        "A: weights of 0, why only the last biases have a gradient, and why the loss hardly moves",
        "B: labels and images in different orders; the batch of 20 cannot notice it",
        "C: a range of 0 to 255, first the large loss, then dead relus",
        "D: running statistics that lag behind, with their speed; why it is no overfitting",
        "E: the schedule (and the velocity) begin anew, and which of the two explains 20 epochs",
        "for each a test that could refute the cause",
    ),
    remark=r"""
    A cause has to explain *all* symptoms. Overfitting would explain the validation loss in D, but not the same loss on
    the training images; dead relus would explain the loss in A, but then layers *behind* the dead one could have
    gradients, and a loss of exactly $\log 10$ before the first step would be a coincidence.
    """,
)
