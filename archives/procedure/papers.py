"""What each paper of the procedure says: from the project, the move's draft and what was done before.

Papers are always in Chinese, whoever prints them. What only a later feature knows (the volumes of a transfer, the
machine's findings) comes from `registry.paper_facts[form]` and wins over what is said here.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from archives.core import clock as time
from archives.core.actors import Actor
from archives.core.drafts import Draft
from archives.core.language import DEFAULT_LANGUAGE, gettext, msg, speaking
from archives.core.registry import Registry
from archives.procedure import clocks, queries, wording
from archives.procedure.models import Step
from archives.procedure.rules import Situation
from archives.procedure.workflow import MOVES
from archives.projects import queries as projects
from archives.projects.models import Project, UnitWorks
from archives.reference import queries as reference
from archives.reference.models import DeadlineRule
from archives.reference.queries import ScopeBranch
from archives.reference.wording import basis, period

Data = dict[str, Any]

COUNTS = {
    "volumes": (msg("Volumes in all"), msg("volumes")),
    "text_volumes": (msg("Volumes of text"), msg("volumes")),
    "drawing_volumes": (msg("Volumes of drawings"), msg("volumes")),
    "discs": (msg("Discs"), msg("discs")),
    "photos": (msg("Photographs"), msg("photographs")),
    "videos": (msg("Video recordings"), msg("recordings")),
}
"""The counts that an application gives: what is counted, and its unit."""

KEEPERS = (msg("Client"), msg("Designer"), msg("Contractor"), msg("Supervisor"), msg("The archives"))


@dataclass(frozen=True, slots=True)
class Matter:
    """What a paper is written from."""

    session: Session
    actor: Actor
    project: Project
    draft: Any
    found: Situation

    def rule(self, name: str) -> DeadlineRule | None:
        """The deadline in use."""
        return reference.deadline(self.session, name)

    def last(self, *moves: str) -> Step | None:
        """The newest step of one of these moves."""
        return next((step for step in reversed(self.found.steps) if step.move in moves), None)


def facts_of(session: Session, actor: Actor, project: Project, form: str, draft: Draft, registry: Registry) -> Data:
    """All that a paper says but its head: see `archives.core.documents.papers` for the shape of each form."""
    further = registry.paper_facts.get(form)
    with speaking(DEFAULT_LANGUAGE):
        matter = Matter(session, actor, project, draft, queries.situation(session, project))
        own = _BUILDERS[form](matter)
        return own | (further(session, project.id) if further else {})


def _registration_form(matter: Matter) -> Data:
    draft, project = matter.draft, matter.project
    agent = {"name": draft.agent, "identity": draft.identity, "phone": draft.phone}
    return _given(
        project=_project_details(matter),
        parties=_parties(matter),
        permits=_permits(matter),
        units=_units(matter),
        agent=agent if draft.agent else None,
        registered_by=matter.actor.name,
        remarks=draft.opinion or project.note,
    )


def _commitment(matter: Matter) -> Data:
    draft, project = matter.draft, matter.project
    deadline, clause = _deadline_words(matter, _transfer_rule(matter))
    return _given(
        project=_project(matter),
        started=_day(project.started_on or project.planned_start),
        completed=_day(project.planned_end),
        client_head=_contact(draft.head, draft.head_phone),
        archivist=_contact(draft.clerk, draft.clerk_phone),
        archives_contact=_contact(draft.contact or matter.actor.name, draft.contact_phone),
        deadline=deadline,
        clause=clause,
    )


def _notice(matter: Matter) -> Data:
    draft = matter.draft
    deadline, clause = _deadline_words(matter, _transfer_rule(matter))
    template = reference.scope_template(matter.session, matter.project.works_type)
    branches = reference.scope_tree(matter.session, template)
    return _given(
        project=_project(matter),
        permit=draft.permit,
        deadline=deadline,
        clause=clause,
        requirements=_lines(draft.requirements),
        contact=_contact(draft.contact, draft.contact_phone),
        keepers=[str(keeper) for keeper in KEEPERS],
        scope=[row for branch in branches for row in _scope_rows(branch)],
        scope_source=_scope_source(branches),
    )


def _guidance_record(matter: Matter) -> Data:
    draft = matter.draft
    return _given(
        project=_project(matter),
        visited=_day(draft.on),
        place=draft.place or matter.project.address,
        stage=draft.stage or gettext("not given"),
        officers=_names(draft.officers) or [matter.actor.name],
        participants=_names(draft.participants),
        content=draft.opinion,
        advice=_lines(draft.advice),
        next_visit=_day(draft.next_visit),
    )


def _acceptance_receipt(matter: Matter) -> Data:
    draft, applied = matter.draft, _applied(matter)
    running = matter.found.running("pre_acceptance_check")
    handed_in = [{"name": name, "copies": 1, "form": gettext("original")} for name in _lines(draft.materials)]
    return _given(
        project=_project(matter),
        matter=str(MOVES[applied.move].label) if applied else "",
        counts=_counts(applied),
        materials=handed_in,
        submitted_by=_contact(_said(applied, "contact"), _said(applied, "phone")),
        received_by=_contact(draft.receiver or matter.actor.name, draft.receiver_phone),
        promised=_day(running.due_on) if running else "",
    )


def _rectification_notice(matter: Matter) -> Data:
    draft = matter.draft
    subject = MOVES[matter.found.round[0].move].label if matter.found.round else msg("Check")
    rounds = [step for step in matter.found.steps if MOVES[step.move].yields == "rectification_notice"]
    return _given(
        project=_project(matter),
        subject=str(subject),
        round=len(rounds),
        problems=[{"place": "", "message": line} for line in _lines(draft.problems)],
        due=_day(draft.due_on),
        contact=_contact(draft.contact or matter.actor.name, draft.contact_phone),
    )


def _pre_acceptance_opinion(matter: Matter) -> Data:
    return _given(**_opinion(matter), supplement_due=_day(matter.draft.supplement_due))


def _joint_acceptance_opinion(matter: Matter) -> Data:
    case = _said(matter.last("apply_joint"), "case_number")
    return _given(**_opinion(matter), case_number=case) | {"gaps": _gaps(matter)}


def _opinion(matter: Matter) -> Data:
    return {
        "project": _project(matter),
        **_permit_numbers(matter),
        "counts": _counts(_applied(matter)),
        "findings": _lines(matter.draft.findings),
        "passed": True,
        "conclusion": matter.draft.opinion,
        "steps": [_signature(step) for step in matter.found.round if step.move in _SIGNED],
    }


def _gap_commitment(matter: Matter) -> Data:
    draft = matter.draft
    _, clause = _deadline_words(matter, "gap_supplement")
    return _given(
        project=_project(matter),
        gaps=_gaps(matter),
        responsible=_contact(draft.responsible, draft.phone),
        clause=clause,
    )


def _transfer_form(matter: Matter) -> Data:
    draft = matter.draft
    return _given(
        project=_project(matter),
        accepted=_day(matter.project.completed_on),
        counts=_counts(matter.last("apply_transfer")),
        handed_by=draft.handed_by,
        received_by=draft.received_by,
        remarks=draft.opinion,
    ) | {"volumes": []}


def _receipt_certificate(matter: Matter) -> Data:
    form = queries.last_paper(matter.session, matter.project.id, "transfer_form")
    _, clause = _deadline_words(matter, _transfer_rule(matter))
    return _given(
        project=_project(matter),
        **_permit_numbers(matter),
        transfer_number=form.number if form else "",
        received=_said(matter.last("transfer"), "on"),
        counts=_counts(matter.last("apply_transfer")),
        basis=clause,
        officer=matter.draft.officer or matter.actor.name,
        director=matter.draft.director,
    )


def _overdue_notice(matter: Matter) -> Data:
    draft = matter.draft
    late = _late_clock(matter)
    _, clause = _deadline_words(matter, late.deadline)
    return _given(
        project=_project(matter),
        due=_day(late.due_on),
        days_overdue=clocks.days_overdue(late.due_on, time.today()),
        clause=clause,
        respond_by=_day(draft.due_on),
        owed=_lines(draft.owed),
        contact=_contact(draft.contact or matter.actor.name, draft.contact_phone),
    )


def _correction_order(matter: Matter) -> Data:
    draft = matter.draft
    late = _late_clock(matter)
    rule = matter.rule(late.deadline)
    found = clocks.fine_range(rule) if rule else None
    _, clause = _deadline_words(matter, late.deadline)
    return _given(
        project=_project(matter),
        facts=draft.opinion,
        due=_day(late.due_on),
        clause=clause,
        correct_by=_day(draft.due_on),
        fine_clause=found.clause if found else "",
        persons_share=wording.persons_share(found),
        remedies=draft.remedies,
        contact=_contact(draft.contact or matter.actor.name, draft.contact_phone),
    ) | {"fine_from": found.least if found else 0, "fine_to": found.most if found else 0}


_BUILDERS: dict[str, Callable[[Matter], Data]] = {
    "registration_form": _registration_form,
    "commitment": _commitment,
    "notice": _notice,
    "guidance_record": _guidance_record,
    "acceptance_receipt": _acceptance_receipt,
    "rectification_notice": _rectification_notice,
    "pre_acceptance_opinion": _pre_acceptance_opinion,
    "joint_acceptance_opinion": _joint_acceptance_opinion,
    "gap_commitment": _gap_commitment,
    "transfer_form": _transfer_form,
    "receipt_certificate": _receipt_certificate,
    "overdue_notice": _overdue_notice,
    "correction_order": _correction_order,
}
_SIGNED = frozenset({"check", "review", "pass_pre", "pass_joint"})


# Parts that several papers share


_MAY_BE_LEFT_OUT = frozenset(
    {
        "accepted",
        "agent",
        "case_number",
        "completed",
        "construction_permit",
        "director",
        "handed_by",
        "key_level",
        "location",
        "next_visit",
        "permit",
        "persons_share",
        "planning_permit",
        "received_by",
        "registered_by",
        "remarks",
        "remedies",
        "requirements",
        "scale",
        "started",
        "supplement_due",
    }
)
"""What a paper does without when there is nothing to say; everything else is printed empty."""


def _given(**data: Any) -> Data:
    return {name: value for name, value in data.items() if value or name not in _MAY_BE_LEFT_OUT}


def _project(matter: Matter) -> Data:
    project = matter.project
    return {
        "code": project.code,
        "name": project.name,
        "client": project.client.name,
        "address": project.address,
    }


def _project_details(matter: Matter) -> Data:
    project = matter.project
    place = f"{project.longitude:.6f}, {project.latitude:.6f}" if project.longitude and project.latitude else ""
    return _project(matter) | _given(
        works_type=_term(matter, "works_type", project.works_type),
        class_code=project.class_code,
        scale=_term(matter, "scale", project.scale),
        key_level=_term(matter, "key_level", project.key_level),
        started=_day(project.started_on or project.planned_start),
        completed=_day(project.completed_on or project.planned_end),
        location=place,
    )


def _parties(matter: Matter) -> list[Data]:
    return [
        {
            "role": _term(matter, "party_role", row.role),
            "name": row.organisation.name,
            "contact": row.organisation.contact,
            "phone": row.organisation.phone,
        }
        for row in projects.parties_of(matter.session, matter.project.id)
    ]


def _permits(matter: Matter) -> list[Data]:
    rows = projects.permits_of(matter.session, matter.project.id)
    return [{"kind": _term(matter, "permit_kind", row.kind), "number": row.number} for row in rows]


def _permit_numbers(matter: Matter) -> dict[str, str]:
    """The permits' numbers by kind, as the papers name them."""
    found: dict[str, str] = {}
    for row in projects.permits_of(matter.session, matter.project.id):
        found[row.kind] = f"{found[row.kind]}、{row.number}" if row.kind in found else row.number
    return {kind: found.get(kind, "") for kind in ("planning_permit", "construction_permit")}


