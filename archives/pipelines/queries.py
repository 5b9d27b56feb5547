"""Every SELECT of hand-overs, versions and findings, seen through the reader's eyes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, false, func, not_, or_, select, true, union
from sqlalchemy.orm import Session, aliased

from archives.core.actors import Actor
from archives.core.clock import day_ends
from archives.core.errors import NotFoundError
from archives.core.paging import Order, Page, keyset_page
from archives.pipelines.actions import READERS, Standing
from archives.pipelines.models import (
    ACCEPTED,
    BROUGHT,
    IN_TRANSFER,
    READING,
    REFUSED,
    REPLACED,
    SEEN,
    Dataset,
    FalseAlarm,
    Finding,
    ImportProfile,
    KindSecrecy,
    PlaneSystem,
    RuleCount,
    StoreSystem,
    SurveyVersion,
    VolumeLink,
)
from archives.projects.models import Party, Project
from archives.projects.queries import visible_to as visible_projects

Kinds = Sequence[tuple[str, str]]
"""Pairs of class and kind; a class alone stands for every kind of it."""
NEWEST = Order((Dataset.id,), descending=True)
STORE_SYSTEM = "store_system"
"""Where a session remembers the plane of the stored geometry."""
MOST_FINDINGS = 200
"""Findings of one rule that a page shows; the workbook has all."""


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Which hand-overs the actor may know of: by secrecy, by project for its parties."""
    if actor.is_unrestricted:
        return true()
    cleared = Dataset.secrecy <= actor.clearance
    if actor.is_staff:
        return cleared
    if actor.has(*READERS):
        held = select(SurveyVersion.id).where(SurveyVersion.dataset_id == Dataset.id, known_to(actor))
        return and_(cleared, held.correlate(Dataset).exists())
    if actor.is_external:
        return and_(cleared, Dataset.project_id.in_(select(Project.id).where(visible_projects(actor))))
    return false()


def known_to(actor: Actor) -> ColumnElement[bool]:
    """Which versions of a hand-over that the actor sees are there for the actor: for readers, those of the archive."""
    if actor.has(*READERS) and not actor.is_staff:
        return SurveyVersion.state.in_((ACCEPTED, REPLACED))
    return true()


def visible_versions(actor: Actor) -> ColumnElement[bool]:
    """Which versions' lines the actor may look at, in a statement that joins their hand-overs."""
    return and_(SurveyVersion.state.in_(SEEN), known_to(actor), visible_to(actor))


def dataset_of(session: Session, actor: Actor, number: str) -> Dataset:
    """A hand-over by its number. Raises NotFoundError."""
    found = session.scalars(select(Dataset).where(Dataset.number == number, visible_to(actor))).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def version_of(session: Session, actor: Actor, number: str, version: int) -> tuple[Dataset, SurveyVersion]:
    """One version of a hand-over. Raises NotFoundError."""
    dataset = dataset_of(session, actor, number)
    wanted = select(SurveyVersion).where(SurveyVersion.dataset_id == dataset.id, SurveyVersion.number == version)
    found = session.scalars(wanted.where(known_to(actor))).one_or_none()
    if found is None:
        raise NotFoundError
    return dataset, found


def versions_of(session: Session, dataset_id: int) -> list[SurveyVersion]:
    """A hand-over's versions, newest first."""
    wanted = select(SurveyVersion).where(SurveyVersion.dataset_id == dataset_id)
    return list(session.scalars(wanted.order_by(SurveyVersion.number.desc())))


def known_versions(session: Session, actor: Actor, dataset: Dataset) -> list[SurveyVersion]:
    """Those of a hand-over's versions that the actor may know of, newest first."""
    wanted = select(SurveyVersion).where(SurveyVersion.dataset_id == dataset.id, known_to(actor))
    return list(session.scalars(wanted.order_by(SurveyVersion.number.desc())))


