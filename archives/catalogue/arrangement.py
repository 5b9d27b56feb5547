"""Moving, renumbering and merging, as plans: what each record was and becomes, and what stands in the way. Pure."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from archives.catalogue.intake import Stored, Values, sort_key
from archives.catalogue.models import ACCESSIONED, Item, Volume
from archives.catalogue.rules import ARRANGEMENT
from archives.core.db import exact_json
from archives.core.language import Message, msg
from archives.core.problems import Problem

LONGEST_NUMBER = 20
MOST_DIGITS = 8
Change = tuple[Stored, Values]


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a preview: a record, its place before and after, and why it cannot go there."""

    title: str
    old: str
    new: str
    conflict: Message | None = None


@dataclass(slots=True)
class Arrangement:
    """What would be done. `what` is the action's name in the audit; `removed` are volumes that end."""

    what: str
    volumes: list[Change] = field(default_factory=list)
    items: list[Change] = field(default_factory=list)
    removed: list[Volume] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def faults(self) -> list[Problem]:
        """Everything that stands in the way, conflicts of single records among it."""
        conflicts = [Problem("arrangement.conflict", step.conflict) for step in self.steps if step.conflict]
        return [problem for problem in self.problems if problem.severity == "error"] + conflicts

    def digest(self) -> str:
        """SHA-256 of all that would be written, versions included: the same only while nobody changed anything."""
        digest = hashlib.sha256(self.what.encode())
        for stored, values in (*self.volumes, *self.items):
            digest.update(exact_json([stored.id, stored.version, values]).encode())
        digest.update(exact_json([[volume.id, volume.version] for volume in self.removed]).encode())
        return digest.hexdigest()


def change_of(record: Volume | Item, values: Values) -> Change:
    """A record with what it becomes, as the catalogue writes it."""
    old = {name: getattr(record, name) for name in values}
    return Stored(record.id, record.version, getattr(record, "state", ""), old), values


def move_items(items: Sequence[Item], sources: Mapping[int, Volume], target: Volume, last: int) -> Arrangement:
    """Put items at the end of another volume of the project, in their order; `last` is its last number."""
    made = Arrangement("items.moved")
    ordered = sorted(items, key=lambda item: (sources[item.volume_id].sort_key, item.volume_id, item.sequence))
    for number, item in enumerate(ordered, last + 1):
        old, new = place_of(sources[item.volume_id], item.sequence), place_of(target, number)
        made.steps.append(Step(item.title, old, new, _move_conflict(item, target)))
        made.items.append(change_of(item, {"volume_id": target.id, "sequence": number}))
    _raise_secrecy(made, target, (item.secrecy for item in items))
    return made


def move_volumes(volumes: Sequence[Volume], unit_id: int, unit: str, taken: Collection[str]) -> Arrangement:
    """Put volumes into another unit works of their project; `taken` are the numbers used there already."""
    made = Arrangement("volumes.moved")
    numbers: set[str] = set()
    for volume in volumes:
        number = volume.volume_no
        used = number in taken or number in numbers
        conflict = msg("Number %(number)s is taken there.", number=number) if used else None
        if volume.unit_id == unit_id:
            conflict = msg("It is there already.")
        numbers.add(number)
        made.steps.append(Step(volume.title, number, f"{unit} {number}", conflict))
        made.volumes.append(change_of(volume, {"unit_id": unit_id}))
    made.problems += _of_one_project(volumes)
    return made


def renumber_items(items: Sequence[Item], first: int = 1) -> Arrangement:
    """Number the items of a volume one after another, in their order."""
    made = Arrangement("items.renumbered")
    for number, item in enumerate(items, first):
        if item.sequence != number:
            made.steps.append(Step(item.title, str(item.sequence), str(number)))
            made.items.append(change_of(item, {"sequence": number}))
    return made


def renumber_volumes(volumes: Sequence[Volume], prefix: str, first: int, width: int) -> Arrangement:
    """Number the volumes of a unit works one after another, in their order: prefix and number of `width` digits."""
    made = Arrangement("volumes.renumbered")
    for number, volume in enumerate(volumes, first):
        new = f"{prefix}{number:0{width}d}"
        if volume.volume_no != new:
            conflict = msg("The number is too long.") if len(new) > LONGEST_NUMBER else None
            made.steps.append(Step(volume.title, volume.volume_no, new, conflict))
            made.volumes.append(change_of(volume, {"volume_no": new, "sort_key": sort_key(new)}))
    return made


