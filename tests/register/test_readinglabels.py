"""Labels of readings: the register's are in form, and each fault is told when it is put there."""

import pytest

from tokencheck.register import readinglabels
from tokencheck.register.claims import Label, load_register

REGISTER = load_register()
CLAIM, PART, READING = "C05", "share", "top-ten-61"


def check_with(**fields):
    """Check the register with one reading changed."""
    claim = REGISTER.find(CLAIM)
    part = claim.find_part(PART)
    readings = tuple(one.model_copy(update=fields) if one.id == READING else one for one in part.readings)
    parts = tuple(part.model_copy(update={"readings": readings}) if one is part else one for one in claim.parts)
    claims = [one.model_copy(update={"parts": parts}) if one is claim else one for one in REGISTER.claims]
    return list(readinglabels.check_labels(REGISTER.model_copy(update={"claims": tuple(claims)})))


def find_reading(reading_id=READING):
    return next(one for one in REGISTER.find(CLAIM).find_part(PART).readings if one.id == reading_id)


def test_the_committed_register_has_labels_in_form():
    assert list(readinglabels.check_labels(REGISTER)) == []


@pytest.mark.parametrize(
    ("language", "text", "told"),
    [
        ("en", "the ten most used models of the platform here", "45 characters, at most 44"),
        ("zh", "平台上用量最大的一些模型在文章所说当周的占比", "characters, at most 20"),
        ("zh", "top ten", "is not in Chinese"),
        ("en", "ten most used, 前十", "is not in English"),
        ("en", "nine most used, week to 17 February", "9 is none of the reading's parameters"),
        ("zh", "用量前二十，截至2月17日", "20 is none of the reading's parameters"),
        ("en", "ten most used, week to 18 February", "18 February is none"),
        ("en", "ten most used, 11–16 February", "16 February is none"),
        ("zh", "用量前十，2月11日至18日", "18 February is none"),
        ("zh", "用量前十，3月", "March is none"),
        ("en", "61 % of the ten most used", "61 is none"),
        ("en", "thirty days of the ten most used", "30 is none"),
        ("zh", "用量前十,截至2月17日", "is no Chinese punctuation"),
    ],
)
def test_a_label_out_of_form_is_told_with_its_place(language, text, told):
    (problem,) = check_with(label=find_reading().label.model_copy(update={language: text}))
    assert f"claim {CLAIM}, part {PART}, reading {READING}, label, {language}: " in problem
    assert told in problem and problem.endswith(".")


def test_a_parameter_that_changes_leaves_its_label_behind():
    parameters = find_reading().parameters | {"window": "2026-02-12/2026-02-18"}
    problems = check_with(parameters=parameters)
    assert [one.partition("label, ")[2][:4] for one in problems] == ["en: ", "zh: "]
    assert all("17 February is none" in one for one in problems)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_two_readings_of_a_part_have_two_labels(language):
    other = find_reading("chart-nine").label
    label = Label(**(find_reading().label.model_dump() | {language: getattr(other, language)}))
    (repeated, *rest) = check_with(label=label)
    assert f"label, {language}: two readings are called “{getattr(other, language)}”" in repeated
    assert all("is none" in one for one in rest)


def test_what_a_measure_sets_by_default_may_stand_in_a_label():
    default = next(one for one in REGISTER.find("C25").find_part("window").readings if one.id == "vendor-decimal")
    assert "1,000" in default.label.en and "thousand" not in default.parameters
