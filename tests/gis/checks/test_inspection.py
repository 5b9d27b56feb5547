"""The inspection as a whole: its table, its laws, and what becomes of a false alarm."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gis.checks import check_rules, covers, reasons, run, standard, verdict
from gis.checks.inspection import CHECKS
from gis.checks.settings import names
from gis.survey.model import Survey
from gis.tables import rows
from tests.gis.checks.surveys import KINDS, Row, at, context, frame, line, marks, result, survey, town

GROUPS = {"F": 6, "P": 8, "L": 11, "D": 8, "T": 8, "A": 6, "G": 4}
BAD = survey([at("A", feature=""), at("B", 30), at("C", 60)], [line("A", "B"), line("B", "X"), line("B", "B")])


def test_all_fifty_one_rules_are_there_in_the_order_of_the_table() -> None:
    codes = [f"{letter}{number}" for letter, count in GROUPS.items() for number in range(1, count + 1)]
    assert list(check_rules()) == list(standard()) == list(CHECKS) == codes
    assert [found.rule for found in run(BAD, context())] == codes
    assert len(codes) == 51


def test_every_rule_has_a_severity_and_messages_that_can_be_filled() -> None:
    values = {"table": "t", "element": "e", "other": "o", "value": "v", "expected": "x", "column": "c"}
    for code, rule in check_rules().items():
        setting = standard()[code]
        assert {setting.severity, *setting.cases.values()} <= {"E", "W", "I"}
        for case in rule.messages:
            assert all(rule.message(case, language, values) for language in ("zh", "en"))
            assert "{" not in rule.message(case, "zh", values)


def test_special_limits_and_covers_name_classes_that_exist() -> None:
    kinds = context().codes.kinds
    named = [(row["major"], row["minor"]) for row in (*rows("check_limits"), *rows("cover_depths")) if row["major"]]
    assert all(kind in kinds for kind in named)
    assert {cover.road for cover in covers()} >= {"path", "carriageway"}


def test_roles_name_features_that_the_dictionaries_have() -> None:
    codes = context().codes
    for role in ("straight", "bend", "reducer", "material_change", "drop_well", "siphon", "well_edge_linked"):
        known = [codes.value("feature", name) or codes.value("appurtenance", name) for name in names()[role]]
        assert any(known), role


@pytest.mark.parametrize("kinds", [KINDS, KINDS[:1], KINDS[1:2]])
def test_a_clean_town_has_nothing_wrong(kinds: Any) -> None:
    results = run(town(4, 5, kinds), context())
    assert verdict(results) == (0, 0, 0, 0)
    assert {found.state for found in results} == {"clean", "not_applicable"}


def test_an_empty_survey_is_neither_right_nor_wrong() -> None:
    results = run(Survey(frame([]), frame([])), context())
    assert verdict(results).accepted
    assert all(found.reason in reasons() for found in results if found.state == "not_applicable")


def test_errors_block_and_warnings_do_not() -> None:
    assert not verdict(run(BAD, context())).accepted
    warned = survey([at("A", feature=""), at("B", 80, feature="")], [line("A", "B")])
    harmless = {**standard(), "P4": replace(standard()["P4"], active=False)}
    found = verdict(run(warned, context(rules=harmless)))
    assert found.accepted
    assert found.warnings > 0


def test_a_false_alarm_survives_the_next_run_and_blocks_no_more() -> None:
    alarms = {mark: "属实" for found in run(BAD, context()) for mark in found.findings.fingerprints()}
    turned = Survey(BAD.points.take(np.array([2, 1, 0])), BAD.segments.take(np.array([1, 2, 0])))
    again = run(turned, context(false_alarms=alarms))
    assert verdict(again).accepted
    assert verdict(again).dismissed == sum(len(found.findings) for found in again) > 0
    assert {finding.reason for found in again for finding in found.findings.rows()} == {"属实"}


def test_a_false_alarm_covers_its_own_finding_only() -> None:
    lost = result("L3", BAD).findings
    alarms = dict.fromkeys(lost.fingerprints(), "属实")
    worse = survey(
        [at("A"), at("B", 30), at("C", 60)], [line("A", "B"), line("B", "X"), line("B", "Y"), line("C", "X")]
    )
    rows = list(result("L3", worse, false_alarms=alarms).findings.rows())
    assert [finding.element for finding in rows if not finding.reason] == ["B-Y", "C-X"]


def test_a_lone_point_is_dismissed_once_for_both_rules() -> None:
    lone = survey([at("A"), at("B", 30), at("C", 60)], [line("A", "B")])
    alarms = dict.fromkeys(result("P3", lone).findings.fingerprints(), "属实")
    assert result("L4", lone, false_alarms=alarms).findings.dismissed().all()


def test_an_office_sets_severities_and_switches_rules_off() -> None:
    rules = {**standard(), "L3": replace(standard()["L3"], severity="W"), "L1": replace(standard()["L1"], active=False)}
    assert [finding.severity for finding in result("L3", BAD, rules=rules).findings.rows()] == ["W"]
    assert result("L1", BAD, rules=rules).reason == "inactive"


def test_a_finding_says_what_and_where_in_both_languages() -> None:
    finding = next(result("L5", survey([at("A"), at("B", 80)], [line("A", "B")])).findings.rows())
    assert (finding.row, finding.source, finding.element, finding.x) == (2, "sheet", "A-B", 40.0)
    assert finding.message("zh") == "管线段长80 m，超过75 m"
    assert finding.message("en") == "80 m long, more than 75 m"
    assert finding.fingerprint == "L5|segment|JS.JP A-B|80.00"


PLACES = st.integers(0, 40).map(lambda quarter: quarter / 4)
KIND = st.sampled_from([("JS", "JP"), ("PS", "YS"), ("PS", "WS"), ("DL", "GD"), ("QT", "ZH")])
FEATURES = st.sampled_from(["直线点", "三通", "变径", "起点", "井边点", "出水口", ""])


@st.composite
def surveys(draw: st.DrawFn) -> Survey:
    """Small and wrong in many ways, each number once."""
    numbers = draw(st.lists(st.sampled_from("ABCDEFGH"), min_size=1, max_size=8, unique=True))
    points: list[Row] = []
    for number in numbers:
        major, minor = draw(KIND)
        ground = draw(st.sampled_from([10.0, 10.5, 20.0, 0.0, None]))
        place = 500_000 + draw(PLACES), 3_500_000 + draw(PLACES)
        points.append(at(number, *place, ground_z=ground, feature=draw(FEATURES), major=major, minor=minor))
    lines: list[Row] = []
    for _ in range(draw(st.integers(0, 6))):
        major, minor = draw(KIND)
        ends = draw(st.sampled_from("ABCDEFGHX")), draw(st.sampled_from("ABCDEFGH"))
        cells = {
            "start_depth": draw(st.sampled_from([1.0, 0.05, -1.0, 3.0, None])),
            "end_depth": draw(st.sampled_from([1.0, 1.25, 9.0, None])),
            "start_z": draw(st.sampled_from([9.0, None])),
            "width": draw(st.sampled_from([200.0, 800.0, None])),
            "burial": draw(st.sampled_from(["ZM", "JN", "GK", "XX", ""])),
            "flow": draw(st.sampled_from([1.0, -1.0, None])),
        }
        lines.append(line(*ends, major=major, minor=minor, **cells))
    return survey(points, lines)


def _fingerprints(of: Survey) -> dict[str, list[str]]:
    return {found.rule: marks(found.findings) for found in run(of, context())}


@settings(max_examples=60)
@given(surveys(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(given_survey: Survey, random: Any) -> None:
    points, segments = (list(range(len(table))) for table in (given_survey.points, given_survey.segments))
    random.shuffle(points)
    random.shuffle(segments)
    mixed = Survey(
        given_survey.points.take(np.array(points, dtype=np.intp)),
        given_survey.segments.take(np.array(segments, dtype=np.intp)),
    )
    assert _fingerprints(mixed) == _fingerprints(given_survey)


@settings(max_examples=60)
@given(surveys(), st.integers(-5000, 5000), st.integers(-5000, 5000))
def test_where_the_survey_lies_does_not_matter(given_survey: Survey, east: int, north: int) -> None:
    points = given_survey.points
    moved = points.with_columns(east=points.number("east") + east, north=points.number("north") + north)
    assert _fingerprints(Survey(moved, given_survey.segments)) == _fingerprints(given_survey)


ODD = st.sampled_from([float("nan"), float("inf"), float("-inf"), 1e308, -1e308, 0.0, -1.0, 117.2, 39_500_000.0, 1e8])


@settings(max_examples=100)
@given(surveys(), st.data())
def test_no_number_is_too_odd(given_survey: Survey, data: st.DataObject) -> None:
    def spoilt(table: Any) -> Any:
        columns = [name for name, column in table.columns.items() if column.dtype == np.float64]
        for name in data.draw(st.lists(st.sampled_from(columns or [""]), max_size=4)):
            values = table.number(name).copy() if name else np.empty(0)
            for place in range(len(values)):
                if data.draw(st.booleans()):
                    values[place] = data.draw(ODD)
            table = table.with_columns(**{name: values}) if name else table
        return table

    results = run(Survey(spoilt(given_survey.points), spoilt(given_survey.segments)), context())
    assert len(results) == 51
    for found in results:
        assert all(finding.message("zh") and finding.fingerprint for finding in found.findings.rows())


@settings(max_examples=20)
@given(st.integers(2, 6), st.integers(2, 6), st.lists(st.sampled_from(KINDS), min_size=1, max_size=8, unique=True))
def test_a_clean_town_of_any_size_gives_no_error(branches: int, length: int, kinds: list[tuple[str, str]]) -> None:
    assert verdict(run(town(branches, length, kinds), context())).errors == 0
