"""Every SELECT of accession."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, literal, or_, select
from sqlalchemy.orm import Session

from archives.accession.models import CHECKED, TAKING, Exemption, ListProblem, ReceivedFile, Transfer, TransferList
from archives.accession.rules import ScopeNodeFacts, TransferFacts, is_due
from archives.catalogue.models import ACCESSIONED, ARRIVING, Item, Volume
from archives.catalogue.queries import visible_items_to
from archives.catalogue.queries import visible_to as visible_volumes
from archives.core.actors import Actor
from archives.core.errors import NotFoundError
from archives.core.language import message_from
from archives.core.paging import Order, Page, capped_count, keyset_page
from archives.core.problems import Place, Problem
from archives.procedure.models import Gap, Step
from archives.projects.models import Project
from archives.projects.queries import by_code
from archives.reference.queries import scope_leaves, scope_template

SHOWN_PROBLEMS = 500
MOST_PRINTED = 3000
"""Lines of the register on one paper: beyond it, print by number from and to."""
APPLICATIONS = ("apply_pre", "apply_joint", "apply_transfer")
DECLARED = {
    "volumes": "Volumes in all",
    "text_volumes": "Volumes of text",
    "drawing_volumes": "Volumes of drawings",
}
"""The counts of an application's form, and their labels."""
ENOUGH = 200
"""Volumes or files named one by one in a check; more would hide the rest."""


def transfers_of(session: Session, project: Project) -> Sequence[Transfer]:
    """The project's transfers, newest first."""
    wanted = select(Transfer).where(Transfer.project_id == project.id)
    return session.scalars(wanted.order_by(Transfer.id.desc())).all()


def lists_of(session: Session, project: Project) -> Sequence[TransferList]:
    """The lists that came with the project's transfers, newest first."""
    wanted = select(TransferList).join(Transfer, Transfer.id == TransferList.transfer_id)
    return session.scalars(wanted.where(Transfer.project_id == project.id).order_by(TransferList.id.desc())).all()


def list_of(session: Session, actor: Actor, code: str, list_id: int) -> tuple[Project, Transfer, TransferList]:
    """A list with its transfer and project, if the actor may see the project."""
    project = by_code(session, actor, code)
    brought = session.get(TransferList, list_id)
    transfer = session.get(Transfer, brought.transfer_id) if brought else None
    if brought is None or transfer is None or transfer.project_id != project.id:
        raise NotFoundError
    return project, transfer, brought


def list_in_hand(session: Session, project: Project) -> TransferList | None:
    """The list of the project that is being taken in; an import that was killed leaves one too."""
    wanted = select(TransferList).join(Transfer, Transfer.id == TransferList.transfer_id)
    return session.scalars(wanted.where(Transfer.project_id == project.id, TransferList.state == TAKING)).first()


def staged(session: Session, list_id: int) -> int:
    """How many volumes of a list are written and not yet visible."""
    wanted = select(func.count(Volume.id)).where(Volume.list_id == list_id, Volume.state == ARRIVING)
    return session.scalar(wanted) or 0


def problems_of(session: Session, list_id: int, limit: int | None = SHOWN_PROBLEMS) -> list[Problem]:
    """What the last check found, in the order of the list."""
    wanted = select(ListProblem).where(ListProblem.list_id == list_id).order_by(ListProblem.id).limit(limit)
    return [_problem(row) for row in session.scalars(wanted)]


def _problem(row: ListProblem) -> Problem:
    return Problem(
        row.code,
        message_from({"msgid": row.msgid, "values": row.parts}),
        row.field,
        row.clause,
        "warning" if row.severity == "warning" else "error",
        Place(row.sheet, row.row, row.column),
    )


@dataclass(frozen=True, slots=True)
class Files:
    """Files in quarantine, the first of them, and how many there are in all."""

    rows: Sequence[ReceivedFile]
    total: int


