"""From drafts to a plan: which volumes and items are new, changed, unchanged or refused, and why. Pure.

A list of twenty thousand rows and a form of one take this same way.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Generic, TypeVar

from archives.catalogue.drafts import ItemDraft, VolumeDraft
from archives.catalogue.models import ACCESSIONED
from archives.catalogue.rules import ARRANGEMENT, ProjectFacts, VolumeKey, check_item, check_volume, unit_of
from archives.core.db import exact_json
from archives.core.drafts import Draft
from archives.core.language import msg
from archives.core.problems import Place, Problem, errors_in

D = TypeVar("D", bound=Draft)
ItemKey = tuple[VolumeKey, int]
Values = dict[str, Any]
NOWHERE = Place()
_DIGITS = re.compile(r"\d+")
DEFAULT_RETENTION = "permanent"


@dataclass(frozen=True, slots=True)
class Listed(Generic[D]):
    """A draft with where it came from: its place, its fields' column headings, and what could not be read."""

    draft: D
    problems: tuple[Problem, ...] = ()
    place: Place = NOWHERE
    headings: Mapping[str, str] = field(default_factory=dict)
    """Field name to column heading; empty for a form, which has every field."""

    def gives(self, name: str) -> bool:
        """Whether the source has this field at all: a list without a column does not empty what is stored."""
        return not self.headings or name in self.headings

    def different(self, values: Values, stored: "Stored") -> Values:
        """What the source would change of a stored record."""
        return {name: value for name, value in values.items() if stored.values[name] != value and self.gives(name)}

    def located(self, problem: Problem) -> Problem:
        """The problem with its place: this row, the column of the problem's field."""
        heading = self.headings.get(problem.field or "")
        return problem.at(Place(self.place.sheet, self.place.row, heading or self.place.column))


@dataclass(frozen=True, slots=True)
class Stored:
    """A record that the catalogue has: id, version, state and the values that a list could change."""

    id: int
    version: int
    state: str
    values: Values


@dataclass(frozen=True, slots=True)
class CatalogueFacts:
    """The project, and what the catalogue already has of it."""

    project: ProjectFacts
    volumes: Mapping[VolumeKey, Stored] = field(default_factory=dict)
    items: Mapping[ItemKey, Stored] = field(default_factory=dict)


@dataclass(slots=True)
class Plan:
    """What taking the list in would do. Rows that have an error are refused; the others could go in."""

    rows: int = 0
    new_volumes: list[tuple[VolumeKey, Values]] = field(default_factory=list)
    new_items: dict[VolumeKey, list[Values]] = field(default_factory=lambda: defaultdict(list))
    changed_volumes: list[tuple[Stored, Values]] = field(default_factory=list)
    changed_items: list[tuple[Stored, Values]] = field(default_factory=list)
    unchanged: int = 0
    refused: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def added(self) -> int:
        """New rows."""
        return len(self.new_volumes) + sum(len(items) for items in self.new_items.values())

    @property
    def changed(self) -> int:
        """Rows that the catalogue has with other content."""
        return len(self.changed_volumes) + len(self.changed_items)

    @property
    def sound(self) -> int:
        """Rows without an error."""
        return self.rows - self.refused

    def digest(self) -> str:
        """SHA-256 of everything the plan would write, for the audit."""
        digest = hashlib.sha256()
        for key, values in self.new_volumes:
            digest.update(exact_json([key, values]).encode())
        for volume, items in self.new_items.items():
            digest.update(exact_json([volume, items]).encode())
        for stored, values in (*self.changed_volumes, *self.changed_items):
            digest.update(exact_json([stored.id, values]).encode())
        return digest.hexdigest()


def plan(volumes: Sequence[Listed[VolumeDraft]], items: Sequence[Listed[ItemDraft]], facts: CatalogueFacts) -> Plan:
    """Check every row against the rules, its neighbours and the catalogue, and decide what becomes of it."""
    made = Plan(rows=len(volumes) + len(items))
    keys = _plan_volumes(made, volumes, facts)
    _plan_items(made, items, facts, keys)
    made.problems += _check_sequences(items, facts.project)
    return made


