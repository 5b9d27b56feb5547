"""What a sound organisation is, and when two are likely the same. Pure functions."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from archives.core.language import msg
from archives.core.problems import Problem
from archives.organisations.drafts import OrganisationDraft
from search.words import fold

CREDIT_CODE = "GB 32100-2015"
SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The signs of a unified social credit code, in the order of their values; no I, O, S, V, Z."""
WEIGHTS = tuple(pow(3, place, 31) for place in range(17))

_LEGAL_FORM = re.compile("(?:股份有限公司|有限责任公司|有限公司|公司)$")
_NOT_LETTERS = re.compile(r"[\W_]+")
_PHONE = re.compile(r"\+?\d[\d\s()-]{5,}\d(?:\s*(?:转|ext\.?|x|#)\s*\d{1,6})?", re.IGNORECASE)
_BETWEEN_PHONES = re.compile("[,，;；、/]")


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """The others: names (former ones too) and credit codes that are taken, and names by their key."""

    names: Collection[str] = frozenset()
    credit_codes: Mapping[str, str] = field(default_factory=dict)
    alike: Mapping[str, Collection[str]] = field(default_factory=dict)


def check_organisation(draft: OrganisationDraft, facts: OrganisationFacts) -> list[Problem]:
    """Everything wrong with one organisation; a name that is nearly another's is a warning."""
    return [*_check_name(draft, facts), *_check_credit_code(draft, facts), *check_phone(draft.phone)]


def name_key(name: str) -> str:
    """What is left of a name without spelling, brackets and legal form: equal for likely the same organisation."""
    plain = _NOT_LETTERS.sub("", fold(name))
    return _LEGAL_FORM.sub("", plain) or plain


def credit_code_fits(code: str) -> bool:
    """Whether the last sign of a unified social credit code is the one that the others ask for."""
    if len(code) != 18 or any(sign not in SIGNS for sign in code):
        return False
    total = sum(weight * SIGNS.index(sign) for weight, sign in zip(WEIGHTS, code[:17], strict=True))
    return SIGNS.index(code[17]) == -total % 31


def check_phone(phone: str, field_name: str = "phone") -> Iterator[Problem]:
    """Each number, where several are given, must look like one."""
    numbers = [number.strip() for number in _BETWEEN_PHONES.split(phone)]
    if phone and not all(_PHONE.fullmatch(number) for number in numbers):
        sentence = msg("“%(phone)s” is not a telephone number.", phone=phone[:40])
        yield Problem("phone.signs", sentence, field_name)


def _check_name(draft: OrganisationDraft, facts: OrganisationFacts) -> Iterator[Problem]:
    if draft.name in facts.names:
        sentence = msg("“%(name)s” is registered already.", name=draft.name)
        yield Problem("name.taken", sentence, "name")
        return
    if draft.name and not name_key(draft.name):
        yield Problem("name.no_words", msg("The name holds no words."), "name")
    alike = facts.alike.get(name_key(draft.name), ())
    if draft.name and alike:
        sentence = msg("There is already “%(names)s”. Is it the same?", names="、".join(sorted(alike)))
        yield Problem("name.alike", sentence, "name", severity="warning")


def _check_credit_code(draft: OrganisationDraft, facts: OrganisationFacts) -> Iterator[Problem]:
    code = draft.credit_code.upper()
    if code and not credit_code_fits(code):
        sentence = msg("%(code)s is not a unified social credit code: its last sign does not fit.", code=code)
        yield Problem("credit_code.check", sentence, "credit_code", CREDIT_CODE)
    elif code in facts.credit_codes:
        sentence = msg("%(code)s belongs to “%(name)s”.", code=code, name=facts.credit_codes[code])
        yield Problem("credit_code.taken", sentence, "credit_code", CREDIT_CODE)
