"""What a sound registration is, by table and by property."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archives.projects.drafts import PERMITS, ProjectDraft, UnitWorksDraft, several, together
from archives.projects.rules import COORDINATE_FAULTS, ProjectFacts, check_project, check_unit, class_of

TODAY = date(2026, 5, 1)
FACTS = ProjectFacts(
    today=TODAY,
    classes=frozenset({"I", "I3", "E1", "Q"}),
    secrecy_ranks={"public": 0, "internal": 1, "secret": 3},
    clearance=1,
    taken=frozenset({"2020-0001"}),
    alike={("图书馆工程", "甲公司"): {"2019-0007"}},
)
SOUND = {
    "code": "2026-0001",
    "name": "博物馆工程",
    "works_type": "building",
    "client": "甲公司",
    "address": "文化路1号",
}


def found(**values: object) -> list[tuple[str, str | None, str]]:
    draft = ProjectDraft.model_validate(SOUND | values)
    return [(problem.code, problem.field, problem.severity) for problem in check_project(draft, FACTS)]


def test_a_sound_registration_has_no_fault() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"code": "2020-0001"}, ("code.taken", "code", "error")),
        ({"code": "=1+1"}, ("code.signs", "code", "error")),
        ({"code": "../../etc"}, ("code.signs", "code", "error")),
        ({"code": "2026/0001"}, ("code.signs", "code", "error")),
        ({"code": "import"}, ("code.reserved", "code", "error")),
        ({"code": "2026 0001"}, ("code.signs", "code", "error")),
        ({"class_code": "Z9"}, ("class_code.unknown", "class_code", "error")),
        ({"second_class": "Z9"}, ("second_class.unknown", "second_class", "error")),
        ({"works_type": "bridge"}, ("class_code.unknown", "class_code", "error")),
        ({"client": "甲公司；乙公司"}, ("client.several", "client", "error")),
        ({"name": "图书馆工程"}, ("name.alike", "name", "warning")),
        ({"planning_permit": "无"}, ("permit.shape", "planning_permit", "warning")),
        ({"construction_permit": "3201002026010101；办理中"}, ("permit.shape", "construction_permit", "warning")),
        ({"coordinates": "somewhere"}, ("coordinates.unreadable", "coordinates", "error")),
        ({"coordinates": "2.35, 48.85"}, ("coordinates.outside", "coordinates", "error")),
        ({"coordinates": "3542289, 594495"}, ("coordinates.zone_needed", "coordinates", "error")),
        ({"secrecy": "secret"}, ("secrecy.above_clearance", "secrecy", "error")),
        ({"planned_start": TODAY, "planned_end": date(2026, 4, 30)}, ("dates.reversed", "planned_end", "error")),
        ({"completed_on": date(2026, 5, 2)}, ("date.future", "completed_on", "error")),
        ({"started_on": date(1839, 1, 1)}, ("date.too_early", "started_on", "error")),
        ({"phone": "拨打总机"}, ("phone.signs", "phone", "error")),
    ],
)
def test_each_fault_is_named(values: dict[str, object], problem: tuple[str, str, str]) -> None:
    assert found(**values) == [problem]


@pytest.mark.parametrize(
    "values",
    [
        {"code": "城-2026_01(甲)"},
        {"class_code": "i3"},
        {"planning_permit": "建字第320100202600001号；建字第320100202600002号"},
        {"approval_no": "江发改〔2025〕12号"},
        {"coordinates": "117.2, 31.8"},
        {"planned_end": date(2030, 1, 1)},
        {"completed_on": TODAY},
        {"phone": "0551-6280 0000 转 12；13800000000"},
        {"secrecy": "internal"},
        {"name": "图书馆工程", "code": "2019-0007"},
    ],
)
def test_what_is_customary_is_sound(values: dict[str, object]) -> None:
    assert found(**values) == []


def test_everything_is_told_at_once() -> None:
    codes = [code for code, _, _ in found(code="?", class_code="Z", coordinates="x", phone="y")]
    assert codes == ["code.signs", "class_code.unknown", "coordinates.unreadable", "phone.signs"]


def test_the_class_follows_from_the_works_type() -> None:
    assert class_of(ProjectDraft.model_validate(SOUND | {"works_type": "pipeline"})) == "Q"


def test_every_fault_of_coordinates_can_be_said() -> None:
    for fault in COORDINATE_FAULTS.values():
        assert fault.msgid % {"first": 1.0, "second": 2.0}


def test_unit_works_are_dated_soundly() -> None:
    draft = UnitWorksDraft(code="01", name="主楼", started_on=TODAY, completed_on=date(2026, 1, 1))
    assert [problem.code for problem in check_unit(draft, TODAY)] == ["dates.reversed"]


@given(st.dates(date(1840, 1, 1), TODAY), st.integers(-4000, 4000))
def test_dates_are_sound_exactly_when_in_order_and_not_in_the_future(start: date, days: int) -> None:
    end = start + timedelta(days=days)
    codes = {code for code, _, _ in found(started_on=start, completed_on=end)}
    assert ("dates.reversed" in codes) == (end < start)
    assert ("date.future" in codes) == (end > TODAY)


@given(st.lists(st.text(alphabet="甲乙丙丁ABC 12", min_size=1).map(str.strip).filter(bool), max_size=6, unique=True))
def test_several_values_survive_one_field(values: list[str]) -> None:
    assert several(together(values)) == values


@given(st.text(max_size=60))
def test_any_text_in_any_field_gives_problems_and_no_error(text: str) -> None:
    for name in ("code", "class_code", "phone", "coordinates", *PERMITS):
        draft = ProjectDraft.model_validate(SOUND).model_copy(update={name: text})
        assert all(str(problem.message) for problem in check_project(draft, FACTS))
