"""Who sees and who may do what: every role against every kind of record, and against a second way of saying it."""

from itertools import product

import pytest
from sqlalchemy import select

from archives.catalogue import actions, queries
from archives.catalogue.actions import Standing
from archives.catalogue.models import ACCESSIONED, ARRIVING, IN_TRANSFER, Item, Volume
from archives.core.actors import STAFF, Actor, Role, local_operator
from archives.core.permissions import Action
from archives.projects.models import Party, Project
from tests.catalogue.conftest import City, person

STATES = (ARRIVING, IN_TRANSFER, ACCESSIONED)
ROLES = tuple(Role)


@pytest.fixture
def mixed(city: City) -> City:
    """Projects of two clients and of three levels of secrecy, volumes of every state and level, items above them."""
    for number, (client, secrecy) in enumerate(product(("甲公司", "乙公司"), (0, 2, 4))):
        project = city.project(f"P{number}", client, builder="丙公司", secrecy=secrecy, state="accessioned")
        for index, (state, level) in enumerate(product(STATES, (0, 2, 4))):
            volume = city.volume(project, str(index), state=state, secrecy=level)
            city.item(volume, 1, secrecy=level)
            city.item(volume, 2, secrecy=4)
    return city


def may_see(city: City, actor: Actor, volume: Volume) -> bool:
    """The same rule, said without SQL."""
    project = city.session.get_one(Project, volume.project_id)
    if volume.state == ARRIVING or volume.secrecy > actor.clearance:
        return False
    if actor.roles & {Role.CLIENT, Role.RECORD_CLERK}:
        parties = city.session.scalars(select(Party.organisation_id).where(Party.project_id == project.id)).all()
        return actor.organisation_id in parties
    if actor.roles & STAFF:
        return project.secrecy <= actor.clearance
    reads = bool(actor.roles & {Role.ENGINEER, Role.AUTHORITY})
    return reads and project.secrecy <= actor.clearance and volume.state == ACCESSIONED


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("clearance", [0, 1, 2, 4])
def test_a_role_sees_what_the_rule_says(role: Role, clearance: int, mixed: City) -> None:
    for name in ("甲公司", "丙公司"):
        actor = person(role, organisation_id=mixed.organisation(name).id, clearance=clearance)
        seen = set(mixed.session.scalars(select(Volume.id).where(queries.visible_to(actor))))
        volumes = mixed.session.scalars(select(Volume)).all()
        assert seen == {volume.id for volume in volumes if may_see(mixed, actor, volume)}
        wanted = select(Item.id).join(Volume, Volume.id == Item.volume_id).where(queries.visible_items_to(actor))
        items = mixed.session.scalars(select(Item)).all()
        assert set(mixed.session.scalars(wanted)) == {
            item.id for item in items if item.volume_id in seen and item.secrecy <= clearance
        }


def test_the_local_operator_sees_all_but_what_is_being_written(mixed: City) -> None:
    seen = mixed.session.scalars(select(Volume).where(queries.visible_to(local_operator("x")))).all()
    assert {volume.state for volume in seen} == {IN_TRANSFER, ACCESSIONED}
    assert len(seen) == 6 * 2 * 3


OWN, FOREIGN = frozenset({5}), frozenset({6})
EXTERNAL = {Role.CLIENT, Role.RECORD_CLERK}
READERS = {Role.ENGINEER, Role.AUTHORITY}


@pytest.mark.parametrize(
    ("row", "always", "own_in_transfer"),
    [
        (actions.SEE, set(STAFF) | EXTERNAL | READERS, set()),
        (actions.DESCRIBE, {Role.CATALOGUER}, EXTERNAL),
        (actions.ARRANGE, {Role.CATALOGUER}, set()),
        (actions.EDIT_MANY, {Role.CATALOGUER}, set()),
        (actions.CODE, {Role.CATALOGUER, Role.STACKS}, set()),
        (actions.DOWNLOAD, set(STAFF) | EXTERNAL | READERS, set()),
        (actions.PRINT, set(STAFF) | EXTERNAL, set()),
    ],
    ids=lambda value: value.name if isinstance(value, Action) else "",
)
@pytest.mark.parametrize("role", ROLES)
def test_the_permission_table_holds(row: Action, always: set[Role], own_in_transfer: set[Role], role: Role) -> None:
    actor = person(role, organisation_id=5)
    for state, parties, is_closed in product((IN_TRANSFER, ACCESSIONED), (OWN, FOREIGN), (False, True)):
        open_and_own = state == IN_TRANSFER and parties == OWN and not is_closed
        expected = role in always or (role in own_in_transfer and open_and_own)
        assert row.allows(actor, Standing(state, parties, is_closed)) is expected


@pytest.mark.parametrize("role", ROLES)
def test_nobody_removes_from_the_holdings(role: Role) -> None:
    actor = person(role, organisation_id=5)
    assert not actions.REMOVE.allows(actor, Standing(ACCESSIONED, OWN))
    assert actions.REMOVE.allows(actor, Standing(IN_TRANSFER, OWN)) is (role is Role.CATALOGUER or role in EXTERNAL)
    assert not actions.REMOVE.allows(actor, Standing(IN_TRANSFER, FOREIGN)) or role is Role.CATALOGUER


def test_an_actor_without_an_organisation_owns_nothing() -> None:
    assert not actions.DESCRIBE.allows(person(Role.CLIENT), Standing(IN_TRANSFER, OWN))