def _units(matter: Matter) -> list[Data]:
    return [
        {
            "code": row.code,
            "name": row.name,
            "works_type": _term(matter, "works_type", row.works_type),
            "measures": _measures(matter, row),
        }
        for row in projects.units_of(matter.session, matter.project.id)
    ]


def _measures(matter: Matter, unit: UnitWorks) -> str:
    """The technical data that were given, as one line."""
    fields = reference.technical_fields(matter.session, unit.works_type)
    given = [(field, unit.technical.get(field.key)) for field in fields]
    return "，".join(f"{field.name} {value} {field.unit}".strip() for field, value in given if value not in (None, ""))


def _term(matter: Matter, kind: str, code: str) -> str:
    return reference.term(matter.session, kind, code).name if code else ""


def _scope_rows(branch: ScopeBranch) -> Iterator[Data]:
    """A heading has no marks; a document has one for each keeper."""
    node = branch.node
    marks = [] if branch.children else [mark if mark in "▲△" else "" for mark in node.marks]
    yield {"code": node.code, "name": node.name, "marks": marks}
    for child in branch.children:
        yield from _scope_rows(child)


def _scope_source(branches: Sequence[ScopeBranch]) -> str:
    if not branches:
        return ""
    node = branches[0].node
    source = reference.source_of(node)
    title = source.title if source else gettext("The office")
    known = gettext("verified") if node.verified else gettext("not yet verified")
    return f"{title} {node.clause}（{known}）"