def files_of(session: Session, actor: Actor, project: Project) -> Files:
    """The electronic files of the project's open transfers, those without an item first.

    The name of a file says what its item is: who may not see the item does not see the file.
    """
    wanted = (
        select(ReceivedFile)
        .join(Transfer, Transfer.id == ReceivedFile.transfer_id)
        .outerjoin(Item, Item.id == ReceivedFile.item_id)
        .outerjoin(Volume, Volume.id == Item.volume_id)
        .where(Transfer.project_id == project.id, Transfer.state == "open")
        .where(or_(ReceivedFile.item_id.is_(None), visible_items_to(actor)))
    )
    ordered = wanted.order_by(ReceivedFile.item_id.is_not(None), ReceivedFile.name, ReceivedFile.id)
    return Files(session.scalars(ordered.limit(ENOUGH)).all(), capped_count(session, wanted))


def transfer_facts(session: Session, project: Project) -> TransferFacts:
    """What the machine's check looks at."""
    leaves = scope_leaves(session, scope_template(session, project.works_type))
    items, counted = _items_by_code(session, project), _counts(session, project)
    gaps, exempt = _not_expected(session, project)
    return TransferFacts(
        required=[
            ScopeNodeFacts(leaf.code, leaf.name)
            for leaf in leaves
            if leaf.required_by_archives and is_due(leaf.code, project.completed_on)
        ],
        filled=frozenset(items) - {""},
        gaps=gaps,
        exempt=exempt,
        volumes=counted["Volumes in all"],
        items=sum(items.values()),
        volumes_without_items=list(_empty_volumes(session, project)),
        page_mismatches=list(_page_mismatches(session, project)),
        repeated_files=list(_repeated_files(session, project)),
        unmatched_files=list(_unmatched_files(session, project)),
        open_faults=_open_faults(session, project),
        declared=_declared(session, project),
        counted=counted,
    )


def _items_by_code(session: Session, project: Project) -> dict[str, int]:
    """How many items fill each leaf of the filing scope; under "" those that fill none."""
    wanted = select(Item.scope_code, func.count(Item.id)).join(Volume, Volume.id == Item.volume_id)
    live = wanted.where(Item.project_id == project.id, Volume.state != ARRIVING)
    return dict(session.execute(live.group_by(Item.scope_code)).all())


def _not_expected(session: Session, project: Project) -> tuple[frozenset[str], frozenset[str]]:
    """The codes that stand on the gap list, and those that do not apply to the works."""
    gaps = select(Gap.scope_code, literal(True)).where(Gap.project_id == project.id, Gap.filled_on.is_(None))
    exempt = select(Exemption.scope_code, literal(False)).where(Exemption.project_id == project.id)
    found = session.execute(gaps.union_all(exempt)).all()
    return frozenset(code for code, is_gap in found if is_gap), frozenset(code for code, is_gap in found if not is_gap)


def _declared(session: Session, project: Project) -> dict[str, int]:
    """The counts that the last application stated, under the labels of its form."""
    wanted = select(Step.facts).where(Step.project_id == project.id, Step.move.in_(APPLICATIONS))
    facts = session.scalars(wanted.order_by(Step.id.desc()).limit(1)).first() or {}
    return {label: facts[name] for name, label in DECLARED.items() if facts.get(name) is not None}


def missing_codes(session: Session, project: Project) -> list[str]:
    """What the archives must receive and nothing covers."""
    facts = transfer_facts(session, project)
    covered = facts.filled | facts.gaps | facts.exempt
    return [node.code for node in facts.required if node.code not in covered]


def exemptions(session: Session, project: Project) -> dict[str, Exemption]:
    """The documents that the project's works do not have, by code."""
    wanted = select(Exemption).where(Exemption.project_id == project.id)
    return {row.scope_code: row for row in session.scalars(wanted)}


def items_by_scope(session: Session, project: Project) -> dict[str, int]:
    """How many items fill each leaf of the filing scope."""
    return {code: count for code, count in _items_by_code(session, project).items() if code}


def gaps_by_scope(session: Session, project: Project) -> dict[str, Gap]:
    """The open gaps by code."""
    wanted = select(Gap).where(Gap.project_id == project.id, Gap.filled_on.is_(None))
    return {gap.scope_code: gap for gap in session.scalars(wanted)}


