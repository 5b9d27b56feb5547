"""National rows synced, office rows beside them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from archives.core.actors import Actor, Role
from archives.core.errors import ForbiddenError, NotFoundError, RefusedError
from archives.core.language import speaking
from archives.reference import queries
from archives.reference.models import (
    NATIONAL,
    OFFICE,
    CalendarDay,
    ClassNode,
    DeadlineRule,
    ScopeNode,
    TechnicalField,
    Term,
)
from archives.reference.service import SyncReport, adopt_deadline, keep_own, sync, withdraw_own
from archives.reference.tables import load_tables


@pytest.fixture
def filled(session: Session) -> Session:
    sync(session)
    return session


@contextmanager
def counting(session: Session) -> Iterator[list[str]]:
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    bind = session.get_bind()
    event.listen(bind, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(bind, "before_cursor_execute", note)


def test_the_first_sync_adds_every_row_and_the_second_none(session: Session) -> None:
    first = sync(session)
    second = sync(session)
    assert first.added > 1000
    assert second == SyncReport(unchanged=first.added)


def test_a_sync_takes_few_statements(session: Session) -> None:
    with counting(session) as statements:
        sync(session)
    assert len(statements) <= 25


def test_a_sync_corrects_what_was_changed_and_retires_what_is_gone(filled: Session) -> None:
    tables = load_tables()
    kept = tuple(replace(row, name="次干道") if row.code == "E1-2" else row for row in tables.classes)
    report = sync(filled, tables=replace(tables, classes=tuple(row for row in kept if row.code != "R6-2")))
    assert (report.added, report.changed, report.retired) == (0, 1, 1)
    renamed, retired = queries.class_by_code(filled, "E1-2"), queries.class_by_code(filled, "R6-2")
    assert renamed is not None
    assert renamed.name == "次干道"
    assert retired is not None
    assert not retired.active
    assert sync(filled).changed == 2


def test_a_sync_keeps_what_the_office_decided(filled: Session, operator: Actor) -> None:
    keep_own(filled, operator, ClassNode, ("E1-2",), {"name": "次干路"})
    keep_own(filled, operator, ClassNode, ("S",), {"parent_code": "", "level": 1, "name": "本市专题"})
    report = sync(filled)
    assert not report.wrote
    renamed, own = queries.class_by_code(filled, "E1-2"), queries.class_by_code(filled, "S")
    assert renamed is not None
    assert own is not None
    assert (renamed.name, own.name) == ("次干路", "本市专题")


def test_the_national_row_stands_beside_the_office_s(filled: Session, operator: Actor) -> None:
    keep_own(filled, operator, ScopeNode, ("building", "A6-05"), {"archives": "must", "note": "本馆要求移交"})
    pair = queries.pairs(filled, ScopeNode)["building", "A6-05"]
    assert isinstance(pair.national, ScopeNode)
    assert isinstance(pair.office, ScopeNode)
    assert (pair.national.marks, pair.office.marks) == ("▲-▲-△", "▲-▲-▲")
    assert (pair.national.source, pair.office.source) == ("gbt50328", OFFICE)


def test_withdrawing_brings_the_national_row_back(filled: Session, operator: Actor) -> None:
    keep_own(filled, operator, DeadlineRule, ("works_transfer",), {"number": 6})
    assert queries.due_on(filled, "works_transfer", date(2026, 1, 31)) == date(2026, 7, 31)
    withdraw_own(filled, operator, DeadlineRule, ("works_transfer",))
    assert queries.due_on(filled, "works_transfer", date(2026, 1, 31)) == date(2026, 4, 30)
    with pytest.raises(NotFoundError):
        withdraw_own(filled, operator, DeadlineRule, ("works_transfer",))


def test_an_office_may_use_a_local_deadline_and_go_back(filled: Session, operator: Actor) -> None:
    adopt_deadline(filled, operator, "pipeline_transfer.qingdao")
    adopted = queries.deadline(filled, "pipeline_transfer")
    assert adopted is not None
    assert (adopted.code, adopted.number, adopted.unit, adopted.verified) == (
        "pipeline_transfer.qingdao",
        1,
        "months",
        True,
    )
    adopt_deadline(filled, operator, "pipeline_transfer")
    national = queries.deadline(filled, "pipeline_transfer")
    assert national is not None
    assert national.code == "pipeline_transfer"
    used = [row for row in queries.in_use(filled, DeadlineRule) if row.rule == "pipeline_transfer"]
    assert len(used) == 1


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"unit": "fortnights"}, "reference.unknown"),
        ({"number": -1}, "reference.number"),
        ({"number": None}, "reference.number"),
        ({"fine_min": 5, "fine_max": 4}, "reference.fine"),
        ({"name_zh": " "}, "reference.missing"),
    ],
)
def test_a_deadline_that_cannot_be_is_refused(
    filled: Session, operator: Actor, values: dict[str, Any], code: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        keep_own(filled, operator, DeadlineRule, ("works_transfer",), values)
    assert [problem.code for problem in refused.value.problems] == [code]
    assert filled.scalar(select(func.count()).where(DeadlineRule.origin == OFFICE)) == 0


@pytest.mark.parametrize(("parent", "code"), [("E1-2", "reference.ring"), ("E77", "reference.parent")])
def test_a_class_may_not_hang_in_the_air_or_on_itself(filled: Session, operator: Actor, parent: str, code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        keep_own(filled, operator, ClassNode, ("E1",), {"parent_code": parent})
    assert [problem.code for problem in refused.value.problems] == [code]


def test_only_the_system_administrator_decides(filled: Session) -> None:
    clerk = Actor("account", "clerk", 7, frozenset({Role.COUNTER}))
    with pytest.raises(ForbiddenError):
        keep_own(filled, clerk, ClassNode, ("E1",), {"name": "道路"})


def test_a_class_knows_its_way_up_and_down(filled: Session) -> None:
    assert [node.code for node in queries.class_path(filled, "E1-2")] == ["E", "E1", "E1-2"]
    assert queries.class_path(filled, "nowhere") == []
    assert len(queries.classes_below(filled)) == 18
    assert [node.name for node in queries.classes_below(filled, "E1")] == ["主干", "次干", "生活区", "广场"]


def test_a_scope_is_a_tree_in_the_standard_s_order(filled: Session) -> None:
    tree = queries.scope_tree(filled, "building")
    assert [branch.node.code for branch in tree] == ["A", "B", "C", "D", "E"]
    assert [branch.node.code for branch in tree[2].children] == [f"C{number}" for number in range(1, 9)]
    assert [leaf.name for leaf in queries.scope_leaves(filled, "pipeline") if leaf.source == "order136"] == [
        "竣工测量成果（数据和图）"
    ]


def test_what_the_office_takes_out_of_a_scope_is_not_asked_for(filled: Session, operator: Actor) -> None:
    before = {leaf.code for leaf in queries.scope_leaves(filled, "building")}
    keep_own(filled, operator, ScopeNode, ("building", "E2-02"), {"active": False})
    assert before - {leaf.code for leaf in queries.scope_leaves(filled, "building")} == {"E2-02"}


def test_works_types_lead_to_their_scope(filled: Session) -> None:
    used = {row.code: queries.scope_template(filled, row.code) for row in queries.terms(filled, "works_type")}
    assert used["bridge"] == "bridge"
    assert used["tunnel"] == "general"
    assert all(queries.scope_tree(filled, template) for template in used.values())


def test_terms_stand_in_order_and_speak_the_reader_s_language(filled: Session) -> None:
    levels = queries.terms(filled, "secrecy")
    assert [level.rank for level in levels] == [0, 1, 2, 3, 4]
    assert levels[2].name == "秘密"
    with speaking("en"):
        assert levels[2].name == "Confidential"
    with pytest.raises(NotFoundError):
        queries.term(filled, "secrecy", "cosmic")


def test_an_office_adds_fields_of_its_own(filled: Session, operator: Actor) -> None:
    values = {"position": 99, "name_zh": "人防面积", "name_en": "Civil defence area", "unit": "m²", "kind": "number"}
    keep_own(filled, operator, TechnicalField, ("building", "shelter_area"), values)
    assert queries.technical_fields(filled, "building")[-1].name == "人防面积"


def test_the_office_s_calendar_moves_a_due_day(filled: Session, operator: Actor) -> None:
    assert queries.due_on(filled, "pre_acceptance_check", date(2026, 9, 30)) == date(2026, 10, 7)
    keep_own(filled, operator, CalendarDay, (date(2026, 10, 1),), {"kind": "holiday"})
    keep_own(filled, operator, CalendarDay, (date(2026, 10, 2),), {"kind": "holiday"})
    keep_own(filled, operator, CalendarDay, (date(2026, 10, 4),), {"kind": "makeup"})
    assert queries.due_on(filled, "pre_acceptance_check", date(2026, 9, 30)) == date(2026, 10, 8)


def test_looking_up_again_costs_no_statement(filled: Session) -> None:
    queries.terms(filled, "secrecy")
    queries.class_by_code(filled, "E1")
    with counting(filled) as statements:
        queries.terms(filled, "retention")
        queries.class_path(filled, "E1-2")
    assert statements == []


def test_every_national_row_leads_to_its_source(filled: Session) -> None:
    rows = filled.scalars(select(Term).where(Term.origin == NATIONAL)).all()
    assert len(rows) > 150
    assert all(queries.source_of(row) for row in rows)
