"""The standards as shipped: where each number comes from, and what the loader refuses."""

import shutil
from pathlib import Path

import pytest

from archives.core.errors import ConfigurationError, NotFoundError
from archives.facilities.measures import MEASURING
from archives.facilities.standards.rows import STRENGTHS
from archives.facilities.standards.tables import DATA, Standards, load_standards, read_standards

STANDARDS = load_standards()
PLAN = STANDARDS.edition("plan_2006")
TABLES = [name for name in Standards.__slots__ if name != "sources"]


def test_nothing_unseen_is_called_verified() -> None:
    rows = [row for name in TABLES for row in getattr(STANDARDS, name)]
    assert all(STANDARDS.sources[row.source].kind == "seen" for row in rows if row.verified)


def test_what_is_not_verified_says_why() -> None:
    rows = [row for name in TABLES for row in getattr(STANDARDS, name) if not row.verified]
    assert [row for row in rows if not row.note and not getattr(row, "inferred", "")] == []


def test_the_plan_has_thirteen_targets_in_seventeen_parts() -> None:
    parts = ["T1", "T2a", "T2b", "T3a", "T3b", "T4", "T5", "T6", "T7", "T8", "T9", "T10a", "T10b"]
    assert list(PLAN.each) == [*parts, "T11a", "T11b", "T12", "T13"]


@pytest.mark.parametrize(
    ("code", "value", "upper", "printed", "restored"),
    [
        ("T6.municipality", 50, None, "50人以上", "50"),
        ("T6.extra_large", 40, 50, "40至50人", "40–50"),
        ("T6.large", 25, 40, "25至40人", "25–40"),
        ("T6.medium", 10, 25, "10至25人", "10–25"),
        ("T6.small", 5, 10, "5至10人", "5–10"),
        ("T6.county", 5, 10, "5至10人", "5–10"),
        ("T9.extra_large", 4000, None, "4000平方米以上", "4000"),
        ("T9.large", 3000, None, "3000平方米以上", "3000"),
        ("T9.medium", 2000, None, "2024平方米以上", "2000"),
        ("T9.small", 1000, None, "1000平方米以上", "1000"),
        ("T9.county", 500, None, "500平方米以上", "500"),
    ],
)
def test_the_numbers_are_those_of_the_sentence(
    code: str, value: float, upper: float | None, printed: str, restored: str
) -> None:
    row = next(row for row in PLAN.targets if row.code == code)
    assert (row.value, row.upper, row.printed, row.restored) == (value, upper, printed, restored)
    assert row.printed in PLAN.sentences[row.sentence].text


def test_the_restored_figure_says_so() -> None:
    row = next(row for row in PLAN.targets if row.code == "T9.medium")
    assert "2024" in row.note
    assert "2000" in row.note
    assert row.inferred


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("T1.rate", 100),
        ("T2a.rate", 100),
        ("T2b.rate", 90),
        ("T3a.rate", 90),
        ("T3b.rate", 50),
        ("T4.all", 80),
        ("T4.without", 80),
        ("T5.rate", 60),
        ("T9.pooled", 70),
        ("T9.rate.county", 30),
        ("T10a.rate", 100),
        ("T12.county", 80),
        ("T12.city", 100),
    ],
)
def test_the_rates_are_those_of_the_sentence(code: str, value: float) -> None:
    row = next(row for row in PLAN.targets if row.code == code)
    assert row.value == value
    assert row.over
    if row.printed.endswith("%"):
        assert row.printed in PLAN.sentences[row.sentence].text


@pytest.mark.parametrize(
    ("target", "strength"),
    [("T1", "must"), ("T3", "must"), ("T4", "strive"), ("T5", "strive"), ("T6", "should"), ("T8", "should")],
)
def test_a_sentence_s_strength_is_its_word(target: str, strength: str) -> None:
    words = dict(zip(STRENGTHS, ("应", "要", "争取", ""), strict=True))
    assert PLAN.sentences[target].strength == strength
    assert words[strength] in PLAN.sentences[target].text


def test_baselines_are_what_the_plan_prints_or_nothing() -> None:
    baselines = {(row.target, row.scope): row for row in STANDARDS.baselines}
    assert (baselines["T1", "all"].numerator, baselines["T1", "all"].denominator) == (23, 31)
    assert baselines["T2a", "all"].rate == 76
    assert baselines["T2a", "all"].numerator is None  # 近500 is no number to count with
    assert {baselines[key].rate for key in baselines if key != ("T2a", "all")} == {None}
    assert all(row.rate != 0 and row.numerator != 0 for row in STANDARDS.baselines)


def test_the_equipment_list_is_the_sentence_s() -> None:
    assert PLAN.required("equipment") == ["extinguisher", "th_recorder", "dehumidifier", "security_monitoring"]
    for row in PLAN.listed["equipment"]:
        assert row.name_zh in PLAN.sentences["T10a"].text


def test_the_base_databases_are_the_sentence_s() -> None:
    assert PLAN.required("database") == ["pipelines", "buildings", "planning_approvals", "audio_visual"]
    for row in PLAN.listed["database"]:
        assert (row.name_zh in PLAN.sentences["T13"].text) == row.required


def test_training_is_ninety_hours_or_twelve_days() -> None:
    rows = {row.code: row.value for row in STANDARDS.edition("training_2018").targets if row.kind == "person"}
    assert rows == {"TR1.hours": 90, "TR1.days": 12}


def test_every_measure_can_be_taken() -> None:
    assert {row.measure for row in STANDARDS.targets if row.kind == "each"} <= MEASURING.keys()


def test_an_edition_or_scheme_that_is_not_there_is_named() -> None:
    with pytest.raises(NotFoundError, match="plan_2006"):
        STANDARDS.edition("plan_2011")
    with pytest.raises(NotFoundError, match="sc_2014"):
        STANDARDS.scheme("sc_2015")


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("targets.csv", "plan_2006,T6.large,T6", "plan_2011,T6.large,T6"),
        ("targets.csv", ",band,25,40,", ",band,45,40,"),
        ("targets.csv", ",staff,municipality|city", ",staff,village|city"),
        ("editions.csv", ",1,plan_2006,", ",1,plan_2011,"),
        ("class_bounds.csv", "plan_2006,large,", "plan_2006,huge,"),
        ("baselines.csv", "plan_2006,T1,all", "plan_2006,T99,all"),
        ("sentences.csv", "plan_2006,T6,should", "plan_2006,T6,perhaps"),
    ],
)
def test_a_table_that_cannot_be_stops_the_program(tmp_path: Path, file: str, old: str, new: str) -> None:
    shutil.copytree(DATA, tmp_path / "data")
    path = tmp_path / "data" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=file):
        read_standards(tmp_path / "data")
