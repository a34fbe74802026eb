"""A prediction is answered on the page, by mouse, keyboard and touch."""

import pytest

from cnn_course.exercises import find

EXERCISE = find("sizes_back")
ANSWER = ", ".join(map(str, EXERCISE.answer))
MISTAKE, WORDS = next(iter(EXERCISE.wrong.items()))


@pytest.fixture
def exercise(visit):
    return lambda **options: visit("book/3-4-transposed-convolution.html", **options).locator("#ex-sizes-back")


def said(exercise):
    return exercise.get_by_role("status")


def test_a_mistake_gets_its_hint_and_the_answer_stays(exercise):
    shown = exercise()
    field = shown.get_by_role("textbox")
    field.fill(str(MISTAKE))
    shown.get_by_role("button", name="Check").click()
    said(shown).get_by_text(WORDS, exact=True).wait_for()
    field.fill(ANSWER)
    field.press("Enter")
    said(shown).get_by_text("This is the answer.").wait_for()
    shown.page.reload()
    said(shown).get_by_text("This is the answer.").wait_for()
    assert field.input_value() == ANSWER


def test_hints_come_one_by_one(exercise):
    shown = exercise(width="phone", theme="dark")
    for i, hint in enumerate(EXERCISE.hints, 1):
        shown.get_by_role("button", name="Hint").tap()
        said(shown).get_by_text(f"Hint {i} of {len(EXERCISE.hints)}: {hint}", exact=True).wait_for()
    shown.get_by_role("button", name="Hint").tap()
    said(shown).get_by_text("There are no more hints").wait_for()


def test_the_keyboard_goes_from_the_field_to_the_buttons(exercise):
    shown = exercise()
    shown.get_by_role("textbox").focus()
    for name in ("Check", "Hint"):
        shown.page.keyboard.press("Tab")
        assert shown.page.evaluate("document.activeElement.textContent") == name
    shown.page.keyboard.press("Enter")
    said(shown).get_by_text("Hint 1 of").wait_for()