def merge(
    target: Volume, others: Sequence[Volume], items: Mapping[int, Sequence[Item]], rank: Callable[[str], int]
) -> Arrangement:
    """Put the contents of other volumes behind the target's, pages counted on; the others end.

    The whole takes the highest secrecy and the longest retention of its parts; `rank` orders retention periods.
    """
    made = Arrangement("volumes.merged", removed=list(others), problems=_of_one_project([target, *others]))
    last, page = _ends(items[target.id])
    for other in others:
        conflict = _merge_conflict(other)
        made.steps.append(Step(other.title, other.volume_no, target.volume_no, conflict))
        for number, item in enumerate(items[other.id], last + 1):
            made.items.append(change_of(item, _behind(item, target, number, page)))
        last, page = last + len(items[other.id]), page + _ends(items[other.id])[1]
    made.volumes.append(change_of(target, _whole(target, others, rank)))
    return made


def place_of(volume: Volume, sequence: int) -> str:
    """Where an item stands, as people say it: volume number / sequence number."""
    return f"{volume.volume_no}/{sequence}"


def check_numbering(prefix: str, first: int, width: int) -> list[Problem]:
    """What is wrong with a way of numbering."""
    found = []
    if first < 0 or not 1 <= width <= MOST_DIGITS:
        sentence = msg("Numbers begin at 0 or above and have 1 to %(most)d digits.", most=MOST_DIGITS)
        found.append(Problem("numbering.digits", sentence, "first", ARRANGEMENT))
    if prefix and not prefix[0].isalnum():
        sentence = msg("A volume number holds letters, digits and - / . ( ) only.")
        found.append(Problem("numbering.prefix", sentence, "prefix", ARRANGEMENT))
    return found


def _move_conflict(item: Item, target: Volume) -> Message | None:
    if item.project_id != target.project_id:
        return msg("The volume belongs to another project.")
    return msg("It is there already.") if item.volume_id == target.id else None


def _merge_conflict(other: Volume) -> Message | None:
    if other.state == ACCESSIONED:
        return msg("Volume %(number)s is in the holdings under a number of its own.", number=other.volume_no)
    return None


def _of_one_project(volumes: Sequence[Volume]) -> list[Problem]:
    if len({volume.project_id for volume in volumes}) > 1:
        return [Problem("arrangement.projects", msg("The volumes belong to several projects."))]
    return []


def _raise_secrecy(made: Arrangement, target: Volume, ranks: Iterable[int]) -> None:
    highest = max(ranks, default=0)
    if highest > target.secrecy:
        made.volumes.append(change_of(target, {"secrecy": highest}))
        sentence = msg("Volume %(number)s takes the higher secrecy of its items.", number=target.volume_no)
        made.problems.append(Problem("arrangement.secrecy", sentence, None, ARRANGEMENT, "warning"))


def _ends(items: Sequence[Item]) -> tuple[int, int]:
    """The last sequence number and the last page of a volume."""
    last = max((item.sequence for item in items), default=0)
    return last, max((item.page_to or item.page_from or 0 for item in items), default=0)


def _behind(item: Item, target: Volume, number: int, page: int) -> Values:
    moved: dict[str, Any] = {"volume_id": target.id, "sequence": number}
    if page and item.page_from:
        moved |= {"page_from": item.page_from + page, "page_to": item.page_to and item.page_to + page}
    return moved


def _whole(target: Volume, others: Sequence[Volume], rank: Callable[[str], int]) -> Values:
    parts = [target, *others]
    firsts = [part.start_date for part in parts if part.start_date]
    lasts = [part.end_date for part in parts if part.end_date]
    return {
        "text_pages": sum(part.text_pages for part in parts),
        "drawing_sheets": sum(part.drawing_sheets for part in parts),
        "other_count": sum(part.other_count for part in parts),
        "start_date": min(firsts, default=None),
        "end_date": max(lasts, default=None),
        "secrecy": max(part.secrecy for part in parts),
        "retention": max((part.retention for part in parts), key=rank),
    }
