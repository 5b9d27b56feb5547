"""Projects as pages show them: tabs, words for codes, groups of facts and of form fields, history."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.core.drafts import Choice, FieldDescription, Vocabulary, describe
from archives.core.history import Revision
from archives.core.language import Message, gettext, msg
from archives.core.problems import Problem
from archives.projects import content, queries
from archives.projects.actions import AMEND
from archives.projects.drafts import PARTIES, PERMITS, STATES, ProjectDraft, ProjectFilters, UnitWorksDraft
from archives.projects.models import Project, UnitWorks
from archives.projects.reading import Reader
from archives.reference.queries import class_by_code
from archives.web.application import here
from archives.web.forms import FormField, form_fields, shown
from archives.web.revisions import ShownRevision, shown_revisions

Shown = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Tab:
    """One page of a project's record; `argument` is what its endpoint calls the project's code."""

    label: Message
    endpoint: str
    argument: str = "code"


TABS = (
    Tab(msg("Overview"), "projects.show"),
    Tab(msg("Unit works"), "projects.units.index"),
    Tab(msg("Parties and permits"), "projects.parties"),
    Tab(msg("Procedure"), "procedure.show"),
    Tab(msg("Transfer"), "accession.show"),
    Tab(msg("Volumes"), "catalogue.volumes", "project"),
    Tab(msg("Pipelines"), "pipelines_of_project.show"),
    Tab(msg("History"), "projects.past"),
)
"""The pages of a project; those of later features are left out where the feature is not there."""


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that stand together, on the form and on the record's page."""

    label: Message
    names: tuple[str, ...]


GROUPS = (
    Group(
        msg("Project"),
        ("code", "name", "works_type", "class_code", "second_class", "scale", "key_level", "secrecy", "acceptance"),
    ),
    Group(msg("Place"), ("address", "district", "coordinates")),
    Group(msg("Parties"), ("client", "agent", "surveyor", "designer", "contractors", "supervisor")),
    Group(
        msg("Permits"),
        ("approval_no", "land_planning_permit", "land_permit", "planning_permit", "construction_permit"),
    ),
    Group(msg("Dates"), ("planned_start", "planned_end", "started_on", "completed_on")),
    Group(msg("Contact"), ("contact", "phone", "records_clerk", "note")),
)
OWN = msg("The office's own fields")
ELSEWHERE = frozenset({"Parties", "Permits"})
"""Groups that have a page of their own."""
ORGANISATIONS = ("client", "agent")
"""Fields that name one organisation, and so can suggest it."""
LISTS = frozenset({*PARTIES, *PERMITS})
"""Fields that may hold several values, mostly one: they begin with one line."""
TONES = {"accessioned": "good", "withdrawn": "muted", "rectifying": "warning", "transfer_rectifying": "warning"}


def tabs(project: Project, current: str) -> list[Shown]:
    """The pages of a project's record, as far as there are any."""
    return [
        {"label": str(tab.label), "href": _address(tab, project), "active": tab.endpoint == current}
        for tab in TABS
        if tab.endpoint in here().view_functions
    ]


def _address(tab: Tab, project: Project) -> str:
    arguments: Shown = {tab.argument: project.code}
    return url_for(tab.endpoint, **arguments)


def frame(actor: Actor, project: Project, current: str, *way: tuple[str, str | None]) -> Shown:
    """What every page of a project's record needs: its state, its tabs with the current one, and the way down to it.

    `way` leads on from the project, for pages below a tab.
    """
    own = (project.code, url_for("projects.show", code=project.code) if way else None)
    return {
        "project": project,
        "state": state_badge(project.state),
        "tabs_of": tabs(project, current),
        "may_amend": AMEND.allows(actor, project),
        "breadcrumbs": crumbs(own, *way),
    }


def crumbs(*way: tuple[str, str | None]) -> list[tuple[str, str | None]]:
    """The way down from the list of projects."""
    return [(gettext("Projects"), url_for("projects.index")), *way]


def state_vocabulary() -> Vocabulary:
    """The states of the procedure, as its feature declares them."""
    return Vocabulary([Choice(code, gettext(label)) for code, label in here().registry.states.items()])


def state_badge(state: str) -> Shown:
    """A state's colour and word."""
    return {"tone": TONES.get(state, "info"), "label": gettext(here().registry.states.get(state, state))}