def newest_versions(session: Session, actor: Actor, datasets: Sequence[Dataset]) -> dict[int, SurveyVersion]:
    """Each hand-over's newest version that the actor may know of, by the hand-over's id."""
    newest = (
        select(func.max(SurveyVersion.id))
        .where(SurveyVersion.dataset_id.in_([dataset.id for dataset in datasets]), known_to(actor))
        .group_by(SurveyVersion.dataset_id)
    )
    found = session.scalars(select(SurveyVersion).where(SurveyVersion.id.in_(newest)))
    return {version.dataset_id: version for version in found}


@dataclass(frozen=True, slots=True)
class Latest:
    """A hand-over's newest version that counts, and a newer one that was not accepted."""

    version: SurveyVersion
    refused: SurveyVersion | None


def latest_versions(session: Session, actor: Actor, datasets: Sequence[Dataset]) -> dict[int, Latest]:
    """For a list, by the hand-over's id; where every version was refused, the newest of them counts."""
    newest = (
        select(func.max(SurveyVersion.id))
        .where(SurveyVersion.dataset_id.in_([dataset.id for dataset in datasets]), known_to(actor))
        .group_by(SurveyVersion.dataset_id, SurveyVersion.state == REFUSED)
    )
    wanted = select(SurveyVersion).where(SurveyVersion.id.in_(newest)).order_by(SurveyVersion.number)
    found: dict[int, Latest] = {}
    for version in session.scalars(wanted):
        known = found.get(version.dataset_id)
        if version.state != REFUSED:
            found[version.dataset_id] = Latest(version, None)
        else:
            found[version.dataset_id] = Latest(known.version if known else version, version)
    return found


@dataclass(frozen=True, slots=True)
class HandoverFilter:
    """How a list of hand-overs is narrowed."""

    words: str = ""
    source: str = ""
    project_id: int | None = None


def handovers(
    session: Session, actor: Actor, wanted: HandoverFilter, after: str | None = None, before: str | None = None
) -> Page[Dataset]:
    """A page of hand-overs, newest first."""
    statement = select(Dataset).where(visible_to(actor))
    if wanted.source:
        statement = statement.where(Dataset.source == wanted.source)
    if wanted.project_id is not None:
        statement = statement.where(Dataset.project_id == wanted.project_id)
    if wanted.words:
        has = [
            column.contains(wanted.words, autoescape=True)
            for column in (Dataset.number, Dataset.name, Dataset.provider)
        ]
        statement = statement.where(or_(*has))
    return keyset_page(session, statement, NEWEST, after=after, before=before)


def of_project(session: Session, actor: Actor, project: Project) -> list[Dataset]:
    """The hand-overs of a project, newest first."""
    wanted = select(Dataset).where(Dataset.project_id == project.id, visible_to(actor))
    return list(session.scalars(wanted.order_by(Dataset.id.desc())))


def brought_before(
    session: Session, actor: Actor, source: str, project_id: int | None
) -> list[tuple[Dataset, list[SurveyVersion]]]:
    """The hand-overs of one source, of a project where it has one, newest first, each with its versions likewise."""
    wanted = select(Dataset, SurveyVersion).join(SurveyVersion, SurveyVersion.dataset_id == Dataset.id)
    same = wanted.where(visible_to(actor), Dataset.source == source, Dataset.project_id == project_id)
    found: dict[int, tuple[Dataset, list[SurveyVersion]]] = {}
    for dataset, version in session.execute(same.order_by(Dataset.id.desc(), SurveyVersion.number.desc())):
        found.setdefault(dataset.id, (dataset, []))[1].append(version)
    return list(found.values())


def datasets_called(session: Session, actor: Actor, name: str, source: str) -> list[Dataset]:
    """The hand-overs of one source that bear a name."""
    wanted = select(Dataset).where(Dataset.name == name, Dataset.source == source, visible_to(actor))
    return list(session.scalars(wanted.order_by(Dataset.id)))


