"""Wrong answers by people who had only seen the notebooks: each is caught, and what it earns is no luck.

They stand in `answers/`, a file an exercise, each with what is wrong with it and what a tutor would point at.
`tools/try_answers.py` shows what their authors read.
"""

from pathlib import Path

import pytest
from try_answers import answers, tried

from cnn_course.exercises import find, names

FOLDER = Path(__file__).with_name("answers")
IMPLEMENTED = [name for name in names() if find(name).kind == "Implement"]
DRAWS = 2


def test_there_are_answers_to_every_exercise():
    assert sorted(path.stem for path in FOLDER.glob("*.txt")) == IMPLEMENTED
    assert sum(len(answers(path)) for path in FOLDER.glob("*.txt")) >= 400


@pytest.mark.parametrize("name", IMPLEMENTED)
@pytest.mark.filterwarnings("ignore")
def test_every_answer_is_caught_and_earns_the_same_in_every_draw(name, capsys):
    exercise = find(name)
    for title, source in answers(FOLDER / f"{name}.txt").items():
        results = [tried(exercise, source, seed) for seed in range(DRAWS)]
        assert {result.status for result in results} == {"failed"}, title
        assert results[0].points < exercise.points, title
        assert len({tuple(result.earned.items()) for result in results}) == 1, title
