"""Find the bugs: a test error that knows the test images."""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="an error that is too good",
    chapter="4-3",
    stars=2,
    minutes=25,
    goals=(5,),
    statement=r"""
    The program below trains `network`, a convolutional network with batch normalisation, on 1,200 photographs of
    leaves from ten kinds of trees, four photographs of each of 300 leaves. It runs, and reports an error of 0.6 %. On
    leaves that are collected a week later the same network is wrong in 9 % of all cases. The functions do what their
    names say; `turn_by` returns pictures turned by the angle, and in its training mode, which is the one it begins
    with, a batch normalisation uses the statistics of the batch.

    ```python
    images, labels = load_leaves()  # (1200, 3, 64, 64), in the order of the leaves
    images = (images - images.mean(axis=(0, 2, 3), keepdims=True)) / images.std()
    images = np.concatenate([images, turn_by(images, 10), turn_by(images, -10)])
    labels = np.concatenate([labels, labels, labels])
    order = rng.permutation(3600)
    learn, test = order[:3000], order[3000:]

    errors = []
    for epoch in range(60):
        train_one_epoch(network, images[learn], labels[learn])
        scores = network(images[test])
        errors.append(np.mean(scores.argmax(axis=1) != labels[test]))
    print("error", min(errors))
    ```

    1. Find five ways in which the reported number knows the images that it is tested on. Say of each by what it could
       make the error look smaller, and which you expect to matter most and least here.
    2. Write down the order of the steps of a program without them.
    3. A colleague says: "The mean over all images cannot do harm, it is only three numbers." Is it so?
    """,
    hints=(
        "What do the 600 test pictures have in common with the 3,000 others?",
        "Which line would be different if the test pictures came one at a time, or a week later?",
        "Which of 60 numbers is printed, and why this one?",
    ),
    name="leaky_loop",
    answer=r"""
    *1.* (a) *Copies.* Each picture is turned before the pictures are dealt out. Of most test pictures the same
    picture, turned by 10° or 20°, has been learned from. (b) *Relatives.* Even without turning, four photographs show
    the same leaf: where one is tested, others have been learned from. (c) *The choice.* The smallest of 60 errors is
    reported, and it was measured on the test pictures: the epoch is chosen by them. (d) *The batch normalisation* is
    never put into evaluation mode. The scores of a test picture depend on the statistics of all test pictures, a
    batch of 600 with a balanced mixture of kinds, which no single picture brings with it. It may look better or
    worse, but it is not what the network does with one leaf. (e) *The statistics* for the scaling come from all
    pictures, the test pictures included.

    (a) and (b) matter most: the task has become to recognise pictures that were seen before. (c) is next: 600
    pictures, an error of about 1 %, and thus a standard deviation of about 0.4 % in each of 60 numbers that do not
    agree with each other. (e) matters least.

    *2.* Deal out *leaves*, not photographs, to training, validation and test. Compute mean and standard deviation
    from the training pictures, and apply them to all. Turn training pictures only. After each epoch, `network.eval()`,
    the error on the validation pictures, `network.train()`. Keep the weights of the best epoch by this error. At the
    end, once, the error on the test pictures, as they are.

    *3.* Three numbers from 1,200 pictures hardly depend on the test pictures: here it makes no visible difference. The
    rule is kept all the same, since it costs nothing, and because it is not always so harmless: choose 20 out of
    10,000 features by how well they go with the labels of *all* data, and pure noise is classified well on the test
    data, too. What decides is not how many numbers are computed, but whether labels and choices enter into them.
    """,
    contains=(
        "turned copies of one picture on both sides of the split",
        "photographs of one leaf on both sides: the split must deal out leaves",
        "the smallest of 60 test errors: the test pictures choose the epoch",
        "the batch normalisation is in training mode, so that test pictures use the statistics of each other",
        "mean and standard deviation are computed with the test pictures",
        "an order of importance with reasons: copies and relatives first, the scaling last",
        "a correct order: split, statistics of the training set, augmentation, validation, one test",
        "for 3, that here it is harmless in size, and when it would not be",
    ),
)