def _counts(session: Session, project: Project) -> dict[str, int]:
    """Volumes by kind, under the labels that the application's form gives them."""
    wanted = select(
        func.count(Volume.id),
        func.count(Volume.id).filter(Volume.text_pages > 0),
        func.count(Volume.id).filter(Volume.drawing_sheets > 0),
    ).where(Volume.project_id == project.id, Volume.state != ARRIVING)
    every, text, drawings = session.execute(wanted).one()
    return {"Volumes in all": every, "Volumes of text": text, "Volumes of drawings": drawings}


def _empty_volumes(session: Session, project: Project) -> Iterator[str]:
    has_items = select(Item.id).where(Item.volume_id == Volume.id).exists()
    wanted = select(Volume.volume_no).where(Volume.project_id == project.id, Volume.state != ARRIVING, ~has_items)
    yield from session.scalars(wanted.order_by(Volume.unit_id, Volume.sort_key).limit(ENOUGH))


def _page_mismatches(session: Session, project: Project) -> Iterator[tuple[str, int, int]]:
    last = func.max(func.coalesce(Item.page_to, Item.page_from))
    pages = Volume.text_pages + Volume.drawing_sheets
    wanted = (
        select(Volume.volume_no, pages, last)
        .join(Item, Item.volume_id == Volume.id)
        .where(Volume.project_id == project.id, Volume.state != ARRIVING)
        .group_by(Volume.id, Volume.volume_no, Volume.text_pages, Volume.drawing_sheets)
        .having(pages > 0, last.is_not(None), last != pages)
    )
    yield from session.execute(wanted.limit(ENOUGH))


def _repeated_files(session: Session, project: Project) -> Iterator[tuple[str, int]]:
    items = func.count(func.distinct(ReceivedFile.item_id))
    wanted = (
        select(func.min(ReceivedFile.name), items)
        .join(Transfer, Transfer.id == ReceivedFile.transfer_id)
        .where(Transfer.project_id == project.id, Transfer.state == "open")
        .group_by(ReceivedFile.sha256)
        .having(items > 1)
    )
    yield from session.execute(wanted.limit(ENOUGH))


def _unmatched_files(session: Session, project: Project) -> Iterator[str]:
    wanted = (
        select(ReceivedFile.name)
        .join(Transfer, Transfer.id == ReceivedFile.transfer_id)
        .where(Transfer.project_id == project.id, Transfer.state == "open", ReceivedFile.item_id.is_(None))
    )
    yield from session.scalars(wanted.order_by(ReceivedFile.name).limit(ENOUGH))


def _open_faults(session: Session, project: Project) -> int:
    """Refused rows of a list that still waits; a later list that was taken puts them right."""
    wanted = (
        select(TransferList.state, TransferList.refused)
        .join(Transfer, Transfer.id == TransferList.transfer_id)
        .where(Transfer.project_id == project.id)
    )
    newest = session.execute(wanted.order_by(TransferList.id.desc()).limit(1)).first()
    return newest.refused if newest and newest.state == CHECKED else 0


def register_page(session: Session, actor: Actor, after: str | None, before: str | None) -> Page[Volume]:
    """The accession register (总登记簿), newest number first."""
    order = Order((Volume.accession_no,), descending=True)
    return keyset_page(session, _register(actor), order, after=after, before=before)


def register_rows(
    session: Session, actor: Actor, first: int | None = None, last: int | None = None
) -> Sequence[Volume]:
    """The register from one accession number to another, in order, at most MOST_PRINTED lines."""
    wanted = _register(actor)
    if first is not None:
        wanted = wanted.where(Volume.accession_no >= first)
    if last is not None:
        wanted = wanted.where(Volume.accession_no <= last)
    return session.scalars(wanted.order_by(Volume.accession_no).limit(MOST_PRINTED)).all()


def _register(actor: Actor) -> Select[Volume]:
    return select(Volume).where(visible_volumes(actor), Volume.state == ACCESSIONED, Volume.accession_no.is_not(None))
