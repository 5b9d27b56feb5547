"""Moves through the real database: state, steps, clocks, gaps, papers and the audit in one transaction."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pypdfium2
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from archives.core import audit, clock, office
from archives.core.actors import Actor, Role, local_operator
from archives.core.errors import ConflictError, ForbiddenError, NotFoundError, RefusedError
from archives.core.language import msg
from archives.core.problems import Problem
from archives.core.registry import Registry
from archives.procedure import queries
from archives.procedure.models import Clock, Paper
from archives.reference import queries as reference
from tests.procedure.conftest import (
    AUTHORITY,
    CHECKER,
    COUNTER,
    DIRECTOR,
    GUIDE,
    REVIEWER,
    STACKS,
    Desk,
    person,
    to_completed,
    to_conforming,
    to_passed,
    to_received,
)


def codes(refused: pytest.ExceptionInfo[RefusedError]) -> set[str]:
    """The codes of what stood in the way."""
    return {problem.code for problem in refused.value.problems}


def printed(desk: Desk, form: str) -> str:
    """The text of the newest paper of a form, without the breaks between its lines."""
    paper = queries.last_paper(desk.session, desk.project.id, form)
    assert paper is not None
    pages = pypdfium2.PdfDocument(desk.files.path(paper.sha256))
    text = "".join(page.get_textpage().get_text_range() for page in pages)
    return "".join(text.split())


def running(desk: Desk) -> dict[str, Clock]:
    """The open clocks by deadline."""
    return {row.deadline: row for row in queries.open_clocks(desk.session, desk.project.id)}


def at(day: date) -> datetime:
    """Noon of a day in the office."""
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def test_the_way_from_registration_to_the_holdings(desk: Desk) -> None:
    to_conforming(desk)
    desk(COUNTER, "transfer", on=clock.today(), handed_by="王资料员", received_by="赵窗口")
    desk(COUNTER, "certify", director="陈馆长")
    desk(STACKS, "enter", on=clock.today())
    assert desk.project.state == "accessioned"
    assert running(desk) == {}
    forms = {paper.form for paper in queries.papers(desk.session, desk.project.id)}
    assert forms == {
        "commitment",
        "notice",
        "acceptance_receipt",
        "pre_acceptance_opinion",
        "transfer_form",
        "receipt_certificate",
    }


def test_a_paper_says_its_number_the_project_and_who_signed(desk: Desk) -> None:
    to_passed(desk)
    text = printed(desk, "pre_acceptance_opinion")
    year = clock.today().year
    for said in (f"{year}-YSJ-0001", "江城图书馆工程", "建字第2026001号", "checker3", "reviewer4", "准予通过"):
        assert said in text


def test_every_form_prints_and_is_numbered_apart(joint: Desk) -> None:
    joint(COUNTER, "print_registration", agent="王资料员", identity="000000000000000000")
    assert "江城图书馆工程" in printed(joint, "registration_form")
    assert "主楼" in printed(joint, "registration_form")
    joint(COUNTER, "print_registration")
    numbers = [paper.number for paper in queries.papers(joint.session, joint.project.id)]
    year = clock.today().year
    assert numbers == [f"{year}-BJ-0002", f"{year}-BJ-0001"]


def test_the_print_is_kept_and_audited_with_its_digest(desk: Desk) -> None:
    desk(COUNTER, "commit", on=clock.today(), head="李主任", clerk="王资料员")
    desk.session.commit()
    paper = desk.session.scalars(select(Paper)).one()
    assert desk.files.is_sound(paper.sha256)
    assert desk.files.path(paper.sha256).stat().st_size == paper.size
    entries = desk.session.scalars(select(audit.AuditEntry.content).order_by(audit.AuditEntry.seq)).all()
    assert any(paper.sha256 in entry and "procedure.paper_issued" in entry for entry in entries)
    assert audit.verify(desk.session).broken is None


def test_an_unknown_move_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFoundError):
        desk(COUNTER, "fly")


def test_a_move_out_of_its_state_is_a_conflict(desk: Desk) -> None:
    with pytest.raises(ConflictError):
        desk(CHECKER, "check", opinion="x")


def test_everything_missing_is_told_at_once_and_nothing_is_done(desk: Desk) -> None:
    with pytest.raises(RefusedError) as refused:
        desk(COUNTER, "commit")
    assert codes(refused) == {"on.missing", "head.missing", "clerk.missing"}
    assert desk.project.state == "registered"
    assert not queries.steps(desk.session, desk.project.id)


def test_a_client_acts_for_its_own_project_only(desk: Desk, client_of: Callable[[Desk], Actor]) -> None:
    to_received(desk)
    desk(CHECKER, "rectify", problems="缺竣工图", due_on=clock.today() + timedelta(days=7))
    stranger = person(21, Role.CLIENT, desk.project.client_id + 1)
    with pytest.raises(ForbiddenError):
        desk(stranger, "resubmit", opinion="已补")
    desk(client_of(desk), "resubmit", opinion="已补")
    assert desk.project.state == "received"


def test_nobody_reviews_or_approves_their_own_check(desk: Desk) -> None:
    everything = Actor("account", "全能", 9, frozenset({Role.CHECKER, Role.REVIEWER, Role.DIRECTOR}))
    to_received(desk)
    desk(everything, "check", opinion="齐全")
    with pytest.raises(RefusedError) as refused:
        desk(everything, "review", opinion="同意")
    assert codes(refused) == {"procedure.same_person"}
    desk(REVIEWER, "review", opinion="同意")
    with pytest.raises(RefusedError):
        desk(everything, "pass_pre", opinion="通过")
    desk(DIRECTOR, "pass_pre", opinion="通过")


def test_a_new_round_forgets_who_checked_before(desk: Desk) -> None:
    both = Actor("account", "两岗", 9, frozenset({Role.CHECKER, Role.REVIEWER}))
    to_received(desk)
    desk(both, "check", opinion="齐全")
    desk(REVIEWER, "rectify", problems="缺竣工图", due_on=clock.today() + timedelta(days=7))
    desk(COUNTER, "resubmit", opinion="已补")
    desk(CHECKER, "check", opinion="齐全")
    desk(both, "review", opinion="同意")
    assert desk.project.state == "reviewed"


def test_two_people_are_enough_where_the_office_decided_so(desk: Desk) -> None:
    office.decide(desk.session, local_operator("test"), "approval_profile", "two_step")
    to_received(desk)
    desk(CHECKER, "check", opinion="齐全")
    same = Actor("account", "同一人", CHECKER.account_id, frozenset({Role.DIRECTOR}))
    with pytest.raises(RefusedError):
        desk(same, "pass_pre", opinion="通过")
    desk(DIRECTOR, "pass_pre", opinion="通过")
    assert desk.project.state == "passed"


def test_a_later_features_condition_stops_a_move(desk: Desk) -> None:
    fault = Problem("accession.empty", msg("There is no list."))
    warning = Problem("accession.thin", msg("There is no list."), severity="warning")
    to_received(desk)
    desk.registry = Registry(conditions={"check": (lambda _session, _project_id: [fault, warning],)})
    with pytest.raises(RefusedError) as refused:
        desk(CHECKER, "check", opinion="齐全")
    assert codes(refused) == {"accession.empty"}


def test_a_later_feature_adds_to_a_paper(desk: Desk) -> None:
    volume = {
        "number": "1",
        "title": "地基与基础施工文件",
        "text_pages": 120,
        "drawings": 0,
        "others": 0,
        "compiler": "江城一建",
        "compiled": "2026-01-01",
        "retention": "长期",
        "secrecy": "内部",
    }
    to_conforming(desk)
    desk.registry = Registry(paper_facts={"transfer_form": lambda _session, _project_id: {"volumes": [volume]}})
    desk(COUNTER, "transfer", on=clock.today(), handed_by="王资料员", received_by="赵窗口")
    assert "地基与基础施工文件" in printed(desk, "transfer_form")


def test_rectification_goes_round_and_its_notice_is_counted(desk: Desk) -> None:
    due = clock.today() + timedelta(days=7)
    to_received(desk)
    for _ in range(2):
        desk(CHECKER, "rectify", problems="缺竣工图\n签章不全", due_on=due, contact="孙检查")
        assert running(desk).keys() == {"rectification"}
        assert running(desk)["rectification"].due_on == due
        desk(COUNTER, "resubmit", opinion="已补")
        assert running(desk).keys() == {"pre_acceptance_check"}
    text = printed(desk, "rectification_notice")
    assert "签章不全" in text
    paper = queries.last_paper(desk.session, desk.project.id, "rectification_notice")
    assert paper is not None
    assert paper.data["round"] == 2


def test_the_gap_list_must_be_promised_and_filled(joint: Desk, client_of: Callable[[Desk], Actor]) -> None:
    due = clock.today() + timedelta(days=60)
    to_received(joint)
    joint(CHECKER, "note_gap", scope_code="E1-9", title="竣工验收备案表", opinion="验收后形成", due_on=due)
    joint(CHECKER, "check", opinion="除所列外齐全")
    joint(REVIEWER, "review", opinion="同意")
    with pytest.raises(RefusedError) as refused:
        joint(DIRECTOR, "pass_joint", opinion="通过")
    assert codes(refused) == {"procedure.gaps_not_promised"}
    joint(client_of(joint), "promise_gaps", responsible="李主任", phone="0102")
    joint(DIRECTOR, "pass_joint", opinion="通过")
    assert "竣工验收备案表" in printed(joint, "joint_acceptance_opinion")
    assert "竣工验收备案表" in printed(joint, "gap_commitment")
    joint(COUNTER, "complete", on=clock.today())
    joint(COUNTER, "apply_transfer", volumes=12, contact="王资料员", phone="0101")
    joint(CHECKER, "check_conformity", opinion="相符")
    joint(REVIEWER, "review_conformity", opinion="同意")
    with pytest.raises(RefusedError) as open_gap:
        joint(DIRECTOR, "approve_conformity", opinion="同意")
    assert codes(open_gap) == {"procedure.gaps_open"}
    gap = queries.open_gaps(joint.session, joint.project.id)[0]
    joint(COUNTER, "fill_gap", gap=str(gap.id), on=clock.today())
    joint(DIRECTOR, "approve_conformity", opinion="同意")
    assert joint.project.state == "conforming"


def test_a_gap_noted_after_the_promise_needs_another(joint: Desk) -> None:
    due = clock.today() + timedelta(days=60)
    to_received(joint)
    joint(CHECKER, "note_gap", scope_code="E1-9", title="备案表", opinion="后成", due_on=due)
    joint(COUNTER, "promise_gaps", responsible="李主任", phone="0102")
    joint(CHECKER, "note_gap", scope_code="E1-8", title="使用说明书", opinion="后成", due_on=due)
    joint(CHECKER, "check", opinion="x")
    joint(REVIEWER, "review", opinion="x")
    with pytest.raises(RefusedError):
        joint(DIRECTOR, "pass_joint", opinion="通过")


def test_completion_starts_the_three_months_and_the_filing(desk: Desk) -> None:
    to_completed(desk, date(2026, 1, 15))
    found = running(desk)
    assert found.keys() == {"works_transfer", "record_filing"}
    assert found["works_transfer"].due_on == date(2026, 4, 15)
    assert found["record_filing"].due_on == date(2026, 1, 30)
    assert desk.project.completed_on == date(2026, 1, 15)


def test_pipeline_works_hand_over_before_the_filing_too(desk: Desk) -> None:
    desk.project.works_type = "pipeline"
    to_completed(desk, date(2026, 1, 15))
    desk(COUNTER, "file_record", on=date(2026, 1, 20))
    assert running(desk)["pipeline_transfer"].due_on == date(2026, 1, 20)


def test_the_check_is_due_by_working_days(desk: Desk) -> None:
    with clock.stopped_at(at(date(2026, 7, 2))):  # a Thursday
        to_received(desk)
    assert running(desk)["pre_acceptance_check"].due_on == date(2026, 7, 9)


def test_a_stop_pauses_the_clients_clocks_and_not_the_archives_own(desk: Desk) -> None:
    with clock.stopped_at(at(date(2026, 3, 2))):
        to_completed(desk, date(2026, 2, 2))
        desk(GUIDE, "stop", on=date(2026, 2, 20), opinion="资金")
        assert desk.project.is_stopped
        assert all(row.paused_on == date(2026, 2, 20) for row in running(desk).values())
        with pytest.raises(ConflictError):
            desk(COUNTER, "apply_transfer", volumes=1, contact="x", phone="x")
        with pytest.raises(RefusedError) as refused:
            desk(GUIDE, "resume", on=date(2026, 2, 19))
        assert codes(refused) == {"on.before_stop"}
        desk(GUIDE, "resume", on=date(2026, 3, 2))
    assert running(desk)["works_transfer"].due_on == date(2026, 5, 12)
    assert not desk.project.is_stopped


def test_the_archives_clock_runs_on_while_works_stand_still(desk: Desk) -> None:
    to_passed(desk)
    desk.session.add(
        Clock(
            project_id=desk.project.id,
            deadline="receipt_certificate",
            started_on=clock.today(),
            due_on=clock.today(),
        )
    )
    desk.session.flush()
    desk(GUIDE, "stop", on=clock.today(), opinion="资金")
    assert running(desk)["receipt_certificate"].paused_on is None


def test_an_extension_moves_the_day_and_only_forward(desk: Desk) -> None:
    today = clock.today()
    to_completed(desk, today)
    row = running(desk)["works_transfer"]
    with pytest.raises(RefusedError) as refused:
        desk(REVIEWER, "extend", clock=str(row.id), due_on=row.due_on, opinion="工期")
    assert codes(refused) == {"due_on.not_later"}
    later = row.due_on + timedelta(days=30)
    desk(COUNTER, "request_extension", clock=str(row.id), due_on=later, opinion="工期")
    assert row.due_on != later
    desk(REVIEWER, "extend", clock=str(row.id), due_on=later, opinion="工期")
    assert (row.due_on, row.extended_reason) == (later, "工期")


def test_only_what_is_overdue_is_reminded_of_and_the_order_names_the_fine(desk: Desk) -> None:
    today = clock.today()
    to_completed(desk, today)
    row = running(desk)["works_transfer"]
    with pytest.raises(RefusedError) as refused:
        desk(COUNTER, "remind", clock=str(row.id), owed="全套档案", due_on=today)
    assert "procedure.nothing_overdue" in codes(refused)
    with clock.stopped_at(at(row.due_on + timedelta(days=10))):
        answer = clock.today() + timedelta(days=15)
        desk(COUNTER, "remind", clock=str(row.id), owed="全套档案", due_on=answer)
        desk(AUTHORITY, "order_correction", clock=str(row.id), opinion="逾期未移交", due_on=answer)
    assert desk.project.state == "completed"
    assert "10" in printed(desk, "overdue_notice")
    order = queries.last_paper(desk.session, desk.project.id, "correction_order")
    assert order is not None
    assert (order.data["fine_from"], order.data["fine_to"]) == (10_000, 100_000)
    assert "第五十九条" in printed(desk, "correction_order")
    assert {"reminder", "correction"} <= running(desk).keys()


def test_the_transfer_meets_every_duty_and_filing_later_starts_none_again(desk: Desk) -> None:
    desk.project.works_type = "pipeline"
    to_completed(desk, clock.today())
    desk(COUNTER, "apply_transfer", volumes=12, contact="王资料员", phone="0101")
    desk(CHECKER, "check_conformity", opinion="相符")
    desk(REVIEWER, "review_conformity", opinion="同意")
    desk(DIRECTOR, "approve_conformity", opinion="同意")
    desk(COUNTER, "transfer", on=clock.today(), handed_by="王", received_by="赵")
    assert running(desk).keys() == {"record_filing", "receipt_certificate"}
    desk(COUNTER, "file_record_later", on=clock.today())
    assert running(desk).keys() == {"receipt_certificate"}
    with pytest.raises(RefusedError):
        desk(COUNTER, "file_record_later", on=clock.today())


def test_withdrawing_ends_the_clocks_and_the_director_can_take_it_up_again(desk: Desk) -> None:
    to_received(desk)
    desk(COUNTER, "withdraw", opinion="项目取消")
    assert (desk.project.state, running(desk)) == ("withdrawn", {})
    desk(DIRECTOR, "reinstate", opinion="误撤")
    assert desk.project.state == "registered"


def test_works_that_stand_still_can_be_withdrawn_and_taken_up_without_the_stop(desk: Desk) -> None:
    desk(COUNTER, "commit", on=clock.today(), head="李主任", clerk="王资料员")
    desk(GUIDE, "stop", on=clock.today(), opinion="资金")
    desk(COUNTER, "withdraw", opinion="项目取消")
    desk(DIRECTOR, "reinstate", opinion="恢复建设")
    assert (desk.project.state, desk.project.is_stopped) == ("registered", False)


def test_the_local_operator_may_do_everything_and_the_audit_says_who(desk: Desk) -> None:
    operator = local_operator("root@archives")
    to_received(desk)
    desk(operator, "check", opinion="x")
    desk(operator, "review", opinion="x")
    desk.session.commit()
    entry = desk.session.scalars(select(audit.AuditEntry).where(audit.AuditEntry.action == "procedure.review")).one()
    assert entry.actor == "root@archives"
    assert '"kind":"local"' in entry.content


def test_a_day_to_come_and_a_day_before_the_works_are_refused(desk: Desk) -> None:
    to_passed(desk)
    desk.project.started_on = date(2026, 1, 1)
    for on, code in ((clock.today() + timedelta(days=1), "on.future"), (date(2025, 12, 31), "on.before_start")):
        with pytest.raises(RefusedError) as refused:
            desk(COUNTER, "complete", on=on)
        assert codes(refused) == {code}


def test_papers_cite_the_deadline_in_use(desk: Desk, session: Session) -> None:
    rule = reference.deadline(session, "works_transfer")
    assert rule is not None
    desk(COUNTER, "commit", on=clock.today(), head="李主任", clerk="王资料员")
    assert rule.legal_basis[:12] in printed(desk, "commitment")
