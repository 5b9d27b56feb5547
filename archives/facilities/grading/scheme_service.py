"""The verbs of schemes, their only writer: write, copy, change item by item, put in force, drop.

A scheme in force never changes, so that an assessment by it can be looked at again; who wants another makes a copy.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from archives.core import history
from archives.core.actors import Actor
from archives.core.audit import Changes, Subject, record
from archives.core.clock import now
from archives.core.drafts import read
from archives.core.errors import ConflictError, NotFoundError, RefusedError
from archives.core.language import msg
from archives.core.permissions import require
from archives.core.problems import Problem, errors_in
from archives.facilities.actions import SCHEME
from archives.facilities.grading import content as parts
from archives.facilities.grading import queries
from archives.facilities.grading.content import Content, Grade, Group, Item, Way
from archives.facilities.grading.drafts import GradeDraft, GroupDraft, ItemDraft, SchemeDraft
from archives.facilities.grading.figures import names
from archives.facilities.grading.models import IN_FORCE, WRITING, GradeScheme
from archives.facilities.grading.rules import check_grade, check_head, check_item, check_scheme, said
from archives.facilities.grading.shipped import load_shipped
from archives.facilities.queries import lists
from archives.facilities.vocabularies import vocabularies

Part = TypeVar("Part")
KIND = "grade_scheme"
"""What the audit and the history call a scheme."""
Facts = Mapping[str, object]


def write(session: Session, actor: Actor, facts: Facts) -> GradeScheme:
    """Begin an empty scheme. Raises RefusedError. Audited."""
    require(actor, SCHEME)
    return _made(session, actor, _head(session, facts), Content(), "")


def copy(session: Session, actor: Actor, facts: Facts, origin: GradeScheme) -> GradeScheme:
    """Make a new version from a scheme: its items and grades under a head of its own. Raises RefusedError. Audited."""
    require(actor, SCHEME)
    return _made(session, actor, _head(session, facts), content_of(origin), origin.code)


def copy_shipped(session: Session, actor: Actor, facts: Facts, code: str) -> GradeScheme:
    """The same from a scheme that comes with the program. Raises NotFoundError, RefusedError. Audited."""
    require(actor, SCHEME)
    shipped = load_shipped()
    return _made(session, actor, _head(session, facts), shipped.content(shipped.scheme(code).code), code)


def change_head(session: Session, actor: Actor, scheme: GradeScheme, facts: Facts, version: str) -> None:
    """Change what a scheme is called and how many points it has. Raises ConflictError, RefusedError. Audited."""
    _require_writing(actor, scheme, version)
    changes = history.apply(scheme, _values(_head(session, facts, scheme)))
    _keep(session, actor, scheme, changes)


def put_group(session: Session, actor: Actor, scheme: GradeScheme, facts: Facts, version: str, key: str = "") -> None:
    """Add a group, or change the one with this key. Raises ConflictError, RefusedError. Audited."""
    _require_writing(actor, scheme, version)
    reading, content = read(GroupDraft, facts, {}), content_of(scheme)
    if reading.problems:
        raise RefusedError(reading.problems)
    if not key:
        _change(session, actor, scheme, parts.with_group(content, reading.draft.name), ("", reading.draft.name))
        return
    group = _there(content.group(key))
    changed = parts.changed(content, replace(group, name=reading.draft.name))
    _change(session, actor, scheme, changed, (group.name, reading.draft.name))


def put_item(
    session: Session, actor: Actor, scheme: GradeScheme, facts: Facts, version: str, *, group: str = "", key: str = ""
) -> None:
    """Add an item to a group, or change the one with this key. Raises ConflictError, RefusedError. Audited."""
    _require_writing(actor, scheme, version)
    reading, content = read(ItemDraft, facts, {}), content_of(scheme)
    draft = reading.draft
    problems = [*reading.problems, *check_item(draft, names(lists(session)))]
    if problems or draft.points is None:
        raise RefusedError(problems)
    item = Item(key, draft.wording, draft.points, draft.own_number, draft.evidence, draft.formula)
    if key:
        before = _there(content.item(key))
        _change(session, actor, scheme, parts.changed(content, item), (described(before), described(item)))
    else:
        made = parts.with_item(content, _there(content.group(group)).key, item)
        _change(session, actor, scheme, made, ("", described(item)))


def put_grade(session: Session, actor: Actor, scheme: GradeScheme, facts: Facts, version: str, key: str = "") -> None:
    """Add a grade, or change the one with this key. Raises ConflictError, RefusedError. Audited."""
    _require_writing(actor, scheme, version)
    reading, content = read(GradeDraft, facts, vocabularies()), content_of(scheme)
    draft = reading.draft
    others = [one for one in content.grades if one.key != key]
    problems = [*reading.problems, *check_grade(draft, others, parts.exact(scheme.total))]
    if problems or draft.least is None:
        raise RefusedError(problems)
    grade = Grade(key, draft.name, draft.least, draft.national)
    if key:
        before = _there(content.grade(key))
        _change(session, actor, scheme, parts.changed(content, grade), (described(before), described(grade)))
    else:
        _change(session, actor, scheme, parts.with_grade(content, grade), ("", described(grade)))


def move(session: Session, actor: Actor, scheme: GradeScheme, key: str, way: Way, version: str) -> None:
    """Move a group or an item one place up or down. Raises ConflictError. Audited."""
    _require_writing(actor, scheme, version)
    content = content_of(scheme)
    part = _part(content, key)
    moved = parts.moved(content, key, way)
    if moved != content:
        _change(session, actor, scheme, moved, (described(part), described(part)))


def take_out(session: Session, actor: Actor, scheme: GradeScheme, key: str, version: str) -> None:
    """Take out a group with its items, an item or a grade. Raises ConflictError. Audited."""
    _require_writing(actor, scheme, version)
    content = content_of(scheme)
    part = _part(content, key)
    _change(session, actor, scheme, parts.without(content, key), (described(part), ""))


def put_in_force(session: Session, actor: Actor, scheme: GradeScheme, version: str) -> None:
    """From now on it is used, and never changes. Raises ConflictError, RefusedError with every fault. Audited."""
    _require_writing(actor, scheme, version)
    problems = errors_in(faults_of(scheme))
    if problems:
        raise RefusedError(problems)
    changes = history.apply(scheme, {"state": IN_FORCE, "decided_by": actor.name, "decided_at": now()})
    session.flush()
    history.keep(session, actor, KIND, scheme.id, changes)
    record(session, actor, "facilities.scheme_in_force", _subject(scheme), changes)


def drop(session: Session, actor: Actor, scheme: GradeScheme, version: str) -> None:
    """Throw away a scheme that is not in force. Raises ConflictError. Audited."""
    _require_writing(actor, scheme, version)
    record(session, actor, "facilities.scheme_dropped", _subject(scheme), {"name": (scheme.name, None)})
    session.delete(scheme)
    session.flush()


def content_of(scheme: GradeScheme) -> Content:
    """A scheme's groups, items and grades."""
    return parts.taken_from(scheme.content)


