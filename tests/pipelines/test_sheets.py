"""Sheets as verbs: who may do what in which order, what is refused with which reason, what the recipient gets."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
import shapely
from sqlalchemy import select
from sqlalchemy.orm import Session

from archives.core import clock
from archives.core.actors import Actor, Role, local_operator
from archives.core.audit import AuditEntry
from archives.core.errors import ConflictError, ForbiddenError, NotFoundError, RefusedError
from archives.core.files import ContentStore
from archives.pipelines.actions import ASK_SHEET, CHECK_SHEET, HANDLE_SHEET, SIGN_SHEET
from archives.pipelines.models import IN_TRANSFER, Sheet, SurveyVersion
from archives.pipelines.sheets import queries as sheet_queries
from archives.pipelines.sheets import rules as sheet_rules
from archives.pipelines.sheets import service as sheets
from archives.pipelines.sheets.content import compose, content_of
from archives.pipelines.sheets.events import EVENTS
from archives.pipelines.sheets.press import Print
from archives.pipelines.sheets.queries import SheetFilter
from tests.pipelines import sheet_samples as samples
from tests.pipelines.sheet_samples import CHECKER, DIRECTOR, ENGINEER, READING_ROOM, person
from tests.procedure.conftest import registered

STAFF = {
    *(Role.COUNTER, Role.GUIDANCE, Role.CHECKER, Role.REVIEWER),
    *(Role.DIRECTOR, Role.CATALOGUER, Role.STACKS, Role.READING_ROOM),
}
TAKERS = {
    ASK_SHEET: {*STAFF, Role.ENGINEER},
    HANDLE_SHEET: {Role.READING_ROOM, Role.COUNTER},
    CHECK_SHEET: {Role.CHECKER, Role.REVIEWER},
    SIGN_SHEET: {Role.DIRECTOR},
}


@pytest.fixture
def files(tmp_path: Path) -> ContentStore:
    """Where papers are kept."""
    return ContentStore(tmp_path / "files")


@pytest.fixture
def archive(session: Session) -> Session:
    """An archive with its people, without lines."""
    samples.people(session)
    return session


@pytest.fixture
def survey(archive: Session) -> Session:
    """An archive that holds the lines of one street."""
    samples.accepted(archive)
    return archive


def refused(verb: Callable[[], object]) -> list[str]:
    """The codes of what a verb says is wrong."""
    with pytest.raises(RefusedError) as refusal:
        verb()
    return [problem.code for problem in refusal.value.problems]


@pytest.mark.parametrize("role", Role)
def test_who_may_take_which_step(role: Role) -> None:
    for action, takers in TAKERS.items():
        assert action.allows(person(9, role)) == (role in takers), action.name


def test_a_sheet_goes_from_the_request_through_three_hands_to_the_recipient(
    survey: Session, files: ContentStore
) -> None:
    sheet = samples.issued(survey, files)
    assert sheet.state == sheet_rules.ISSUED
    assert (sheet.segments, round(sheet.length)) == (10, 200)
    assert [one["copy"] for one in sheet.prints] == [1, 2]
    assert all(files.is_sound(one["sha256"]) for one in sheet.prints)
    assert sheet.valid_until == clock.today() + timedelta(days=90)
    assert sheet.number == f"{clock.today().year}-XZ-0001"


def test_every_step_is_audited_with_its_facts_under_a_known_name(survey: Session, files: ContentStore) -> None:
    sheet = samples.issued(survey, files)
    sheets.withdraw(survey, DIRECTOR, sheet, {"reason": "测量有误"})
    survey.commit()
    entries = survey.scalars(select(AuditEntry).where(AuditEntry.subject_kind == "pipeline_sheet")).all()
    assert [entry.action for entry in entries] == [
        *("sheet.asked", "sheet.handled", "sheet.checked", "sheet.issued", "sheet.withdrawn")
    ]
    assert {entry.action for entry in entries} <= EVENTS.keys()
    handled = orjson.loads(entries[1].content)["details"]
    assert handled["segments"] == 10
    assert len(handled["versions"]) == 1


def test_the_four_steps_are_taken_by_different_people(survey: Session, files: ContentStore) -> None:
    everything = person(7, Role.READING_ROOM, Role.CHECKER, Role.DIRECTOR)
    sheet = samples.asked(survey, everything)
    assert refused(lambda: sheets.make_up(survey, everything, sheet, files)) == ["sheet.same_person"]
    sheets.make_up(survey, READING_ROOM, sheet, files)
    for twice in (everything, person(2, Role.CHECKER)):
        assert refused(lambda twice=twice: sheets.check(survey, twice, sheet)) == ["sheet.same_person"]  # type: ignore[misc]
    sheets.check(survey, CHECKER, sheet)
    both = person(3, Role.DIRECTOR)
    assert refused(lambda: sheets.issue(survey, both, sheet, files, samples.VERIFY_AT)) == ["sheet.same_person"]


def test_even_the_local_operator_cannot_take_two_steps(survey: Session, files: ContentStore) -> None:
    operator = local_operator("root")
    sheet = samples.asked(survey, operator)
    assert refused(lambda: sheets.make_up(survey, operator, sheet, files)) == ["sheet.same_person"]
    sheets.make_up(survey, local_operator("other"), sheet, files)
    assert sheet.state == sheet_rules.HANDLED


def test_no_step_is_skipped_or_repeated(survey: Session, files: ContentStore) -> None:
    sheet = samples.asked(survey)
    with pytest.raises(ConflictError):
        sheets.check(survey, CHECKER, sheet)
    with pytest.raises(ConflictError):
        sheets.issue(survey, DIRECTOR, sheet, files, samples.VERIFY_AT)
    sheets.make_up(survey, READING_ROOM, sheet, files)
    with pytest.raises(ConflictError):
        sheets.make_up(survey, person(8, Role.COUNTER), sheet, files)


def test_nobody_without_the_role_takes_a_step(survey: Session, files: ContentStore) -> None:
    sheet = samples.asked(survey)
    with pytest.raises(ForbiddenError):
        sheets.make_up(survey, CHECKER, sheet, files)
    with pytest.raises(ForbiddenError):
        sheets.refuse(survey, person(9, Role.CATALOGUER), sheet, {"reason": "x"})
    with pytest.raises(ForbiddenError):
        sheets.ask(survey, person(9, Role.CLIENT), samples.REQUEST, 1)


def test_a_request_is_refused_with_everything_that_is_wrong(survey: Session) -> None:
    values = {"copies": "99", "project": "2026-9999"}
    found = refused(lambda: sheets.ask(survey, ENGINEER, values, None, ["ZZ"]))
    assert set(found) == {
        *("project_name.missing", "recipient.missing", "purpose.missing", "copies.too_large"),
        *("area.missing", "kinds.unknown", "project.unknown"),
    }


def test_a_request_for_a_project_carries_it(survey: Session) -> None:
    project = registered(survey)
    sheet = sheets.ask(
        survey, READING_ROOM, {**samples.REQUEST, "project": project.code}, samples.area(survey, READING_ROOM).id
    )
    assert sheet.project_id == project.id


def test_more_than_25_square_kilometres_are_refused_with_the_reason_and_its_source(survey: Session) -> None:
    large = shapely.box(samples.EAST, samples.NORTH, samples.EAST + 5_100, samples.NORTH + 5_000)
    with pytest.raises(RefusedError) as refusal:
        samples.asked(survey, outline=large)
    problem = refusal.value.problems[0]
    assert (problem.code, problem.field) == ("area.too_large", "area")
    assert "25.50" in str(problem.message)
    assert "25 平方公里" in str(problem.message)
    assert problem.clause


def test_exactly_the_limit_is_allowed(survey: Session) -> None:
    square = shapely.box(samples.EAST, samples.NORTH, samples.EAST + 5_000, samples.NORTH + 5_000)
    assert samples.asked(survey, outline=square).state == sheet_rules.ASKED


def test_somebody_elses_area_is_no_area(survey: Session) -> None:
    other = samples.area(survey, person(8, Role.ENGINEER))
    assert refused(lambda: sheets.ask(survey, ENGINEER, samples.REQUEST, other.id)) == ["area.missing"]


# What the recipient gets


def test_the_rank_is_the_highest_of_what_is_shown(survey: Session) -> None:
    assert compose(survey, samples.asked(survey)).rank == 1
    samples.classify(survey, "JS", "JP", 3)
    assert compose(survey, samples.asked(survey)).rank == 3


def test_kinds_above_the_askers_clearance_are_in_no_table_and_no_count(survey: Session) -> None:
    samples.classify(survey, "JS", "JP", 3)
    content = compose(survey, samples.asked(survey, person(8, Role.ENGINEER, clearance=2)))
    assert (content.segments, content.rank) == (5, 1)
    assert "JP" not in orjson.dumps(content.data["groups"]).decode()
    assert [row["name"] for row in content.data["by_kind"]] == ["排水（污水）"]


def test_hand_overs_above_the_askers_clearance_are_left_out(archive: Session) -> None:
    samples.accepted(archive, secrecy=3)
    content = compose(archive, samples.asked(archive, person(8, Role.ENGINEER, clearance=1)))
    assert content.segments == 0


def test_who_handles_must_be_cleared_for_what_the_sheet_shows(archive: Session, files: ContentStore) -> None:
    samples.accepted(archive, secrecy=3)
    sheet = samples.asked(archive)
    low = person(8, Role.READING_ROOM, clearance=2)
    assert refused(lambda: sheets.make_up(archive, low, sheet, files)) == ["sheet.clearance"]
    sheets.make_up(archive, READING_ROOM, sheet, files)
    assert refused(lambda: sheets.check(archive, person(9, Role.CHECKER, clearance=2), sheet)) == ["sheet.clearance"]


def test_a_survey_in_transfer_is_on_no_sheet(survey: Session) -> None:
    dataset = samples.accepted(survey, samples.Street(kinds=(("RQ", "TR"),)), number="2026-GX-0002")
    version = survey.scalars(select(SurveyVersion).where(SurveyVersion.dataset_id == dataset.id)).one()
    version.state = IN_TRANSFER
    survey.flush()
    assert compose(survey, samples.asked(survey, READING_ROOM)).segments == 10


def test_only_the_kinds_that_were_asked_for_are_shown(survey: Session) -> None:
    sheet = sheets.ask(survey, ENGINEER, samples.REQUEST, samples.area(survey).id, ["PS"])
    assert [row["name"] for row in compose(survey, sheet).data["by_kind"]] == ["排水（污水）"]


def test_without_coordinates_neither_table_nor_frame_tells_where(survey: Session) -> None:
    told = compose(survey, samples.asked(survey)).data
    silent = compose(survey, samples.asked(survey, with_coordinates="")).data
    assert told["positions"][0] == {"point": "JP000", "x": "3358000.000", "y": "565000.000"}
    assert silent["positions"] == []
    assert "33580" in told["drawing"]["svg"]
    assert "33580" not in silent["drawing"]["svg"]
    assert "5650" not in silent["drawing"]["svg"]


def test_nothing_found_says_so_and_never_that_there_are_no_lines(survey: Session) -> None:
    data = compose(survey, samples.asked(survey, outline=samples.elsewhere())).data
    assert data["result"] == "馆藏无记录。"
    assert "无管线" not in orjson.dumps(data).decode()
    assert any("不说明地下没有管线" in statement for statement in data["statements"])


def test_the_duty_to_report_unrecorded_lines_names_its_clause_and_that_nobody_compared_it(survey: Session) -> None:
    statements = compose(survey, samples.asked(survey)).data["statements"]
    duty = next(statement for statement in statements if "第七条" in statement)
    assert "尚未核对" in duty
    assert sheet_rules.statements()["report"].verified is False


def test_owners_that_are_registered_are_named_with_whom_to_ring(survey: Session) -> None:
    owners = compose(survey, samples.asked(survey)).data["by_owner"]
    assert owners[0]["name"] == samples.WATER_OWNER
    assert owners[0]["contact"] == "韩立 0800-5550133"
    assert "contact" not in owners[1]


def test_a_long_table_says_how_many_are_left_out_and_the_sums_count_them(archive: Session) -> None:
    samples.accepted(archive, samples.Street(kinds=(("JS", "JP"),), lines=1_007))
    long = shapely.box(samples.EAST - 5, samples.NORTH - 20, samples.EAST + 20_200, samples.NORTH + 20)
    data = compose(archive, samples.asked(archive, outline=long)).data
    assert data["left_out"] == 7
    assert data["total"]["count"] == 1_007
    assert sum(len(group["lines"]) for group in data["groups"]) == 1_000


def test_what_is_signed_is_what_was_made_up_whatever_came_in_between(survey: Session, files: ContentStore) -> None:
    sheet = samples.asked(survey)
    sheets.make_up(survey, READING_ROOM, sheet, files)
    samples.accepted(survey, samples.Street(kinds=(("RQ", "TR"),)), number="2026-GX-0002")
    sheets.check(survey, CHECKER, sheet)
    order = sheets.prepare(survey, DIRECTOR, sheet, files, samples.VERIFY_AT)
    assert order.data["total"]["count"] == 10
    assert content_of(sheet, files).segments == 10


# Ends


@pytest.mark.parametrize("taken", range(3))
def test_a_request_can_be_refused_at_every_step_with_a_reason(survey: Session, files: ContentStore, taken: int) -> None:
    sheet = samples.asked(survey)
    if taken > 0:
        sheets.make_up(survey, READING_ROOM, sheet, files)
    if taken > 1:
        sheets.check(survey, CHECKER, sheet)
    refuser = (READING_ROOM, CHECKER, DIRECTOR)[taken]
    assert refused(lambda: sheets.refuse(survey, refuser, sheet, {"reason": " "})) == ["reason.missing"]
    sheets.refuse(survey, refuser, sheet, {"reason": "范围与项目不符"})
    assert (sheet.state, sheet.refusal, sheet.ended_by) == ("refused", "范围与项目不符", refuser.name)
    with pytest.raises(ConflictError):
        sheets.refuse(survey, DIRECTOR, sheet, {"reason": "again"})


def test_only_an_issued_sheet_is_withdrawn(survey: Session, files: ContentStore) -> None:
    sheet = samples.asked(survey)
    with pytest.raises(ConflictError):
        sheets.withdraw(survey, DIRECTOR, sheet, {"reason": "x"})
    samples.issued(survey, files, sheet)
    sheets.withdraw(survey, DIRECTOR, sheet, {"reason": "测量有误"})
    assert sheet.state == sheet_rules.WITHDRAWN


# Codes and standing


def test_a_code_has_at_least_80_bits_and_is_read_however_it_is_typed() -> None:
    code = sheet_rules.new_code()
    assert len(sheet_rules.ALPHABET) ** sheet_rules.CODE_LENGTH > 2**80
    assert len(code.replace("-", "")) == sheet_rules.CODE_LENGTH
    assert sheet_rules.code_key(code) == sheet_rules.code_key(f" {code.lower().replace('-', ' ')} ")
    assert sheet_rules.new_code() != code


def test_the_database_keeps_no_code_that_somebody_could_copy(survey: Session, files: ContentStore) -> None:
    sheet = samples.asked(survey)
    sheets.make_up(survey, READING_ROOM, sheet, files)
    sheets.check(survey, CHECKER, sheet)
    order = sheets.prepare(survey, DIRECTOR, sheet, files, samples.VERIFY_AT)
    assert sheet_queries.verified(survey, order.code) is None
    sheets.sign(survey, DIRECTOR, sheet, order, [a_print(copy) for copy in (1, 2)])
    assert order.code not in str(sheet.verification)
    assert sheet_queries.verified(survey, order.code) is sheet
    assert sheet_queries.verified(survey, str(sheet.verification)) is None
    assert sheet_queries.verified(survey, "") is None


def a_print(copy: int) -> Print:
    """A copy that lies somewhere."""
    return Print(copy, f"{copy:064x}", 1)


def test_copies_of_another_order_are_not_signed(survey: Session, files: ContentStore) -> None:
    sheet = samples.asked(survey)
    sheets.make_up(survey, READING_ROOM, sheet, files)
    sheets.check(survey, CHECKER, sheet)
    order = sheets.prepare(survey, DIRECTOR, sheet, files, samples.VERIFY_AT)
    with pytest.raises(ConflictError):
        sheets.sign(survey, DIRECTOR, sheet, order, [a_print(1)])


@pytest.mark.parametrize(
    ("state", "days", "expected"),
    [("issued", 0, "valid"), ("issued", 1, "valid"), ("issued", -1, "expired"), ("withdrawn", 9, "withdrawn")],
)
def test_a_sheet_counts_to_the_end_of_its_last_day_unless_it_is_withdrawn(state: str, days: int, expected: str) -> None:
    today = clock.today()
    assert sheet_rules.standing_of(state, today + timedelta(days=days), today) == expected


# Who sees what


def test_engineers_see_their_own_sheets_and_staff_what_they_are_cleared_for(
    archive: Session, files: ContentStore
) -> None:
    samples.accepted(archive, secrecy=3)
    sheet = samples.asked(archive)
    sheets.make_up(archive, READING_ROOM, sheet, files)
    blind: tuple[Actor, ...] = (
        person(8, Role.ENGINEER),
        person(9, Role.CATALOGUER, clearance=2),
        person(10, Role.CLIENT),
        person(11, Role.SYSTEM_ADMIN),
    )
    assert sheet_queries.sheet_by_id(archive, ENGINEER, sheet.id) is sheet
    assert sheet_queries.sheet_by_id(archive, person(9, Role.CATALOGUER), sheet.id) is sheet
    for reader in blind:
        with pytest.raises(NotFoundError):
            sheet_queries.sheet_by_id(archive, reader, sheet.id)
        assert sheet_queries.whole_log(archive, reader, SheetFilter()) == []


def test_the_log_is_narrowed_by_words_state_project_and_days(survey: Session, files: ContentStore) -> None:
    project = registered(survey)
    first = samples.asked(survey, READING_ROOM, project=project.code)
    second = samples.issued(survey, files, recipient="另一单位")

    def found(**narrowed: object) -> list[Sheet]:
        return sheet_queries.whole_log(survey, DIRECTOR, SheetFilter(**narrowed))  # type: ignore[arg-type]

    assert found() == [second, first]
    assert found(words="另一") == [second]
    assert found(words=first.number) == [first]
    assert found(state="issued") == [second]
    assert found(project=project.code) == [first]
    assert found(first=clock.today(), last=clock.today()) == [second, first]
    assert found(first=clock.today() + timedelta(days=1)) == []
    assert found(last=clock.today() - timedelta(days=1)) == []


def test_a_sheet_waits_for_those_who_may_take_its_step_and_took_none_before(survey: Session) -> None:
    sheet = samples.asked(survey, READING_ROOM)
    assert sheet_queries.waiting_for(survey, person(8, Role.COUNTER), ["asked"]) == [sheet]
    assert sheet_queries.waiting_for(survey, READING_ROOM, ["asked"]) == []
    assert sheet_queries.waiting_for(survey, person(8, Role.COUNTER), ["handled"]) == []
