"""Changing chosen fields of many volumes at once, by the rules of lists; and undoing what was changed together."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import uuid4

from sqlalchemy import Date, Select, select
from sqlalchemy.orm import Session

from archives.catalogue import browsing, queries
from archives.catalogue.actions import EDIT_MANY
from archives.catalogue.arrangement import Change, change_of
from archives.catalogue.arranging import write
from archives.catalogue.describing import KINDS, opened
from archives.catalogue.description import volume_raw
from archives.catalogue.drafts import VolumeDraft, VolumeFilters
from archives.catalogue.fields import EXTRA
from archives.catalogue.intake import CatalogueFacts, Listed, Plan, Stored, plan
from archives.catalogue.models import Item, Volume
from archives.catalogue.service import ITEM, VOLUME, change
from archives.core import history
from archives.core.actors import Actor
from archives.core.audit import Subject, record
from archives.core.db import exact_json, table_of
from archives.core.drafts import Vocabularies, read
from archives.core.errors import ConflictError, NotFoundError, RefusedError
from archives.core.language import msg
from archives.core.paging import whole_list
from archives.core.permissions import require
from archives.core.problems import Place, Problem, errors_in
from archives.projects.models import Project, UnitWorks
from archives.reference.vocabularies import vocabularies

EDITABLE = (
    "class_code",
    "retention",
    "secrecy",
    "medium",
    "compiled_by",
    "compiled_on",
    "filed_by",
    "checked_by",
    "keywords",
    "note",
)
"""Fields that many volumes may share."""
MOST = 20_000
"""Volumes changed at once."""
BATCH = 5000
_ABOUT = frozenset({"id", "project_id", "unit_id", "state", "version"})
Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to change: fields with their new raw values, and words to be replaced in titles."""

    values: Mapping[str, str] = field(default_factory=dict)
    find: str = ""
    replace: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is wished for."""
        return not self.values and not self.find

    def applied(self, raw: Values) -> dict[str, Any]:
        """A volume's raw values as they would be."""
        wanted = {**raw, **{name: value for name, value in self.values.items() if name in EDITABLE}}
        return wanted | {"title": raw["title"].replace(self.find, self.replace)} if self.find else wanted


@dataclass(slots=True)
class BulkPlan:
    """What a bulk edit would do: the changes with the volumes' names, how many stay, and everything wrong."""

    changes: list[tuple[str, Stored, Values]] = field(default_factory=list)
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)

    def digest(self) -> str:
        """SHA-256 of what would be written, versions included."""
        digest = hashlib.sha256()
        for _, stored, values in self.changes:
            digest.update(exact_json([stored.id, stored.version, values]).encode())
        return digest.hexdigest()


def chosen(session: Session, actor: Actor, ids: Collection[int]) -> list[Volume]:
    """The volumes chosen one by one. Raises NotFoundError if the actor does not see one of them."""
    found = _limited(session, select(Volume).where(Volume.id.in_(ids), queries.visible_to(actor)))
    if not found or len(found) < len(set(ids)):
        raise NotFoundError
    return found


def filtered(session: Session, actor: Actor, filters: VolumeFilters) -> list[Volume]:
    """Every volume that the filters let through. Raises TooLargeError past MOST."""
    return _limited(session, browsing.volumes_of(session, actor, filters))


def plan_edit(session: Session, actor: Actor, volumes: Sequence[Volume], wish: Wish) -> BulkPlan:
    """Check the wish on every volume by the rules of lists; nothing is written."""
    require(actor, EDIT_MANY)
    found, known = BulkPlan(), vocabularies(session, *KINDS)
    by_project: defaultdict[int, list[Volume]] = defaultdict(list)
    for volume in volumes:
        by_project[volume.project_id].append(volume)
    for project_id, group in by_project.items():
        _plan_project(session, actor, session.get_one(Project, project_id), group, wish, found, known)
    return found


def edit(session: Session, actor: Actor, made: BulkPlan, digest: str) -> str:
    """Do what a preview showed, if nothing changed since; returns the batch by which it can be undone. Audited."""
    require(actor, EDIT_MANY)
    if errors_in(made.problems):
        raise RefusedError(made.problems)
    if not made.changes:
        raise ConflictError(msg("Nothing would change."))
    if made.digest() != digest:
        raise ConflictError(msg("Something changed since the preview. Look at it again."))
    batch = uuid4().hex
    change(session, actor, Volume, VOLUME, [(stored, dict(values)) for _, stored, values in made.changes], batch)
    session.expire_all()
    fields = sorted({name for _, _, values in made.changes for name in values})
    subject = Subject("catalogue", None, batch)
    record(session, actor, "volumes.edited", subject, None, digest=digest, count=len(made.changes), fields=fields)
    return batch


@dataclass(frozen=True, slots=True)
class Undoing:
    """What undoing a batch would do: the changes back, and the names of records that were changed since."""

    volumes: list[Change]
    items: list[Change]
    names: Mapping[tuple[str, int], str]
    changed_since: tuple[str, ...]


def plan_undo(session: Session, actor: Actor, batch: str) -> Undoing:
    """What would be undone. Raises NotFoundError if there is no such batch, or the actor does not see all of it."""
    require(actor, EDIT_MANY)
    net = _net_changes(history.in_batch(session, batch))
    if not net:
        raise NotFoundError
    records = _records(session, actor, net.keys())
    if records.keys() != net.keys():
        raise NotFoundError
    back = {key: (records[key], pairs) for key, pairs in net.items()}
    names = {key: _name(known) for key, known in records.items()}
    since = tuple(names[key] for key, (known, pairs) in back.items() if _changed_since(known, pairs))
    restored = {key: change_of(known, _old_values(known, pairs)) for key, (known, pairs) in back.items()}
    return Undoing(
        [one for (kind, _), one in restored.items() if kind == VOLUME],
        [one for (kind, _), one in restored.items() if kind == ITEM],
        names,
        since,
    )


