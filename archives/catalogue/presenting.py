"""Records as pages show them: words for codes, the way down to a record, and its history."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from archives.catalogue.description import ITEM_FIELDS, VOLUME_FIELDS
from archives.catalogue.fields import EXTRA, further_fields
from archives.catalogue.models import ACCESSIONED, ARRIVING, IN_TRANSFER, WITHDRAWN, Item, Volume
from archives.catalogue.service import VOLUME
from archives.core.clock import local
from archives.core.drafts import Choice, FieldDescription, Vocabulary
from archives.core.history import Revision
from archives.core.language import Message, gettext, msg
from archives.projects.models import Project, UnitWorks
from archives.reference.queries import class_by_code, terms
from archives.reference.vocabularies import vocabularies
from archives.web.forms import shown

STATES: Mapping[str, Message] = {
    IN_TRANSFER: msg("In transfer"),
    ACCESSIONED: msg("In the holdings"),
    WITHDRAWN: msg("Withdrawn"),
    ARRIVING: msg("Arriving"),
}
TONES = {IN_TRANSFER: "info", ACCESSIONED: "good", WITHDRAWN: "muted", ARRIVING: "neutral"}
PLACES: Mapping[str, Message] = {
    "archival_code": msg("Archival code"),
    "accession_no": msg("Accession number"),
    "shelf_location": msg("Shelf location"),
    "unit_id": msg("Unit works"),
    "volume_id": msg("Volume"),
}
"""Fields with a history that no draft has."""
_UNSHOWN = frozenset({"sort_key"})
Crumbs = list[tuple[str, str | None]]
Shown = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Words:
    """What codes are called, for the length of a page."""

    vocabularies: Mapping[str, Vocabulary]
    secrecy_names: Mapping[int, str]

    def label(self, kind: str, code: str) -> str:
        """The term's name in the reader's language; "" for no code."""
        return self.vocabularies[kind].label(code) if code else ""

    def secrecy(self, rank: int) -> str:
        """The name of a level of secrecy."""
        return self.label("secrecy", self.secrecy_names.get(rank, ""))

    def state(self, state: str) -> str:
        """The name of a volume's state."""
        return str(STATES[state])

    def tone(self, state: str) -> str:
        """The colour of a volume's state."""
        return TONES[state]


def words_of(session: Session) -> Words:
    """The words of a page; one statement."""
    found = vocabularies(session, "retention", "secrecy", "medium", "works_type")
    ranks = {int(term.rank): term.code for term in terms(session, "secrecy")}
    return Words({**found, "volume_state": state_vocabulary()}, ranks)


def state_vocabulary() -> Vocabulary:
    """The states that a list can be narrowed to."""
    return Vocabulary([Choice(state, str(STATES[state])) for state in (IN_TRANSFER, ACCESSIONED)])


def class_name(session: Session, code: str) -> str:
    """A class with its name, e.g. `E1 道路广场`."""
    node = class_by_code(session, code)
    return f"{code} {node.name}" if node else code


def crumbs(project: Project, unit: UnitWorks | None = None, volume: Volume | None = None) -> Crumbs:
    """The way down to a record through the five levels; the last step is the page itself."""
    way: Crumbs = [
        (gettext("Catalogue"), url_for("catalogue.volumes")),
        (project.name, url_for("projects.show", code=project.code)),
    ]
    where = unit.code if unit else ""
    name = unit.name if unit else gettext("The project itself")
    way.append((name, url_for("catalogue.volumes", project=project.code, unit=where or None)))
    if volume is not None:
        way.append((_volume_name(volume), url_for("catalogue.volume", volume_id=volume.id)))
    return way


def closed(way: Crumbs) -> Crumbs:
    """The same way, its last step being the page that is open."""
    return [*way[:-1], (way[-1][0], None)]


def _volume_name(volume: Volume) -> str:
    return str(msg("Volume %(number)s", number=volume.volume_no))


