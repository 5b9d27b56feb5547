"""What a sound volume and a sound item are: pure functions from draft and facts to problems, each with its clause."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from archives.catalogue.drafts import ItemDraft, VolumeDraft
from archives.catalogue.scope import NO_SCOPE, ScopeNames
from archives.core.language import Message, msg
from archives.core.problems import Problem, Severity

ARRANGEMENT = "GB/T 50328"
DESCRIPTION = "GB/T 50323"
EARLIEST = date(1840, 1, 1)
_FORMULA = re.compile(r"^[=+@]|^-[A-Za-z(]")
_NO_WORDS = re.compile(r"^[\W\d_]*$")
_VOLUME_NO = re.compile(r"[0-9A-Za-z\u4e00-\u9fff][0-9A-Za-z\u4e00-\u9fff./_()（）-]*")

VolumeKey = tuple[int, str]
"""Unit works' id (0 for the project itself) and volume number."""


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """What the rules need to know of the project that a list belongs to; ranks of secrecy as in the database."""

    id: int
    name: str
    client: str
    class_code: str
    secrecy: int
    today: date
    units: Mapping[str, int] = field(default_factory=dict)
    classes: Collection[str] = frozenset()
    scope: ScopeNames = NO_SCOPE
    secrecy_ranks: Mapping[str, int] = field(default_factory=dict)
    clearance: int = 4


def check_volume(draft: VolumeDraft, facts: ProjectFacts) -> list[Problem]:
    """Everything wrong with one volume that can be seen without looking at its neighbours."""
    found = [
        *_check_title(draft.title, "title"),
        *_check_number(draft.volume_no),
        *_check_unit(draft.unit, facts),
        *_check_class(draft.class_code, facts),
        *_check_secrecy(draft.secrecy, facts),
        *_check_day(draft.start_date, "start_date", facts),
        *_check_day(draft.end_date, "end_date", facts),
        *_check_day(draft.compiled_on, "compiled_on", facts),
    ]
    if draft.start_date and draft.end_date and draft.start_date > draft.end_date:
        found.append(_problem("dates.reversed", msg("The last date is before the first."), "end_date", DESCRIPTION))
    if not (draft.text_pages or draft.drawing_sheets or draft.other_count):
        sentence = msg("No pages, drawings or other pieces are counted.")
        found.append(_problem("volume.empty", sentence, "text_pages", ARRANGEMENT, "warning"))
    return found


def check_item(draft: ItemDraft, facts: ProjectFacts) -> list[Problem]:
    """Everything wrong with one item that can be seen without looking at its neighbours."""
    found = [
        *_check_title(draft.title, "title"),
        *_check_unit(draft.unit, facts),
        *_check_secrecy(draft.secrecy, facts),
        *_check_day(draft.formed_on, "formed_on", facts),
    ]
    if draft.page_from and draft.page_to and draft.page_from > draft.page_to:
        found.append(_problem("pages.reversed", msg("The last page is before the first."), "page_to", ARRANGEMENT))
    if draft.scope_code and not facts.scope.has(draft.scope_code):
        sentence = msg("The filing scope has no %(code)s.", code=draft.scope_code)
        found.append(_problem("scope.unknown", sentence, "scope_code", ARRANGEMENT))
    return found


def unit_of(name: str, facts: ProjectFacts) -> int | None:
    """The unit works that a list names by code or name; 0 for none named, None if the project has no such one."""
    return facts.units.get(name) if name else 0


def _check_title(title: str, field_name: str) -> list[Problem]:
    if _FORMULA.match(title):
        sentence = msg("The title begins like a formula. Write it as text.")
        return [_problem("title.formula", sentence, field_name)]
    if title and _NO_WORDS.match(title):
        sentence = msg("The title holds no words, only numbers or signs.")
        return [_problem("title.no_words", sentence, field_name, DESCRIPTION)]
    return []


def _check_number(volume_no: str) -> list[Problem]:
    if volume_no and not _VOLUME_NO.fullmatch(volume_no):
        sentence = msg("A volume number holds letters, digits and - / . ( ) only.")
        return [_problem("volume_no.signs", sentence, "volume_no", ARRANGEMENT)]
    return []


def _check_unit(name: str, facts: ProjectFacts) -> list[Problem]:
    if unit_of(name, facts) is None:
        sentence = msg("The project %(project)s has no unit works “%(name)s”.", project=facts.name, name=name[:40])
        return [_problem("unit.unknown", sentence, "unit")]
    return []


def _check_class(code: str, facts: ProjectFacts) -> list[Problem]:
    if code and code not in facts.classes:
        return [_problem("class.unknown", msg("There is no class %(code)s.", code=code[:20]), "class_code")]
    return []


def _check_secrecy(code: str, facts: ProjectFacts) -> list[Problem]:
    if code and facts.secrecy_ranks.get(code, 0) > facts.clearance:
        sentence = msg("This is more secret than you may handle.")
        return [_problem("secrecy.above_clearance", sentence, "secrecy")]
    return []


def _check_day(day: date | None, field_name: str, facts: ProjectFacts) -> list[Problem]:
    if day is None:
        return []
    if day > facts.today:
        return [_problem("date.future", msg("The date %(day)s lies in the future.", day=day), field_name, DESCRIPTION)]
    if day < EARLIEST:
        return [_problem("date.too_early", msg("The date %(day)s is too early.", day=day), field_name, DESCRIPTION)]
    return []


def _problem(
    code: str, sentence: Message, field_name: str, clause: str | None = None, severity: Severity = "error"
) -> Problem:
    return Problem(code, sentence, field_name, clause, severity)