def _deadline_words(matter: Matter, name: str) -> tuple[str, str]:
    """How long a deadline runs, and the clause that says so; what a paper set itself has neither."""
    rule = matter.rule(name)
    if rule is None:
        return "", ""
    return str(period(rule)), basis(rule)


def _transfer_rule(matter: Matter) -> str:
    return "pipeline_transfer" if matter.project.works_type == "pipeline" else "works_transfer"


def _applied(matter: Matter) -> Step | None:
    return matter.last("apply_pre", "apply_joint")


def _counts(applied: Step | None) -> list[Data]:
    if applied is None:
        return []
    return [
        {"name": str(label), "quantity": applied.facts[name], "unit": str(unit)}
        for name, (label, unit) in COUNTS.items()
        if applied.facts.get(name)
    ]


def _gaps(matter: Matter) -> list[Data]:
    return [
        {"code": gap.scope_code, "name": gap.title, "reason": gap.reason, "due": gap.due_on.isoformat()}
        for gap in matter.found.gaps
    ]


def _signature(step: Step) -> Data:
    return {
        "step": str(MOVES[step.move].label),
        "person": step.actor,
        "opinion": step.opinion,
        "date": time.local(step.at).date().isoformat(),
    }


def _late_clock(matter: Matter) -> Any:
    """The clock the draft names; it was open when the draft was read and no such move ends it."""
    return next(row for row in matter.found.clocks if str(row.id) == matter.draft.clock)


def _contact(name: str, phone: str) -> Data:
    return {"name": name, "phone": phone}


def _said(step: Step | None, name: str) -> str:
    return str(step.facts.get(name) or "") if step else ""


def _day(value: Any) -> str:
    return value.isoformat() if value else ""


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.replace("，", ",").replace("、", ",").split(",") if name.strip()]