def undo(session: Session, actor: Actor, batch: str) -> str:
    """Take back everything that was changed together. Raises ConflictError if a record was changed since. Audited.

    Returns the batch of the undoing, by which it can be undone in its turn.
    """
    made = plan_undo(session, actor, batch)
    if made.changed_since:
        names = "、".join(made.changed_since[:5])
        raise ConflictError(msg("Changed since, so nothing was undone: %(names)s.", names=names))
    back = uuid4().hex
    write(session, actor, made.volumes, made.items, back)
    session.expire_all()
    counts = {"volumes": len(made.volumes), "items": len(made.items)}
    record(session, actor, "catalogue.undone", Subject("catalogue", None, batch), None, batch=back, **counts)
    return back


def restored_value(model: type[Volume] | type[Item], name: str, value: Any) -> Any:
    """A value as a column holds it, from how the history kept it."""
    column = table_of(model).c[name]
    return date.fromisoformat(value) if isinstance(column.type, Date) and value else value


def _limited(session: Session, statement: Select[Volume]) -> list[Volume]:
    return whole_list(session, statement.order_by(Volume.id), MOST)


def _plan_project(
    session: Session,
    actor: Actor,
    project: Project,
    volumes: Sequence[Volume],
    wish: Wish,
    found: BulkPlan,
    known: Vocabularies,
) -> None:
    units = {
        unit.id: unit.code for unit in session.scalars(select(UnitWorks).where(UnitWorks.project_id == project.id))
    }
    levels = queries.secrecy_names(session)
    listed, stored, names = [], {}, {}
    for volume in volumes:
        raw = volume_raw(volume, units.get(volume.unit_id, ""), levels)
        reading = read(VolumeDraft, wish.applied(raw), known)
        names[volume.id] = f"{project.code} {volume.volume_no}"
        listed.append(Listed(reading.draft, reading.problems, Place(names[volume.id])))
        stored[volume.unit_id, volume.volume_no] = _stored(volume)
    facts = opened(CatalogueFacts(queries.project_facts(session, actor, project), stored))
    made: Plan = plan(listed, [], facts)
    found.changes += [(names[one.id], one, values) for one, values in made.changed_volumes]
    found.unchanged += made.unchanged
    found.problems += [problem for problem in made.problems if problem.severity == "error"]


def _stored(volume: Volume) -> Stored:
    columns = [column.key for column in table_of(Volume).columns if column.key not in _ABOUT]
    values = {name: getattr(volume, name) for name in columns}
    return Stored(volume.id, volume.version, volume.state, values)


def _net_changes(revisions: Sequence[history.Revision]) -> dict[tuple[str, int], dict[str, list[Any]]]:
    """For each record of a batch, each field's first old and last new value."""
    net: dict[tuple[str, int], dict[str, list[Any]]] = defaultdict(dict)
    for revision in reversed(revisions):
        pairs = net[revision.subject_kind, revision.subject_id]
        for name, (old, new) in json.loads(revision.changes).items():
            pairs[name] = [pairs[name][0] if name in pairs else old, new]
    return net


def _records(session: Session, actor: Actor, keys: Collection[tuple[str, int]]) -> dict[tuple[str, int], Volume | Item]:
    """The records that the actor sees, by kind and id."""
    volumes = select(Volume).where(queries.visible_to(actor))
    items = select(Item).join(Volume, Volume.id == Item.volume_id).where(queries.visible_items_to(actor))
    found: dict[tuple[str, int], Volume | Item] = {}
    for ids in _portions(keys, VOLUME):
        found |= {(VOLUME, volume.id): volume for volume in session.scalars(volumes.where(Volume.id.in_(ids)))}
    for ids in _portions(keys, ITEM):
        found |= {(ITEM, item.id): item for item in session.scalars(items.where(Item.id.in_(ids)))}
    return found


def _portions(keys: Collection[tuple[str, int]], kind: str) -> Iterator[list[int]]:
    ids = sorted(record_id for known, record_id in keys if known == kind)
    yield from (ids[first : first + BATCH] for first in range(0, len(ids), BATCH))


def _changed_since(known: Volume | Item, pairs: Mapping[str, list[Any]]) -> bool:
    return any(_present(known, name) != new for name, (_, new) in pairs.items())


def _present(known: Volume | Item, name: str) -> Any:
    """A field's value as the history keeps values."""
    if name.startswith(EXTRA):
        return known.extra.get(name.removeprefix(EXTRA))
    value = getattr(known, name)
    return value.isoformat() if isinstance(value, date) else value


def _old_values(known: Volume | Item, pairs: Mapping[str, list[Any]]) -> dict[str, Any]:
    plain = {
        name: restored_value(type(known), name, old) for name, (old, _) in pairs.items() if not name.startswith(EXTRA)
    }
    own = {name.removeprefix(EXTRA): old for name, (old, _) in pairs.items() if name.startswith(EXTRA)}
    if not own:
        return plain
    return plain | {"extra": {key: value for key, value in {**known.extra, **own}.items() if value is not None}}


def _name(known: Volume | Item) -> str:
    return f"{known.volume_no} {known.title}" if isinstance(known, Volume) else known.title
