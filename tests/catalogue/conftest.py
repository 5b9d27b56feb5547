"""A small city: projects of two clients, with volumes and items of every secrecy and state."""

from dataclasses import dataclass, field
from datetime import date

import pytest
from sqlalchemy.orm import Session

from archives.catalogue.intake import sort_key
from archives.catalogue.models import ACCESSIONED, IN_TRANSFER, Item, Volume
from archives.core.actors import Actor, Role
from archives.core.clock import now
from archives.organisations.models import Organisation
from archives.projects.models import Party, Project, UnitWorks
from archives.reference.service import sync


def person(*roles: Role, organisation_id: int | None = None, clearance: int = 4) -> Actor:
    """Somebody with these roles."""
    return Actor("account", "somebody", 1, frozenset(roles), organisation_id, clearance)


CATALOGUER = person(Role.CATALOGUER)


@dataclass
class City:
    """What the tests look at, by short names."""

    session: Session
    organisations: dict[str, Organisation] = field(default_factory=dict)
    projects: dict[str, Project] = field(default_factory=dict)
    units: dict[str, UnitWorks] = field(default_factory=dict)

    def organisation(self, name: str) -> Organisation:
        """An organisation of this name."""
        if name not in self.organisations:
            made = Organisation(name=name, name_key=name, created_at=now())
            self.session.add(made)
            self.session.flush()
            self.organisations[name] = made
        return self.organisations[name]

    def project(self, code: str, client: str = "江城建设公司", builder: str = "", **values: object) -> Project:
        """A project with its client, and a contractor if one is named."""
        given: dict[str, object] = {"works_type": "building", "class_code": "I3", "state": "registered"} | values
        made = Project(
            code=code,
            name=f"工程{code}",
            client_id=self.organisation(client).id,
            address="江城市",
            created_at=now(),
            **given,
        )
        self.session.add(made)
        self.session.flush()
        parties = [Party(project_id=made.id, role="client", organisation_id=made.client_id)]
        if builder:
            organisation_id = self.organisation(builder).id
            parties.append(Party(project_id=made.id, role="contractor", organisation_id=organisation_id))
        self.session.add_all(parties)
        self.session.flush()
        self.projects[code] = made
        return made

    def unit(self, project: Project, code: str, **values: object) -> UnitWorks:
        """A unit works of a project."""
        given: dict[str, object] = {"works_type": "building", "name": f"{code}号楼"} | values
        made = UnitWorks(project_id=project.id, code=code, created_at=now(), **given)
        self.session.add(made)
        self.session.flush()
        self.units[code] = made
        return made

    def volume(self, project: Project, number: str, unit: UnitWorks | None = None, **values: object) -> Volume:
        """A volume of a project."""
        given: dict[str, object] = {
            "title": f"施工文件{number}",
            "class_code": project.class_code,
            "compiled_by": project.client.name,
            "retention": "permanent",
            "secrecy": 0,
            "text_pages": 10,
            "state": IN_TRANSFER,
        } | values
        made = Volume(
            project_id=project.id,
            unit_id=unit.id if unit else 0,
            volume_no=number,
            sort_key=sort_key(number),
            created_at=now(),
            **given,
        )
        self.session.add(made)
        self.session.flush()
        return made

    def item(self, volume: Volume, sequence: int, **values: object) -> Item:
        """An item of a volume."""
        given: dict[str, object] = {"title": f"测量记录之{sequence}", "responsible": "江城建设公司"} | values
        made = Item(project_id=volume.project_id, volume_id=volume.id, sequence=sequence, **given)
        self.session.add(made)
        self.session.flush()
        return made


@pytest.fixture
def city(session: Session) -> City:
    """The national tables and nothing else."""
    sync(session)
    return City(session)


@pytest.fixture
def library(city: City) -> Project:
    """A project with two unit works, three volumes and some items."""
    project = city.project("2026-0001", builder="江城一建")
    main, side = city.unit(project, "01"), city.unit(project, "02")
    first = city.volume(project, "1", main, start_date=date(2025, 1, 1), end_date=date(2025, 3, 1))
    second = city.volume(project, "2", main, text_pages=5, drawing_sheets=3)
    city.volume(project, "1", side)
    for number in (1, 2, 3):
        city.item(first, number, page_from=number * 3 - 2, page_to=number * 3, formed_on=date(2025, 1, number))
    for number in (1, 2):
        city.item(second, number, page_from=number, page_to=number)
    return project


def volumes_in(city: City, project: Project) -> dict[tuple[str, str], Volume]:
    """A project's volumes by the unit works' code ("" for none) and number."""
    codes = {unit.id: unit.code for unit in city.units.values()} | {0: ""}
    found = city.session.query(Volume).filter(Volume.project_id == project.id)
    return {(codes[volume.unit_id], volume.volume_no): volume for volume in found}


HOLDINGS = ACCESSIONED