def names_taken(session: Session, actor: Actor, source: str, project_id: int | None, name: str) -> set[str]:
    """The names of the hand-overs of one source and project that begin so."""
    same = (visible_to(actor), Dataset.source == source, Dataset.project_id == project_id)
    return set(session.scalars(select(Dataset.name).where(*same, Dataset.name.startswith(name, autoescape=True))))


@dataclass(frozen=True, slots=True)
class Current:
    """A version that makes up the pipelines as they are; `bounds` are west, south, east, north, None for no place."""

    version: int
    accepted: bool
    bounds: tuple[float | None, ...]

    def reaches(self, bounds: tuple[float, float, float, float]) -> bool:
        """Whether it lies in a box of the store's metres, with a part at least."""
        west, south, east, north = self.bounds
        if west is None or south is None or east is None or north is None:
            return False
        return west <= bounds[2] and east >= bounds[0] and south <= bounds[3] and north >= bounds[1]


def current(session: Session, actor: Actor) -> list[Current]:
    """What makes up the pipelines as they are, for this reader, in the order of the versions' numbers.

    Of each hand-over the accepted version counts; staff see a hand-over that was never accepted by its newest version.
    """
    bounds = (SurveyVersion.west, SurveyVersion.south, SurveyVersion.east, SurveyVersion.north)
    wanted = select(SurveyVersion.id, SurveyVersion.state, *bounds).join(
        Dataset, Dataset.id == SurveyVersion.dataset_id
    )
    counts = or_(SurveyVersion.state == ACCEPTED, _never_accepted())
    rows = session.execute(wanted.where(visible_versions(actor), counts).order_by(SurveyVersion.id))
    return [Current(number, state == ACCEPTED, tuple(box)) for number, state, *box in rows]


def accepted_elsewhere(session: Session, version: SurveyVersion) -> SurveyVersion | None:
    """The accepted version that a newer one would replace, where their bounds have no place in common; else None.

    One that lies nowhere has no place in common with any that lies somewhere.
    """
    accepted = (SurveyVersion.dataset_id == version.dataset_id, SurveyVersion.state == ACCEPTED)
    return session.scalars(select(SurveyVersion).where(*accepted, _apart_from(version))).first()


def _apart_from(version: SurveyVersion) -> ColumnElement[bool]:
    """Which versions lie somewhere, and there where another one does not."""
    if version.west is None or version.south is None or version.east is None or version.north is None:
        return SurveyVersion.west.is_not(None)
    return or_(
        SurveyVersion.west > version.east,
        SurveyVersion.east < version.west,
        SurveyVersion.south > version.north,
        SurveyVersion.north < version.south,
    )


def ground(session: Session) -> tuple[float, float, float, float] | None:
    """The box around everything that was accepted (west, south, east, north in the store's metres), None of nothing."""
    sides = (func.min(SurveyVersion.west), func.min(SurveyVersion.south), func.max(SurveyVersion.east))
    around = select(*sides, func.max(SurveyVersion.north)).where(SurveyVersion.state == ACCEPTED)
    west, south, east, north = session.execute(around).one()
    if west is None or south is None or east is None or north is None:
        return None
    return west, south, east, north


def current_versions(session: Session, actor: Actor, as_of: date | None = None) -> list[int]:
    """The versions that make up the pipelines as they are (`current`), or were at the end of a day."""
    if as_of is None:
        return [one.version for one in current(session, actor)]
    wanted = select(SurveyVersion.id).join(Dataset, Dataset.id == SurveyVersion.dataset_id)
    end = day_ends(as_of)
    stood = and_(
        SurveyVersion.accepted_at < end,
        or_(SurveyVersion.replaced_at.is_(None), SurveyVersion.replaced_at >= end),
    )
    return sorted(session.scalars(wanted.where(visible_versions(actor), stood)))