def _plan_volumes(made: Plan, volumes: Sequence[Listed[VolumeDraft]], facts: CatalogueFacts) -> dict[VolumeKey, bool]:
    """Decide on each volume; returns which keys the list has, and whether they are sound."""
    seen: dict[VolumeKey, Place] = {}
    sound: dict[VolumeKey, bool] = {}
    for listed in volumes:
        key = volume_key(listed.draft, facts.project)
        found = [*listed.problems, *check_volume(listed.draft, facts.project)]
        stored = facts.volumes.get(key)
        if stored is not None and stored.state == ACCESSIONED:
            found += _check_holdings(listed, stored, facts.project)
        if listed.draft.volume_no and key in seen:
            found.append(_twice("volume_no", seen[key]))
        seen.setdefault(key, listed.place)
        made.problems += map(listed.located, found)
        sound[key] = sound.get(key, True) and not errors_in(found)
        if errors_in(found):
            made.refused += 1
        else:
            _sort_volume(made, key, listed, volume_values(listed.draft, facts.project), stored)
    return sound


def _sort_volume(
    made: Plan, key: VolumeKey, listed: Listed[VolumeDraft], values: Values, stored: Stored | None
) -> None:
    if stored is None:
        made.new_volumes.append((key, values))
    elif changed := listed.different(values, stored):
        made.changed_volumes.append((stored, changed))
    else:
        made.unchanged += 1


def _plan_items(
    made: Plan, items: Sequence[Listed[ItemDraft]], facts: CatalogueFacts, volumes: Mapping[VolumeKey, bool]
) -> None:
    seen: dict[ItemKey, Place] = {}
    for listed in items:
        draft = listed.draft
        key = volume_key(draft, facts.project)
        item_key = (key, draft.sequence or 0)
        stored = facts.items.get(item_key)
        found = [*listed.problems, *check_item(draft, facts.project), *_check_volume_of(key, draft, facts, volumes)]
        if draft.sequence and item_key in seen:
            found.append(_twice("sequence", seen[item_key]))
        if stored is not None and facts.volumes[key].state == ACCESSIONED:
            found += _check_held_item(listed, stored, facts.project)
        seen.setdefault(item_key, listed.place)
        made.problems += map(listed.located, found)
        if errors_in(found):
            made.refused += 1
        else:
            _sort_item(made, key, listed, item_values(draft, facts.project), stored)


def _sort_item(made: Plan, key: VolumeKey, listed: Listed[ItemDraft], values: Values, stored: Stored | None) -> None:
    if stored is None:
        made.new_items[key].append(values)
    elif changed := listed.different(values, stored):
        made.changed_items.append((stored, changed))
    else:
        made.unchanged += 1


def _check_volume_of(
    key: VolumeKey, draft: ItemDraft, facts: CatalogueFacts, volumes: Mapping[VolumeKey, bool]
) -> list[Problem]:
    """An item needs a sound volume, in the list or in the catalogue."""
    if not draft.volume_no or volumes.get(key):
        return []
    if key in volumes:
        return [Problem("item.volume_refused", msg("The volume of this item is not sound."), "volume_no")]
    stored = facts.volumes.get(key)
    if stored is None:
        sentence = msg("There is no volume %(number)s in the list or in the catalogue.", number=draft.volume_no)
        return [Problem("item.no_volume", sentence, "volume_no", ARRANGEMENT)]
    if stored.state == ACCESSIONED and (key, draft.sequence) not in facts.items:
        return [_in_holdings("volume_no")]
    return []


def _check_holdings(listed: Listed[VolumeDraft], stored: Stored, facts: ProjectFacts) -> list[Problem]:
    changed = listed.different(volume_values(listed.draft, facts), stored)
    return [_in_holdings("volume_no")] if changed else []


def _check_held_item(listed: Listed[ItemDraft], stored: Stored, facts: ProjectFacts) -> list[Problem]:
    changed = listed.different(item_values(listed.draft, facts), stored)
    return [_in_holdings("volume_no")] if changed else []


def _in_holdings(field_name: str) -> Problem:
    sentence = msg("This volume is already in the holdings; a list no longer changes it.")
    return Problem("volume.in_holdings", sentence, field_name)


def _twice(field_name: str, first: Place) -> Problem:
    sentence = msg("The same number stands in row %(row)s already.", row=first.row or "?")
    return Problem("number.twice", sentence, field_name, ARRANGEMENT)


