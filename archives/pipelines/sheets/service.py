"""The verbs of sheets: ask, make up, check, sign, refuse, withdraw. The only writer of sheets; every step is audited.

Making up and printing take seconds: `compose` and `press` do that without the database's write lock, and the verbs
look again at everything afterwards.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from archives.core import office
from archives.core.actors import Actor
from archives.core.audit import Subject, record
from archives.core.clock import now, today
from archives.core.drafts import read
from archives.core.errors import ConflictError, NotFoundError, RefusedError
from archives.core.files import ContentStore
from archives.core.language import msg
from archives.core.numbering import fill, next_number
from archives.core.permissions import require
from archives.pipelines import queries
from archives.pipelines.actions import ASK_SHEET, SIGN_SHEET
from archives.pipelines.areas import service as areas
from archives.pipelines.drafts import SheetDraft
from archives.pipelines.models import SavedArea, Sheet
from archives.pipelines.sheets.content import Content, compose, content_of
from archives.pipelines.sheets.press import Order, Print, order_of, press
from archives.pipelines.sheets.queries import people_of
from archives.pipelines.sheets.rules import (
    ASKED,
    CHECKED,
    HANDLED,
    ISSUED,
    REFUSED,
    STATES,
    STEPS,
    WITHDRAWN,
    EndDraft,
    RequestFacts,
    SheetStep,
    check_request,
    code_key,
    obstacles,
    step_from,
)
from archives.projects.models import Project
from archives.projects.queries import by_code
from gis.codes import standard

HANDLE, CHECK, SIGN = STEPS


def ask(
    session: Session, actor: Actor, values: Mapping[str, object], area_id: int | None, kinds: Sequence[str] = ()
) -> Sheet:
    """Ask for the sheet of an area; `values` are the draft's, raw. `kinds` are classes as `JS`; none means all.

    Raises RefusedError with everything that is wrong.
    """
    require(actor, ASK_SHEET)
    reading = read(SheetDraft, values, {})
    draft, area, project = reading.draft, _area(session, actor, area_id), _project(session, actor, reading.draft)
    facts = RequestFacts(
        square_metres=area.square_metres if area else None,
        most_km2=office.decided_number(session, "export_quota_km2"),
        kinds=kinds_on_offer(session, actor),
        project_known=project is not None,
    )
    problems = [*reading.problems, *check_request(draft, kinds, facts)]
    if problems or area is None:
        raise RefusedError(problems)
    sheet = Sheet(
        number=_next_number(session),
        state=ASKED,
        area_id=area.id,
        project_id=project.id if project else None,
        project_name=draft.project_name,
        recipient=draft.recipient,
        purpose=draft.purpose,
        contact=draft.contact,
        copies=draft.copies or 1,
        kinds=list(kinds),
        with_coordinates=draft.with_coordinates,
        clearance=actor.clearance,
        asked_by=actor.name,
        asked_by_id=actor.account_id,
        asked_at=now(),
    )
    session.add(sheet)
    session.flush()
    said = draft.model_dump(mode="json")
    _note(session, actor, sheet, "asked", ("", ASKED), area=area.id, kinds=sheet.kinds, request=said)
    return sheet


def kinds_on_offer(session: Session, actor: Actor) -> list[str]:
    """The classes of lines that the actor may ask for."""
    hidden = queries.hidden_kinds(session, actor)
    return [major for major, minor in standard().kinds if not minor and (major, "") not in hidden]


def _area(session: Session, actor: Actor, area_id: int | None) -> SavedArea | None:
    try:
        return areas.area_by_id(session, actor, area_id) if area_id is not None else None
    except NotFoundError:
        return None


def _project(session: Session, actor: Actor, draft: SheetDraft) -> Project | None:
    try:
        return by_code(session, actor, draft.project) if draft.project else None
    except NotFoundError:
        return None


def _next_number(session: Session) -> str:
    year = today().year
    sequence = next_number(session, f"pipeline_sheet:{year}")
    return fill(office.decided(session, "sheet_number"), {"year": year, "seq": sequence})


# Steps


def check_step(actor: Actor, sheet: Sheet, step: SheetStep) -> None:
    """Raise ForbiddenError, ConflictError or RefusedError unless the actor may take this step now."""
    require(actor, step.action)
    if sheet.state != step.from_state:
        raise ConflictError(msg("The sheet is in the state “%(state)s”.", state=STATES[sheet.state]))
    problems = obstacles(actor, people_of(sheet), sheet.secrecy)
    if problems:
        raise RefusedError(problems, problems[0].message)


def handle(session: Session, actor: Actor, sheet: Sheet, content: Content, files: ContentStore) -> None:
    """Take what `compose` made up as the sheet's content. Whoever does so must be cleared for what it shows."""
    _lock(session, sheet)
    check_step(actor, sheet, HANDLE)
    problems = obstacles(actor, (), content.rank)
    if problems:
        raise RefusedError(problems, problems[0].message)
    sheet.content_sha256 = content.keep(files)
    sheet.secrecy, sheet.segments, sheet.length = content.rank, content.segments, content.length
    sheet.handled_by, sheet.handled_by_id, sheet.handled_at = actor.name, actor.account_id, now()
    shown = {"segments": content.segments, "versions": content.versions, "secrecy": content.rank}
    _move(session, actor, sheet, HANDLED, "handled", content=sheet.content_sha256, **shown)