def faults_of(scheme: GradeScheme) -> list[Problem]:
    """What stands in the way of putting a scheme in force, and what is to be thought of."""
    return check_scheme(content_of(scheme), parts.exact(scheme.total), is_partial=scheme.is_partial)


def described(part: Group | Item | Grade) -> str:
    """A part in one line, for the history."""
    match part:
        case Group():
            return part.name
        case Item():
            return "；".join(filter(None, (part.number, part.text, said(part.points), part.evidence, part.formula)))
        case Grade():
            return f"{part.name} ≥ {said(part.least)}{f'（{part.national}）' if part.national else ''}"


def _head(session: Session, facts: Facts, own: GradeScheme | None = None) -> SchemeDraft:
    reading = read(SchemeDraft, facts, {})
    taken = queries.codes(session) - ({own.code} if own is not None else set())
    problems = [*reading.problems, *check_head(reading.draft, taken | {row.code for row in load_shipped().schemes})]
    if problems:
        raise RefusedError(problems)
    return reading.draft


def _values(draft: SchemeDraft) -> dict[str, Any]:
    return {**draft.model_dump(exclude={"total"}), "total": float(draft.total or Decimal(0))}


def _made(session: Session, actor: Actor, draft: SchemeDraft, content: Content, origin: str) -> GradeScheme:
    scheme = GradeScheme(
        **_values(draft), state=WRITING, content=parts.kept(content), copied_from=origin, created_at=now()
    )
    session.add(scheme)
    session.flush()
    changes = {"name": (None, scheme.name), "total": (None, scheme.total)}
    record(session, actor, "facilities.scheme_written", _subject(scheme), changes, copied_from=origin)
    return scheme


def _change(session: Session, actor: Actor, scheme: GradeScheme, content: Content, said_of: tuple[str, str]) -> None:
    scheme.content = parts.kept(content)
    _keep(session, actor, scheme, {"part": said_of})


def _keep(session: Session, actor: Actor, scheme: GradeScheme, changes: Changes) -> None:
    session.flush()
    if changes:
        history.keep(session, actor, KIND, scheme.id, changes)
        record(session, actor, "facilities.scheme_changed", _subject(scheme), changes)


def _require_writing(actor: Actor, scheme: GradeScheme, version: str) -> None:
    require(actor, SCHEME)
    if scheme.state != WRITING:
        raise ConflictError(msg("A scheme in force never changes; make a new version from it."))
    if version != str(scheme.version):
        raise ConflictError(msg("Somebody else changed this scheme meanwhile. Open it again; nothing was stored."))


def _part(content: Content, key: str) -> Group | Item | Grade:
    found = content.group(key) or content.item(key) or content.grade(key)
    if found is None:
        raise NotFoundError
    return found


def _there(part: Part | None) -> Part:
    if part is None:
        raise NotFoundError
    return part


def _subject(scheme: GradeScheme) -> Subject:
    return Subject(KIND, scheme.id, scheme.code)