def _never_accepted() -> ColumnElement[bool]:
    """A version in transfer that is its hand-over's newest, where none was accepted."""
    other = aliased(SurveyVersion)
    rival = select(other.id).where(
        other.dataset_id == SurveyVersion.dataset_id,
        or_(other.state == ACCEPTED, and_(other.state == IN_TRANSFER, other.number > SurveyVersion.number)),
    )
    return and_(SurveyVersion.state == IN_TRANSFER, ~rival.exists())


def hidden_kinds(session: Session, actor: Actor) -> tuple[tuple[str, str], ...]:
    """The kinds of lines that are more secret than the actor may see."""
    if actor.is_unrestricted:
        return ()
    wanted = select(KindSecrecy.major, KindSecrecy.minor).where(KindSecrecy.secrecy > actor.clearance)
    return tuple(sorted((major, minor) for major, minor in session.execute(wanted)))


def kind_secrecies(session: Session) -> dict[tuple[str, str], int]:
    """What the office decided, by kind."""
    return {(row.major, row.minor): row.secrecy for row in session.scalars(select(KindSecrecy))}


def labels_of_versions(session: Session, ids: Sequence[int]) -> dict[int, tuple[Dataset, SurveyVersion]]:
    """Versions with their hand-overs, by id."""
    wanted = select(Dataset, SurveyVersion).join(SurveyVersion, SurveyVersion.dataset_id == Dataset.id)
    return {
        version.id: (dataset, version) for dataset, version in session.execute(wanted.where(SurveyVersion.id.in_(ids)))
    }


def visible_labels(session: Session, actor: Actor, ids: Sequence[int]) -> dict[int, tuple[Dataset, SurveyVersion]]:
    """Those of some versions that the actor may see, with their hand-overs, by id."""
    wanted = select(Dataset, SurveyVersion).join(SurveyVersion, SurveyVersion.dataset_id == Dataset.id)
    seen = wanted.where(SurveyVersion.id.in_(ids), visible_versions(actor))
    return {version.id: (dataset, version) for dataset, version in session.execute(seen)}


def standing(session: Session, dataset: Dataset | None, project: Project | None = None) -> Standing:
    """What decides who may work on a hand-over, or bring one for a project."""
    project_id = dataset.project_id if dataset else (project.id if project else None)
    if project_id is None:
        return Standing()
    parties = select(Party.organisation_id).where(Party.project_id == project_id)
    client = select(Project.client_id).where(Project.id == project_id)
    organisations = {one for one in session.scalars(union(parties, client)) if one}
    accepted = dataset is not None and session.scalar(
        select(SurveyVersion.id).where(SurveyVersion.dataset_id == dataset.id, SurveyVersion.state == ACCEPTED).limit(1)
    )
    return Standing(frozenset(organisations), not accepted)


def in_hand(session: Session, dataset_id: int) -> SurveyVersion | None:
    """The version of a hand-over that is still on its way."""
    wanted = select(SurveyVersion).where(
        SurveyVersion.dataset_id == dataset_id, SurveyVersion.state.in_((BROUGHT, READING))
    )
    return session.scalars(wanted.order_by(SurveyVersion.id.desc())).first()


def rule_counts(session: Session, version_id: int) -> list[RuleCount]:
    """What each check found, in the table's order."""
    wanted = select(RuleCount).where(RuleCount.version_id == version_id)
    return list(session.scalars(wanted.order_by(RuleCount.position)))


def _not_of(hidden: Kinds) -> ColumnElement[bool]:
    """Which findings are about no hidden kind; a fingerprint names the kinds of all that its finding is about."""
    written = [f"|{major}.{minor} " if minor else f"|{major}." for major, minor in hidden]
    return and_(true(), *(not_(Finding.fingerprint.contains(kind, autoescape=True)) for kind in written))


