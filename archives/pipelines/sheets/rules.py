"""What a request for a sheet must be, who may take which step, and what a sheet's code looks like. Pure functions."""

import csv
import hashlib
import secrets
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from archives.core.actors import Actor
from archives.core.drafts import Draft, text
from archives.core.language import Message, current_language, msg
from archives.core.permissions import Action
from archives.core.problems import Problem
from archives.pipelines.actions import CHECK_SHEET, HANDLE_SHEET, SIGN_SHEET
from archives.pipelines.drafts import SheetDraft

ASKED, HANDLED, CHECKED, ISSUED, REFUSED, WITHDRAWN = (
    *("asked", "handled", "checked", "issued", "refused", "withdrawn"),
)
STATES: Mapping[str, Message] = {
    ASKED: msg("Asked for"),
    HANDLED: msg("Made up"),
    CHECKED: msg("Check confirmed"),
    ISSUED: msg("Issued"),
    REFUSED: msg("Request refused"),
    WITHDRAWN: msg("Withdrawn"),
}
"""A sheet's states in their order; the last two end it."""
VALID, EXPIRED = "valid", "expired"
STANDINGS: Mapping[str, Message] = {
    VALID: msg("Valid"),
    EXPIRED: msg("No longer valid: its time is over"),
    WITHDRAWN: msg("No longer valid: the archive withdrew it"),
}
"""What the public page says of a sheet."""
SQUARE_KILOMETRE = 1_000_000.0
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""The signs of a code: none that is mistaken for another when it is typed from paper."""
CODE_LENGTH = 20
"""31 signs in 20 places: 99 bits, which nobody guesses."""
DATA = Path(__file__).parent / "data"


class EndDraft(Draft):
    """Why a sheet is refused, or withdrawn."""

    reason: str = text("Reason", required=True, max_length=500, long=True)


@dataclass(frozen=True, slots=True)
class SheetStep:
    """One step of a sheet: what it is called, who may take it, and the states that it leads between."""

    name: str
    label: Message
    action: Action
    from_state: str
    to_state: str


STEPS = (
    SheetStep("handle", msg("Make up the sheet"), HANDLE_SHEET, ASKED, HANDLED),
    SheetStep("check", msg("Confirm the check"), CHECK_SHEET, HANDLED, CHECKED),
    SheetStep("sign", msg("Sign and issue"), SIGN_SHEET, CHECKED, ISSUED),
)
"""The steps after the request, in their order."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who took a step: by account where there is one, else by name."""

    name: str
    account_id: int | None

    def is_same(self, actor: Actor) -> bool:
        """Whether the actor is this person."""
        if self.account_id is not None or actor.account_id is not None:
            return self.account_id == actor.account_id
        return self.name == actor.name


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence of the sheet, or the reason of a limit, with its source; `verified` if somebody saw its text."""

    text_zh: str
    text_en: str
    source: str
    clause: str
    verified: bool

    def __str__(self) -> str:
        """In the reader's language."""
        return self.text_en if current_language() == "en" else self.text_zh

    @property
    def basis(self) -> str:
        """Where it stands, and that nobody compared it with the official text if so."""
        place = f"{self.source}{self.clause}"
        return place if self.verified else str(msg("%(place)s, not yet verified", place=place))


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """What the rules need to know: the area's size (None for no such area), the limit, kinds on offer, the project."""

    square_metres: float | None
    most_km2: int
    kinds: Collection[str]
    project_known: bool


def check_request(draft: SheetDraft, kinds: Collection[str], facts: RequestFacts) -> list[Problem]:
    """Everything wrong with a request beyond its single fields."""
    return [*_check_area(facts), *_check_kinds(kinds, facts), *_check_project(draft, facts)]


def _check_area(facts: RequestFacts) -> Iterator[Problem]:
    if facts.square_metres is None:
        yield Problem("area.missing", msg("Draw or choose the area first."), "area")
    elif facts.square_metres > facts.most_km2 * SQUARE_KILOMETRE:
        limit = continuous_limit()
        sentence = msg(
            "The area has %(size).2f km²; one sheet may cover at most %(most)d km². %(reason)s. Divide the works, "
            "or ask the archive how secret material is given out.",
            size=facts.square_metres / SQUARE_KILOMETRE,
            most=facts.most_km2,
            reason=limit,
        )
        yield Problem("area.too_large", sentence, "area", limit.basis)


def _check_kinds(kinds: Collection[str], facts: RequestFacts) -> Iterator[Problem]:
    unknown = sorted(set(kinds) - set(facts.kinds))
    if unknown:
        sentence = msg("These kinds of lines are not given out: %(kinds)s.", kinds="、".join(unknown)[:80])
        yield Problem("kinds.unknown", sentence, "kinds")


def _check_project(draft: SheetDraft, facts: RequestFacts) -> Iterator[Problem]:
    if draft.project and not facts.project_known:
        sentence = msg("There is no project %(code)s, or you may not see it.", code=draft.project)
        yield Problem("project.unknown", sentence, "project")


def obstacles(actor: Actor, before: Collection[Person], rank: int) -> list[Problem]:
    """Why this person cannot take the step now: took one before, or may not see what the sheet shows."""
    found = []
    if any(person.is_same(actor) for person in before):
        sentence = msg("You took an earlier step of this sheet; the four steps are taken by different people.")
        found.append(Problem("sheet.same_person", sentence))
    if rank > actor.clearance:
        found.append(Problem("sheet.clearance", msg("The sheet shows lines that are more secret than you may see.")))
    return found


def step_from(state: str) -> SheetStep | None:
    """The step that a sheet waits for."""
    return next((step for step in STEPS if step.from_state == state), None)


def standing_of(state: str, valid_until: date | None, today: date) -> str:
    """What the public page says of an issued sheet."""
    if state == WITHDRAWN:
        return WITHDRAWN
    return EXPIRED if valid_until is None or valid_until < today else VALID


def valid_until(issued_on: date, days: int) -> date:
    """The last day on which a sheet counts."""
    return issued_on + timedelta(days=days)


def new_code() -> str:
    """A code that nobody can guess, in groups that are easy to type: `7KQ3M-…`."""
    signs = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    return "-".join(signs[start : start + 5] for start in range(0, CODE_LENGTH, 5))


def code_key(code: str) -> str:
    """What the database keeps of a code: the SHA-256 of its signs, so that looking one up tells nothing of others."""
    signs = "".join(sign for sign in code.upper() if sign in ALPHABET)
    return hashlib.sha256(signs.encode()).hexdigest()


@cache
def statements() -> Mapping[str, Statement]:
    """The sentences that stand on every sheet, by key, in their order."""
    return {row["key"]: _statement(row, "text") for row in _rows("sheet_statements.csv")}


@cache
def continuous_limit() -> Statement:
    """Why a sheet covers no more than the office's setting `export_quota_km2`."""
    return next(_statement(row, "what") for row in _rows("sheet_limits.csv"))


def _statement(row: Mapping[str, str], text: str) -> Statement:
    return Statement(row[f"{text}_zh"], row[f"{text}_en"], row["source"], row["clause"], row["verified"] == "true")


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))
