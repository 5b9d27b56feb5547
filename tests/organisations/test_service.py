"""The register of organisations: register, amend, merge, find by any name."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from archives.accounts.models import Account
from archives.core import history
from archives.core.actors import Actor, Role
from archives.core.audit import AuditEntry
from archives.core.clock import now
from archives.core.errors import ConflictError, ForbiddenError, NotFoundError, RefusedError
from archives.core.registry import Ties
from archives.organisations import queries, service
from archives.organisations.actions import ACTIONS, AMEND, MERGE, REGISTER
from archives.organisations.drafts import OrganisationDraft
from archives.organisations.models import Organisation
from archives.organisations.queries import OrganisationFilters
from tests.organisations.conftest import CODE, person


def draft_of(organisation: Organisation, **values: str) -> OrganisationDraft:
    known = {name: getattr(organisation, name) or "" for name in OrganisationDraft.model_fields}
    return OrganisationDraft(**known | values)


def actions(session: Session) -> list[str]:
    session.commit()
    return list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.seq)))


def test_registering_is_audited(session: Session, builder: Organisation) -> None:
    assert (builder.name_key, builder.credit_code) == ("江城第一建筑", CODE)
    assert actions(session) == ["organisation.registered"]


def test_the_same_name_is_refused(session: Session, operator: Actor, builder: Organisation) -> None:
    with pytest.raises(RefusedError):
        service.register(session, operator, OrganisationDraft(name=builder.name))


def test_nearly_the_same_name_is_only_a_warning(session: Session, operator: Actor, builder: Organisation) -> None:
    draft = OrganisationDraft(name="江城第一建筑公司")
    assert [problem.code for problem in service.check(session, draft)] == ["name.alike"]
    assert service.register(session, operator, draft).id


def test_a_new_name_keeps_the_old_one(session: Session, operator: Actor, builder: Organisation) -> None:
    changes = service.amend(session, operator, builder, draft_of(builder, name="江城建工集团有限公司", contact="李四"))
    assert builder.former_names == "江城第一建筑有限公司"
    assert set(changes) == {"name", "name_key", "former_names", "contact"}
    assert service.resolve(session, operator, ["江城第一建筑有限公司"]) == {"江城第一建筑有限公司": builder}


def test_the_same_again_leaves_no_trace(session: Session, operator: Actor, builder: Organisation) -> None:
    assert not service.amend(session, operator, builder, draft_of(builder))
    assert actions(session) == ["organisation.registered"]


def test_a_field_is_given_back(session: Session, operator: Actor, builder: Organisation) -> None:
    service.amend(session, operator, builder, draft_of(builder, phone="13800000000"))
    revision = history.of(session, service.KIND, builder.id)[0]
    service.restore(session, operator, builder, revision.id, "phone")
    assert builder.phone == "0551-62800000"
    with pytest.raises(NotFoundError):
        service.restore(session, operator, builder, revision.id, "address")


def test_merging_moves_people_and_names(session: Session, operator: Actor, builder: Organisation) -> None:
    other = service.register(session, operator, OrganisationDraft(name="江城一建", former_names="江城建筑队"))
    clerk = Account(login="clerk", name="王", organisation_id=builder.id, created_at=now())
    session.add(clerk)
    session.flush()
    moved: list[tuple[int, int]] = []
    tie = Ties(
        partners=lambda _id: select(Organisation.id),
        works=lambda _session, _actor, _id: [],
        move=lambda _session, _actor, source, target: moved.append((source, target)),
    )
    service.merge(session, operator, builder, other, [tie])
    session.refresh(clerk)
    assert (clerk.organisation_id, moved) == (other.id, [(builder.id, other.id)])
    assert queries.former_names(other) == ["江城建筑队", "江城第一建筑有限公司"]
    assert (other.credit_code, builder.credit_code, builder.merged_into) == (CODE, None, other.id)
    assert service.resolve(session, operator, [builder.name]) == {builder.name: other}
    assert actions(session)[-2:] == ["organisation.merged", "organisation.amended"]


def test_what_was_merged_away_cannot_change(session: Session, operator: Actor, builder: Organisation) -> None:
    other = service.register(session, operator, OrganisationDraft(name="江城一建"))
    service.merge(session, operator, builder, other, [])
    with pytest.raises(ConflictError):
        service.amend(session, operator, builder, draft_of(builder, note="x"))
    with pytest.raises(ConflictError):
        service.merge(session, operator, other, builder, [])


def test_nothing_is_merged_into_itself(session: Session, operator: Actor, builder: Organisation) -> None:
    with pytest.raises(RefusedError):
        service.merge(session, operator, builder, builder, [])


def test_the_name_of_one_merged_away_cannot_be_lost(session: Session, operator: Actor, builder: Organisation) -> None:
    other = service.register(session, operator, OrganisationDraft(name="江城一建"))
    service.merge(session, operator, builder, other, [])
    service.amend(session, operator, other, draft_of(other, former_names=""))
    assert queries.former_names(other) == [builder.name]


def test_a_thousand_names_take_few_statements(session: Session, operator: Actor, statements: list[str]) -> None:
    names = [f"公司{number}" for number in range(1000)]
    statements.clear()
    found = service.resolve(session, operator, names)
    assert len(statements) <= 3
    assert sorted(found) == sorted(names)
    statements.clear()
    assert service.resolve(session, operator, names) == found
    assert len(statements) == 1


def test_pages_follow_one_another(session: Session, operator: Actor) -> None:
    service.resolve(session, operator, [f"公司{number}" for number in range(120)])
    first = queries.search_page(session, operator, OrganisationFilters(text="公司"))
    second = queries.search_page(session, operator, OrganisationFilters(text="公司"), after=first.next)
    assert (len(first.rows), len(second.rows), first.total) == (50, 50, 120)
    assert {row.id for row in first.rows}.isdisjoint(row.id for row in second.rows)


def test_suggestions_begin_with_what_was_typed(session: Session, operator: Actor) -> None:
    service.resolve(session, operator, ["大江城公司", "江城公司", "别的公司", "100%公司"])
    assert queries.suggestions(session, operator, "江城") == ["江城公司", "大江城公司"]
    assert queries.suggestions(session, operator, "%") == ["100%公司"]
    assert queries.suggestions(session, operator, "") == []


@pytest.mark.parametrize("role", Role)
def test_who_sees_and_changes(session: Session, operator: Actor, builder: Organisation, role: Role) -> None:
    other = service.register(session, operator, OrganisationDraft(name="别的公司"))
    own = builder.id if role in {Role.CLIENT, Role.RECORD_CLERK} else None
    actor = person(role, organisation_id=own)
    seen = set(session.scalars(select(Organisation.id).where(queries.visible_to(actor))))
    keeper = role in {Role.COUNTER, Role.GUIDANCE, Role.CATALOGUER}
    if own:
        assert seen == {builder.id}
    elif actor.is_staff or role in {Role.AUTHORITY, Role.SYSTEM_ADMIN}:
        assert seen == {builder.id, other.id}
    else:
        assert seen == set()
    assert AMEND.allows(actor, builder) == (keeper or own is not None)
    assert AMEND.allows(actor, other) == REGISTER.allows(actor) == keeper
    assert MERGE.allows(actor) == (role in {Role.GUIDANCE, Role.CATALOGUER})


def test_who_may_not_is_refused(session: Session, builder: Organisation) -> None:
    stranger = person(Role.READING_ROOM)
    with pytest.raises(ForbiddenError):
        service.register(session, stranger, OrganisationDraft(name="甲"))
    with pytest.raises(ForbiddenError):
        service.amend(session, stranger, builder, draft_of(builder))
    with pytest.raises(ForbiddenError):
        service.merge(session, stranger, builder, builder, [])
    assert session.scalar(select(func.count()).select_from(Organisation)) == 1


def test_every_action_is_in_the_table() -> None:
    assert {one.name for one in ACTIONS} == {f"organisations.{verb}" for verb in ("register", "amend", "merge")}
