"""The archival code (档号) and the shelf: given by the office's template, or by hand."""

from collections.abc import Collection, Iterator, Sequence
from itertools import count

from sqlalchemy import select
from sqlalchemy.orm import Session

from archives.catalogue import queries
from archives.catalogue.actions import CODE
from archives.catalogue.arrangement import change_of
from archives.catalogue.describing import check_version
from archives.catalogue.models import Volume
from archives.catalogue.service import VOLUME, change
from archives.core import numbering, office
from archives.core.actors import Actor
from archives.core.audit import Subject, record
from archives.core.clock import today
from archives.core.errors import ConfigurationError, RefusedError
from archives.core.language import msg
from archives.core.permissions import require
from archives.core.problems import Problem
from archives.projects.models import Project

LONGEST = 40


def codes_for(session: Session, project: Project, volumes: Sequence[Volume]) -> dict[int, str]:
    """The archival code that each volume would get by the office's template, none given twice; those it has stay.

    Raises ConfigurationError if the template has no place for the volume's number.
    """
    template, institution = office.decided(session, "archival_code"), office.decided(session, "institution_code")
    if "{volume" not in template:
        raise ConfigurationError(msg("The template %(template)s has no place for a number.", template=template))
    codes = {volume.id: volume.archival_code for volume in volumes if volume.archival_code}
    mine = select(Volume.archival_code).where(Volume.project_id == project.id, Volume.archival_code.is_not(None))
    taken = {code for code in session.scalars(mine) if code}
    numbers = count(1)
    for volume in volumes:
        if volume.id not in codes:
            fixed = {"class": volume.class_code, "project": project.id, "year": today().year, "archives": institution}
            codes[volume.id] = next(
                code
                for number in numbers
                if (code := numbering.fill(template, {**fixed, "volume": number})) not in taken
            )
            taken.add(codes[volume.id])
    return codes


def assign_codes(session: Session, actor: Actor, project: Project, volumes: Sequence[Volume]) -> int:
    """Give every volume without one its archival code; returns how many. Audited."""
    require(actor, CODE)
    codes = codes_for(session, project, volumes)
    changes = [change_of(one, {"archival_code": codes[one.id]}) for one in volumes if not one.archival_code]
    problems = list(taken_codes(session, {values["archival_code"] for _, values in changes}))
    if problems:
        raise RefusedError(problems)
    change(session, actor, Volume, VOLUME, changes, None)
    session.expire_all()
    if changes:
        given = [values["archival_code"] for _, values in changes]
        subject = Subject("project", project.id, project.code)
        record(session, actor, "volumes.coded", subject, None, count=len(given), first=given[0], last=given[-1])
    return len(changes)


def set_places(
    session: Session, actor: Actor, volume: Volume, archival_code: str, shelf_location: str, version: int | None = None
) -> None:
    """Set a volume's archival code and shelf by hand. Raises RefusedError or ConflictError. Audited."""
    require(actor, CODE)
    check_version(volume, version)
    wanted = {"archival_code": archival_code.strip() or None, "shelf_location": shelf_location.strip() or None}
    changed = {name: value for name, value in wanted.items() if getattr(volume, name) != value}
    problems = [*_check_length(changed)]
    if changed.get("archival_code"):
        problems += taken_codes(session, {str(changed["archival_code"])})
    if problems:
        raise RefusedError(problems)
    if not changed:
        return
    made = change_of(volume, dict(changed))
    label = f"{queries.project_of(session, volume).code} {volume.volume_no}"
    change(session, actor, Volume, VOLUME, [made], None)
    session.expire_all()
    differences = {name: (made[0].values[name], value) for name, value in changed.items()}
    record(session, actor, "volume.placed", Subject(VOLUME, made[0].id, label), differences)


def _check_length(values: dict[str, str | None]) -> Iterator[Problem]:
    for name, value in values.items():
        if value and len(value) > LONGEST:
            yield Problem("code.too_long", msg("At most %(longest)d characters.", longest=LONGEST), name)


def taken_codes(session: Session, codes: Collection[str]) -> Iterator[Problem]:
    """A problem for each of the codes that some volume of the archives bears already."""
    ordered = sorted(codes)
    for first in range(0, len(ordered), 5000):
        wanted = select(Volume.archival_code).where(Volume.archival_code.in_(ordered[first : first + 5000]))
        for code in session.scalars(wanted):
            yield Problem("code.taken", msg("Another volume bears the code %(code)s.", code=code), "archival_code")