def places_of(volume: Volume) -> list[Shown]:
    """The three independent identifiers."""
    return [
        {"label": str(PLACES["archival_code"]), "value": volume.archival_code, "kind": "code"},
        {"label": str(PLACES["accession_no"]), "value": volume.accession_no, "kind": "code"},
        {"label": str(PLACES["shelf_location"]), "value": volume.shelf_location, "kind": "code"},
        {"label": gettext("Entered into the holdings on"), "value": shown(volume.accessioned_on)},
    ]


def facts_of_volume(session: Session, volume: Volume, words: Words) -> list[Shown]:
    """A volume's description as a page shows it."""
    values = {
        **_values(volume, VOLUME_FIELDS, words),
        "class_code": class_name(session, volume.class_code),
    }
    described = [field for name, field in VOLUME_FIELDS.items() if name not in {"unit", "title"}]
    return [_fact(field, values[field.name]) for field in described] + further_of(session, volume, volume.class_code)


def facts_of_item(session: Session, item: Item, class_code: str, words: Words) -> list[Shown]:
    """An item's description as a page shows it."""
    values = _values(item, ITEM_FIELDS, words)
    described = [field for name, field in ITEM_FIELDS.items() if name not in {"unit", "title", "volume_no"}]
    return [_fact(field, values[field.name]) for field in described] + further_of(session, item, class_code)


def further_of(session: Session, record: Volume | Item, class_code: str) -> list[Shown]:
    """The further fields that a record has values in."""
    fields = further_fields(session, record.__tablename__, class_code)
    values = {EXTRA + key: value for key, value in record.extra.items()}
    return [_fact(field, values[field.name]) for field in fields if field.name in values]


def timeline(
    revisions: Iterable[Revision],
    kind: str,
    further: Sequence[FieldDescription],
    words: Words,
    names: Mapping[str, Mapping[int, str]],
) -> list[Shown]:
    """A record's history, newest first; `names` says what the ids in fields such as `unit_id` stand for."""
    return [
        {
            "id": revision.id,
            "when": local(revision.at).strftime("%Y-%m-%d %H:%M"),
            "who": revision.actor,
            "batch": revision.batch,
            "changes": [
                {
                    "field": name,
                    "label": label_of(kind, name, further),
                    "old": _named(name, old, words, names),
                    "new": _named(name, new, words, names),
                }
                for name, (old, new) in json.loads(revision.changes).items()
                if name not in _UNSHOWN
            ],
        }
        for revision in revisions
    ]


def _named(name: str, value: Any, words: Words, names: Mapping[str, Mapping[int, str]]) -> str:
    if name not in names:
        return said(name, value, words)
    return names[name].get(value, str(value)) if value else gettext("The project itself")


def label_of(kind: str, name: str, further: Sequence[FieldDescription] = ()) -> str:
    """What a field is called, whether a draft's, one of the office's or an identifier."""
    known = VOLUME_FIELDS if kind == VOLUME else ITEM_FIELDS
    own = {field.name: field for field in further}
    described = known.get(name) or own.get(name)
    if described is not None:
        return gettext(described.label)
    return str(PLACES.get(name, name.removeprefix(EXTRA)))


def said(name: str, value: Any, words: Words) -> str:
    """A field's value in words."""
    if name == "secrecy" and isinstance(value, int):
        return words.secrecy(value)
    if name in {"retention", "medium"} and value:
        return words.label(name, value)
    return str(shown(value))


def _values(record: Volume | Item, fields: Mapping[str, FieldDescription], words: Words) -> Shown:
    values = {name: getattr(record, name) for name in fields if hasattr(record, name)}
    return values | {
        "retention": words.label("retention", record.retention),
        "secrecy": words.secrecy(record.secrecy),
        "medium": words.label("medium", record.medium),
    }


def _fact(field: FieldDescription, value: Any) -> Shown:
    kind = {"integer": "number", "number": "number", "textarea": "long"}.get(field.kind, "text")
    return {"label": gettext(field.label), "value": shown(value), "unit": field.unit, "kind": kind}