@dataclass(frozen=True, slots=True)
class Words:
    """What fields and their values are called, for the length of a page."""

    session: Session
    reader: Reader
    fields: Mapping[str, FieldDescription]

    def label(self, name: str) -> str:
        """What a field is called; "" for one that is not shown."""
        return gettext(self.fields[name].label) if name in self.fields else ""

    def word(self, name: str, value: Any) -> str:
        """A value in the reader's words."""
        described = self.fields.get(name)
        if value in {"", None} or described is None:
            return ""
        if described.kind == "choice":
            return self.reader.vocabularies[described.vocabulary].label(str(value))
        if name in {"class_code", "second_class"}:
            node = class_by_code(self.session, str(value))
            return f"{value} {node.name}" if node else str(value)
        return value.isoformat() if isinstance(value, date) else str(value)

    def fact(self, name: str, value: Any) -> Shown:
        """One line of a record's page."""
        described = self.fields[name]
        kind = "long" if described.kind == "textarea" else ("code" if name == "code" else "text")
        return {"label": self.label(name), "value": self.word(name, value), "unit": described.unit, "kind": kind}

    def history(self, revisions: Iterable[Revision]) -> list[ShownRevision]:
        """A record's history in the reader's words."""
        return shown_revisions(revisions, self.label, self.word)


def words_of_project(session: Session) -> Words:
    """The words of a project's pages."""
    reader = queries.reader(session)
    own = {one.name: one for one in reader.own_fields}
    return Words(session, reader, describe(ProjectDraft) | own)


def words_of_unit(session: Session, works_type: str) -> Words:
    """The words of the pages of a unit works."""
    reader = queries.reader(session)
    technical = {one.name: one for one in reader.technical.get(works_type, ())}
    return Words(session, reader, describe(UnitWorksDraft) | technical)


def groups_of_facts(words: Words, values: Mapping[str, Any]) -> list[tuple[str, list[Shown]]]:
    """The overview of a project: each group's name and lines."""
    groups = [
        (str(group.label), [words.fact(name, values.get(name)) for name in group.names])
        for group in GROUPS
        if group.label.msgid not in ELSEWHERE
    ]
    own = [words.fact(one.name, values.get(one.name)) for one in words.reader.own_fields]
    return [*groups, (str(OWN), own)] if own else groups


def facts_of_unit(words: Words, unit: UnitWorks) -> tuple[list[Shown], list[Shown]]:
    """A unit works' particulars and its technical data."""
    values = content.of_unit(unit)
    plain = [words.fact(name, values[name]) for name in describe(UnitWorksDraft)]
    technical = [words.fact(name, values.get(name)) for name in words.fields if name.startswith(content.TECHNICAL)]
    return plain, technical


def groups_of_fields(
    reader: Reader, values: Mapping[str, Any], problems: Sequence[Problem], known: Project | None
) -> list[tuple[str, list[FormField | Shown]]]:
    """The form of a project: each group's name and fields."""
    described = [*describe(ProjectDraft).values(), *reader.own_fields]
    fields: dict[str, FormField] = form_fields(described, values, problems, reader.vocabularies)
    for name in ORGANISATIONS:
        fields[name].kind = "organisation"
    fields["code"].readonly = known is not None
    low = {name: asdict(one) | {"rows": 1} for name, one in fields.items() if name in LISTS}
    drawn: dict[str, FormField | Shown] = {**fields, **low, "coordinates": _on_map(fields["coordinates"])}
    groups = [(str(group.label), [drawn[name] for name in group.names]) for group in GROUPS]
    own = [drawn[one.name] for one in reader.own_fields]
    return [*groups, (str(OWN), own)] if own else groups


def points_of(project: Project) -> list[Shown]:
    """Where the project lies, for a map."""
    if project.longitude is None or project.latitude is None:
        return []
    return [{"longitude": project.longitude, "latitude": project.latitude, "label": project.name}]


def form_of_unit(
    reader: Reader, works_type: str, values: Mapping[str, Any], problems: Sequence[Problem], known: UnitWorks | None
) -> tuple[list[FormField], list[FormField]]:
    """The form of a unit works: its own fields, and the technical data of the works type."""
    plain = form_fields(describe(UnitWorksDraft).values(), values, problems, reader.vocabularies)
    plain["code"].readonly = known is not None
    technical = form_fields(reader.technical.get(works_type, ()), values, problems, reader.vocabularies)
    return list(plain.values()), list(technical.values())


def filter_fields(session: Session, values: Mapping[str, str], problems: Sequence[Problem]) -> list[FormField]:
    """The query above the list of projects."""
    known = {**queries.vocabularies_of(session), STATES: state_vocabulary()}
    return list(form_fields(describe(ProjectFilters).values(), values, problems, known).values())


def _on_map(field: FormField) -> Shown:
    """Two inputs beside a map; each takes whatever the one field takes half of."""
    longitude, _, latitude = str(shown(field.value)).partition(",")
    pair = (longitude.strip(), latitude.strip()) if latitude else (longitude.strip(), "")
    return asdict(field) | {"kind": "coordinates", "value": pair if longitude else None, "points": []}
