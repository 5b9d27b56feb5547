"""The pages of the catalogue through the web door."""

import pytest

from archives.catalogue.models import ACCESSIONED, Item, Volume
from archives.core.actors import Role
from archives.projects.models import Project
from tests.catalogue.conftest import City, volumes_in
from tests.visitors import SignInAs

MOST_STATEMENTS = 15
READING = (Role.CATALOGUER, Role.CLIENT, Role.RECORD_CLERK, Role.COUNTER, Role.ENGINEER, Role.READING_ROOM)


@pytest.fixture
def shown(city: City, library: Project) -> dict[tuple[str, str], Volume]:
    """The library's volumes, committed."""
    found = volumes_in(city, library)
    city.session.commit()
    return found


@pytest.mark.parametrize("role", READING)
def test_every_page_opens_with_few_statements(
    role: Role,
    city: City,
    library: Project,
    shown: dict[tuple[str, str], Volume],
    sign_in_as: SignInAs,
    statements: list[str],
) -> None:
    for volume in shown.values():
        volume.state = ACCESSIONED
    library.state = "accessioned"
    volume = shown["01", "1"]
    item = city.session.query(Item).filter(Item.volume_id == volume.id).first()
    assert item is not None
    city.session.commit()
    visitor = sign_in_as(role, organisation_id=library.client_id)
    for path in (
        "/catalogue",
        f"/catalogue?project={library.code}&unit=01&class_code=I&state=accessioned&secrecy=public&works_type=building",
        "/catalogue?order=date",
        "/catalogue?order=code",
        "/catalogue/items",
        "/catalogue/items?words=测量&order=date",
        "/catalogue/tree",
        "/catalogue/tree/classes/I",
        "/catalogue/tree/classes/I3",
        f"/catalogue/tree/projects/{library.code}",
        f"/catalogue/tree/projects/{library.code}/units/01",
        f"/catalogue/tree/projects/{library.code}/units/-",
        f"/catalogue/tree/volumes/{volume.id}",
        f"/catalogue/volumes/{volume.id}",
        f"/catalogue/volumes/{volume.id}/history",
        f"/catalogue/items/{item.id}",
        f"/catalogue/items/{item.id}/history",
    ):
        statements.clear()
        answer = visitor.get(path)
        assert answer.status_code == 200, path
        assert len(statements) <= MOST_STATEMENTS, (path, len(statements), statements)