def check(session: Session, actor: Actor, sheet: Sheet) -> None:
    """Confirm that the sheet says what it should."""
    _lock(session, sheet)
    check_step(actor, sheet, CHECK)
    sheet.checked_by, sheet.checked_by_id, sheet.checked_at = actor.name, actor.account_id, now()
    _move(session, actor, sheet, CHECKED, "checked", content=sheet.content_sha256)


def prepare(session: Session, actor: Actor, sheet: Sheet, files: ContentStore, verify_at: str) -> Order:
    """What the signer would issue now: checks the step, writes nothing. `verify_at`: the public page's address."""
    check_step(actor, sheet, SIGN)
    return order_of(session, actor, sheet, content_of(sheet, files), verify_at)


def sign(session: Session, actor: Actor, sheet: Sheet, order: Order, prints: Sequence[Print]) -> None:
    """Issue the sheet with the copies that were printed from its order."""
    _lock(session, sheet)
    check_step(actor, sheet, SIGN)
    if order.data["number"] != sheet.number or len(prints) != sheet.copies:
        raise ConflictError(msg("What was printed is not this sheet. Sign it again."))
    sheet.verification, sheet.valid_until = code_key(order.code), order.valid_until
    sheet.prints = [one.as_dict() for one in prints]
    sheet.signed_by, sheet.signed_by_id, sheet.issued_at = actor.name, actor.account_id, now()
    _move(session, actor, sheet, ISSUED, "issued", prints=sheet.prints, valid_until=order.valid_until)


def make_up(session: Session, actor: Actor, sheet: Sheet, files: ContentStore) -> None:
    """Compose and handle in one go, for doors that nobody waits behind."""
    check_step(actor, sheet, HANDLE)
    handle(session, actor, sheet, compose(session, sheet), files)


def issue(session: Session, actor: Actor, sheet: Sheet, files: ContentStore, verify_at: str) -> None:
    """Prepare, print and sign in one go, for doors that nobody waits behind."""
    order = prepare(session, actor, sheet, files, verify_at)
    sign(session, actor, sheet, order, press(order, files))


# Ends


def refuse(session: Session, actor: Actor, sheet: Sheet, values: Mapping[str, object]) -> None:
    """Refuse the sheet instead of taking the step that it waits for; the reason is told to whoever asked."""
    _lock(session, sheet)
    step = step_from(sheet.state)
    if step is None:
        raise ConflictError(msg("The sheet is in the state “%(state)s”.", state=STATES[sheet.state]))
    require(actor, step.action)
    _end(session, actor, sheet, REFUSED, values)


def withdraw(session: Session, actor: Actor, sheet: Sheet, values: Mapping[str, object]) -> None:
    """Declare an issued sheet void; the public page says so from now on."""
    require(actor, SIGN_SHEET)
    _lock(session, sheet)
    if sheet.state != ISSUED:
        raise ConflictError(msg("Only an issued sheet can be withdrawn."))
    _end(session, actor, sheet, WITHDRAWN, values)


def _end(session: Session, actor: Actor, sheet: Sheet, state: str, values: Mapping[str, object]) -> None:
    reading = read(EndDraft, values, {})
    if reading.problems:
        raise RefusedError(reading.problems)
    sheet.refusal, sheet.ended_by, sheet.ended_at = reading.draft.reason, actor.name, now()
    _move(session, actor, sheet, state, state, reason=sheet.refusal)


def _lock(session: Session, sheet: Sheet) -> None:
    """Read the sheet again and hold it, so that two people cannot take the same step at once."""
    session.refresh(sheet, with_for_update=True)


def _move(session: Session, actor: Actor, sheet: Sheet, state: str, event: str, **details: Any) -> None:
    before, sheet.state = sheet.state, state
    session.flush()
    _note(session, actor, sheet, event, (before, state), **details)


def _note(session: Session, actor: Actor, sheet: Sheet, event: str, states: tuple[str, str], **details: Any) -> None:
    subject = Subject("pipeline_sheet", sheet.id, sheet.number)
    record(session, actor, f"sheet.{event}", subject, {"state": states}, **details)
