"""Is the network with fewer errors the better one?"""

from cnn_course.exercises.exercise import Explain

exercise = Explain(
    title="58 errors against 62",
    chapter="4-3",
    stars=3,
    minutes=30,
    goals=(6,),
    statement=r"""
    On the same 10,000 test images network A makes 62 errors and network B 58. The list of the images says more:

    | | A right | A wrong |
    |---|---|---|
    | **B right** | 9,920 | 22 |
    | **B wrong** | 18 | 40 |

    1. Suppose that both networks err with the same probability. Treat their errors as independent: what is the
       standard deviation of the difference of the two counts, roughly? Is 4 remarkable?
    2. The errors are not independent: 40 images are hard for both. Images on which A and B agree say nothing about
       which is better. If both are equally good, what is the distribution of the number of images that only B gets
       wrong, *given* that exactly one of them is wrong on 40 images? How likely is a split at least as uneven as
       18 to 22?
    3. Two other networks have 62 and 58 errors as well, but 57 in common. How likely is it now? Does the smaller
       number of images on which they differ make the case stronger or weaker?
    4. In a third pair the difference is 6 to 0. Compute the probability. Why is it far more remarkable than 22 to 18,
       though the counts differ by nearly the same number?
    5. B was trained with three seeds: 58, 66 and 61 errors; A with three, too: 62, 59 and 64. What do you conclude
       about the two *methods*, and why is this another question than the one about the two networks?
    """,
    hints=(
        "1: the variance of the difference is the sum of the variances, about 60 each.",
        "2: on each of the 40 images it is a coin that decides which of the two is wrong.",
        "4: there are 2 to the power of 6 ways in which six coins can fall.",
        "5: which chance does the test on the same images not see?",
    ),
    name="two_classifiers",
    answer=r"""
    *1.* Each count has a variance of about $10^4 \cdot 0.006 = 60$, so the difference has $\sqrt{120} \approx 11$. A
    difference of 4 is nothing.

    *2.* The binomial distribution with 40 throws and probability $\frac12$. The probability of at most 18 or at least
    22 is $1 - P(19, 20, 21) = 1 - (0.1194 + 0.1254 + 0.1194) = 0.64$. So the list does not say either that B is
    better. This is the *sign test*, also called McNemar's test in its exact form.

    *3.* The networks differ on $5 + 1 = 6$ images: A alone errs on five, B alone on one. The probability of a split at
    least as uneven is $2 (1 + 6) / 2^6 = 0.22$. The same difference of 4 is more remarkable, because there is less
    noise: the 57 common errors cancel exactly.

    *4.* $2 / 2^6 = 0.03$. The number of images that the difference has to rise above counts: 6 out of 6 coins, against
    22 out of 40. The standard deviation of the difference is the root of the number of images on which the two differ,
    $\sqrt{6}$ or $\sqrt{40}$.

    *5.* The means are about 61.7 for both, and the seeds of one method spread by several errors. There is no sign of a
    difference between the methods. The test of 2 asks about two given networks on new images of the same source. It
    does not see what another seed would have done: a new training is a new draw as well. A difference between methods
    must be larger than both kinds of chance, that of the images and that of the training.
    """,
    contains=(
        "1: about 11, and that 4 is not remarkable",
        "2: binomial with 40 and one half, given the images on which they differ; about 0.64",
        "3: 6 images, 5 to 1, about 0.22; fewer differing images mean less noise",
        r"4: $2/64$, and the root of the number of differing images as the scale",
        "5: the means are nearly equal against the spread of the seeds",
        "5: two kinds of chance, of the images and of the training",
    ),
    remark=r"""
    Publish the list of wrong images, not only their number: others can then compare with yours image by image.
    """,
)