def standing_findings(session: Session, version_ids: Sequence[int], hidden: Kinds) -> dict[tuple[int, str, str], int]:
    """How many kept findings, neither marked as true nor about a hidden kind, by version, check and severity."""
    marked = select(FalseAlarm.fingerprint).join(SurveyVersion, SurveyVersion.dataset_id == FalseAlarm.dataset_id)
    mark = marked.where(SurveyVersion.id == Finding.version_id, FalseAlarm.fingerprint == Finding.fingerprint)
    groups = (Finding.version_id, Finding.rule, Finding.severity)
    wanted = select(*groups, func.count()).where(Finding.version_id.in_(version_ids), _not_of(hidden))
    rows = session.execute(wanted.where(~mark.correlate(Finding).exists()).group_by(*groups))
    return {(version_id, rule, severity): count for version_id, rule, severity, count in rows}


def findings(
    session: Session, version_id: int, rule: str = "", most: int | None = MOST_FINDINGS, hidden: Kinds = ()
) -> list[Finding]:
    """The findings of a version, of one check if it is named, but for those about hidden kinds."""
    wanted = select(Finding).where(Finding.version_id == version_id, _not_of(hidden))
    if rule:
        wanted = wanted.where(Finding.rule == rule)
    return list(session.scalars(wanted.order_by(Finding.id).limit(most)))


def finding(session: Session, version_id: int, finding_id: int, hidden: Kinds = ()) -> Finding:
    """One finding. Raises NotFoundError."""
    wanted = select(Finding).where(Finding.id == finding_id, Finding.version_id == version_id, _not_of(hidden))
    found = session.scalars(wanted).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def false_alarms(session: Session, dataset_id: int) -> dict[str, FalseAlarm]:
    """What was looked into and is true, by fingerprint."""
    found = session.scalars(select(FalseAlarm).where(FalseAlarm.dataset_id == dataset_id))
    return {mark.fingerprint: mark for mark in found}


def profiles(session: Session) -> list[ImportProfile]:
    """The import profiles, by name."""
    return list(session.scalars(select(ImportProfile).order_by(ImportProfile.name)))


def profile_named(session: Session, name: str) -> ImportProfile:
    """An import profile. Raises NotFoundError."""
    found = session.scalars(select(ImportProfile).where(ImportProfile.name == name)).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def plane_systems(session: Session) -> list[PlaneSystem]:
    """The office's own systems of coordinates, by name."""
    return list(session.scalars(select(PlaneSystem).order_by(PlaneSystem.name)))


def plane_system_named(session: Session, name: str) -> PlaneSystem | None:
    """One of the office's own systems of coordinates."""
    return session.scalars(select(PlaneSystem).where(PlaneSystem.name == name)).one_or_none()


def store_system(session: Session) -> int | None:
    """The EPSG code of the stored geometry; None before anything was read. A session asks once: it never changes."""
    if STORE_SYSTEM not in session.info:
        epsg = session.scalar(select(StoreSystem.epsg))
        if epsg is None:
            return None
        session.info[STORE_SYSTEM] = epsg
    return int(session.info[STORE_SYSTEM])


def links_of_datasets(session: Session, dataset_ids: Sequence[int]) -> list[VolumeLink]:
    """The volumes that document some hand-overs."""
    wanted = select(VolumeLink).where(VolumeLink.dataset_id.in_(dataset_ids))
    return list(session.scalars(wanted.order_by(VolumeLink.id)))


def links_of_dataset(session: Session, dataset_id: int) -> list[VolumeLink]:
    """The volumes that document a hand-over."""
    wanted = select(VolumeLink).where(VolumeLink.dataset_id == dataset_id)
    return list(session.scalars(wanted.order_by(VolumeLink.id)))


def datasets_of_volume(session: Session, actor: Actor, volume_id: int) -> list[Dataset]:
    """The hand-overs, or those with a line, that a volume documents."""
    linked = select(VolumeLink.dataset_id).where(VolumeLink.volume_id == volume_id)
    wanted = select(Dataset).where(Dataset.id.in_(linked), visible_to(actor))
    return list(session.scalars(wanted.order_by(Dataset.id)))


def is_unreadable(version: SurveyVersion) -> bool:
    """Whether a version's files could not be read as a survey."""
    return version.state == REFUSED
