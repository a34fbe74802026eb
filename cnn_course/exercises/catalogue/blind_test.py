"""A test of equivariance that is blind to some maps."""

from cnn_course.exercises.exercise import Predict

exercise = Predict(
    title="find the bug in a test",
    chapter="1-2",
    stars=2,
    minutes=15,
    goals=(1,),
    statement=r"""
    Somebody tests maps of periodic signals with 6 values. The signal `x` was not chosen well.

    ```python
    def looks_equivariant(T):
        x = np.array([2, 7, 1, 2, 7, 1])
        for tau in range(6):
            if not np.array_equal(T(np.roll(x, tau)), np.roll(T(x), tau)):
                return False
        return True
    ```

    Which maps get through although they are *not* equivariant? Indices are counted modulo 6, and $(T f)[u]$ is

    1. $f[u] - f[u - 3]$;
    2. $u\, f[u]$, for $u = 0, \dots, 5$;
    3. $f[u] + f[0] - f[3]$;
    4. $f[-u]$;
    5. $f[u]$, except that $f[0]$ and $f[3]$ are exchanged;
    6. $f[u]$ for $u = 0, 1, 2$, and $f[u - 3]$ for $u = 3, 4, 5$.

    Set `blind_test` to six numbers: 1 if the function returns `True` for a map that is not equivariant, else 0. Then
    say what you would change in the function.
    """,
    name="blind_test",
    answer=(0, 0, 1, 0, 1, 1),
    wrong={
        (1, 0, 1, 0, 1, 1): "All but the first are right. It does get through, and rightly: its rule mentions only "
        "positions relative to u.",
        (0, 1, 1, 0, 1, 1): "All but the second are right. It is not equivariant, but this x shows it: T x begins with "
        "0, 7, 2, 6. Does it repeat after three?",
        (0, 0, 0, 0, 1, 1): "All but the third are right. What is f[0] - f[3] for x, and for x shifted?",
        (0, 0, 1, 1, 1, 1): "All but the fourth are right. Reflection is not equivariant, and this x shows it: write "
        "down T of x shifted by 1, and T x shifted by 1.",
        (0, 0, 1, 0, 0, 1): "All but the fifth are right. Which numbers are exchanged in x?",
        (0, 0, 1, 0, 1, 0): "All but the last are right. The second half is overwritten by a copy of the first. What "
        "does that change in x?",
        (1, 0, 1, 0, 1, 0): "The first gets through rightly. And is the last equivariant? Try an impulse at 3.",
        (0, 0, 1, 0, 0, 0): "Two are missing. On which signals do the maps 5 and 6 change nothing?",
        (0, 0, 0, 0, 1, 0): "Two are missing. On which signals do the maps 3 and 6 change nothing?",
        (0, 0, 0, 0, 0, 1): "Two are missing. On which signals do the maps 3 and 5 change nothing?",
        (0, 0, 0, 0, 0, 0): "Some get through. What is special about x, compared with other signals of six values?",
        (1, 0, 0, 0, 0, 0): "The first gets through rightly: it is equivariant. Which maps do nothing to a signal that "
        "repeats after three values?",
        (
            0,
            1,
            1,
            1,
            1,
            1,
        ): "Five maps are not equivariant, but this x finds out two of them. For each, compute "
        "T x, and T of x shifted by 1.",
        (1, 0, 1, 0, 1, 1, 1): "There are six maps, so six numbers.",
    },
    hints=(
        "x repeats after three values, and so do all its shifts.",
        "First find the maps that are equivariant: those that get through are no mistake of the test.",
        "For each of the others compute T x and T of x shifted by 1.",
    ),
    remark=r"""
    `x` has the period 3. The maps 3, 5 and 6 leave every signal of period 3 as it is, so they commute with shifts *on
    these signals*; on the impulse at 0 they do not. Take a signal without any symmetry, best a random one, and several
    of them. Even then `True` only says that the attempts to refute have failed. For *linear* maps there is a test that
    proves: try all six impulses.
    """,
)