def _check_sequences(items: Sequence[Listed[ItemDraft]], facts: ProjectFacts) -> Iterator[Problem]:
    """Within a volume, sequence numbers and pages follow on one another; what does not is worth a look."""
    by_volume: defaultdict[VolumeKey, list[Listed[ItemDraft]]] = defaultdict(list)
    for listed in items:
        if listed.draft.sequence:
            by_volume[volume_key(listed.draft, facts)].append(listed)
    for rows in by_volume.values():
        rows.sort(key=lambda listed: listed.draft.sequence or 0)
        yield from _check_neighbours(rows)


def _check_neighbours(rows: Sequence[Listed[ItemDraft]]) -> Iterator[Problem]:
    for before, after in pairwise(rows):
        left, right = before.draft, after.draft
        if (right.sequence or 0) - (left.sequence or 0) > 1:
            sentence = msg("A number is missing between %(a)d and %(b)d.", a=left.sequence, b=right.sequence)
            yield after.located(Problem("sequence.gap", sentence, "sequence", ARRANGEMENT, "warning"))
        last = left.page_to or left.page_from
        if right.page_from and last and right.page_from <= last and left.page_to:
            sentence = msg("Pages overlap with the item before, which ends on page %(page)d.", page=last)
            yield after.located(Problem("pages.overlap", sentence, "page_from", ARRANGEMENT, "warning"))


def volume_key(draft: VolumeDraft | ItemDraft, facts: ProjectFacts) -> VolumeKey:
    """Which volume a draft speaks of; an unknown unit works (already a problem) counts as the project itself."""
    return unit_of(draft.unit, facts) or 0, draft.volume_no


def sort_key(volume_no: str) -> str:
    """A volume number that sorts as people count: 2 before 10."""
    return _DIGITS.sub(lambda digits: digits[0].zfill(8), volume_no)


def volume_values(draft: VolumeDraft, facts: ProjectFacts) -> Values:
    """The columns of a volume, with what a list may leave out filled from the project."""
    return {
        "volume_no": draft.volume_no,
        "sort_key": sort_key(draft.volume_no),
        "title": draft.title,
        "class_code": draft.class_code or facts.class_code,
        "compiled_by": draft.compiled_by or facts.client,
        "compiled_on": draft.compiled_on,
        "start_date": draft.start_date,
        "end_date": draft.end_date,
        "retention": draft.retention or DEFAULT_RETENTION,
        "secrecy": facts.secrecy_ranks.get(draft.secrecy, facts.secrecy),
        "medium": draft.medium or "paper",
        "text_pages": draft.text_pages or 0,
        "drawing_sheets": draft.drawing_sheets or 0,
        "other_count": draft.other_count or 0,
        "keywords": draft.keywords,
        "abstract": draft.abstract,
        "filed_by": draft.filed_by,
        "checked_by": draft.checked_by,
        "note": draft.note,
    }


def item_values(draft: ItemDraft, facts: ProjectFacts) -> Values:
    """The columns of an item; a blank responsible body means the client."""
    return {
        "sequence": draft.sequence,
        "title": draft.title,
        "document_no": draft.document_no,
        "responsible": draft.responsible or facts.client,
        "formed_on": draft.formed_on,
        "page_from": draft.page_from,
        "page_to": draft.page_to,
        "quantity": draft.quantity,
        "scope_code": draft.scope_code or facts.scope.find(draft.title),
        "draft_state": draft.draft_state,
        "document_type": draft.document_type,
        "retention": draft.retention,
        "secrecy": facts.secrecy_ranks.get(draft.secrecy, facts.secrecy),
        "medium": draft.medium or "paper",
        "specification": draft.specification,
        "keywords": draft.keywords,
        "abstract": draft.abstract,
        "note": draft.note,
    }


def chunks(
    volumes: Iterable[tuple[VolumeKey, Values]], items: Mapping[VolumeKey, list[Values]], size: int
) -> Iterator[list[tuple[VolumeKey, Values]]]:
    """New volumes in groups of about `size` rows, items counted in: a volume is never torn."""
    group: list[tuple[VolumeKey, Values]] = []
    rows = 0
    for key, values in volumes:
        group.append((key, values))
        rows += 1 + len(items.get(key, ()))
        if rows >= size:
            yield group
            group, rows = [], 0
    if group:
        yield group
