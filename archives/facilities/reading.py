"""From raw values to entries: the same reading for a form, a JSON record and a row of a list. Pure.

What people write in more ways than one is settled here: a share as 80, "80%" or 0.8, a population in 万, an answer as a
number, a count as an answer. What could mean two things is refused and not guessed.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Self

from archives.core.drafts import FieldDescription, Vocabularies, read, read_fields
from archives.core.language import msg
from archives.core.problems import Place, Problem
from archives.core.sheets.values import ValueFault, as_decimal, as_text
from archives.facilities.drafts import (
    AREA_FIELDS,
    BASIS,
    BODY,
    HOLDING,
    LEVEL,
    NOWHERE,
    RETURN_FIELDS,
    YES_NO,
    AreaDraft,
    Entry,
    ReturnDraft,
)
from archives.facilities.return_lists import COUNTED, LISTS, Lists
from archives.facilities.vocabularies import vocabularies

CATALOGUE = "databases.catalogue"
"""Told as an answer or as a share."""
KEYS: Mapping[str, str] = {
    "class": "city_class",
    "regulation_before": "rule_before",
    "has": "kind",
    "provincial_body": "body",
    "databases.audiovisual": "databases.audio_visual",
    "databases.catalog": "databases.catalogue",
}
"""Other names of fields in JSON."""
NEEDS_A_WAN = 3_500
"""A population below this is one in 万: the largest city has some 3 200 万, the smallest county several thousand."""
PROVINCE_NEEDS = 100_000
WAN = 10_000


@dataclass(frozen=True, slots=True)
class Source:
    """Where raw values come from: their place, the fields that the file speaks of, and how it heads each.

    Without `given`, the keys of the raw values are what is given.
    """

    place: Place = NOWHERE
    given: frozenset[str] | None = None
    headings: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Row:
    """The raw values of one row while they are settled."""

    values: dict[str, object]
    headings: dict[str, str]
    problems: list[Problem] = field(default_factory=list)
    says_persons: bool = False
    """The population names its unit, so it is not asked whether 万 was meant."""

    def refuse(self, name: str, problem: Problem) -> None:
        """The value cannot be used; the rest can."""
        self.values.pop(name, None)
        self.problems.append(problem)


@dataclass(frozen=True, slots=True)
class Reader:
    """What reading needs to know; made once for a file. `described` are the entries of its lists as fields."""

    vocabularies: Vocabularies
    lists: Lists
    described: Sequence[FieldDescription]

    @classmethod
    def of(cls, lists: Lists) -> Self:
        """A reader in the language that is spoken."""
        return cls(vocabularies(), lists, lists.every_field())

    def entry(self, raw: Mapping[str, Any], source: Source | None = None) -> Entry:
        """An entry as far as it could be read, with every fault at its cell."""
        source = source or Source()
        row = _flat(raw, source)
        spoken_of = frozenset(row.values if source.given is None else source.given)
        self._settle(row)
        given = spoken_of | {name for name, value in row.values.items() if value is not None}
        area = read(AreaDraft, row.values, self.vocabularies)
        figures = read(ReturnDraft, row.values, self.vocabularies)
        listed, faults = self._listed(row)
        told = {problem.field for problem in row.problems}
        problems = (*row.problems, *(p for p in (*area.problems, *figures.problems, *faults) if p.field not in told))
        every = [*problems, *self._unknown_fields(row.values)]
        if not row.says_persons and "population" not in told:
            every += _population_faults(area.draft)
        entry = Entry(area.draft, figures.draft, listed, (), given, source.place, row.headings)
        return replace(entry, faults=[entry.at(problem) for problem in every])

    def _settle(self, row: _Row) -> None:
        for name in [name for name in row.values if name.partition(".")[0] in LISTS]:
            self._settle_listed(row, name)
        _settle_population(row)
        _settle_share(row, "catalogue_rate")
        _settle_persons(row)
        self._settle_body(row)
        self._settle_basis(row)

    def _settle_listed(self, row: _Row, name: str) -> None:
        """An answer where a count belongs, and the other way round."""
        value, group = row.values[name], name.partition(".")[0]
        if isinstance(value, list | tuple):  # titles of regulations
            value = len(value)
        code = self.vocabularies[YES_NO].code(_plain(value)) if _plain(value) else None
        if name == CATALOGUE and _is_share(value):
            _put(row, "catalogue_rate", value, row.headings.get(name, name))
            value = None
        elif group in COUNTED and code and not _is_number(value):
            value = int(code == "yes")
        elif group not in COUNTED and code is None and _is_number(value):
            value = "yes"
        row.values[name] = value

    def _settle_body(self, row: _Row) -> None:
        """At a province, what there is may be told where other areas tell of 馆 and 室."""
        kind, told = _plain(row.values.get("kind")), _plain(row.values.get("body"))
        level = self.vocabularies[LEVEL].code(_plain(row.values.get("level")))
        body, holding = self.vocabularies[BODY].code(kind), self.vocabularies[HOLDING].code(kind)
        if level != "province" or told or not (body or holding):
            return
        if body is None:
            sentence = msg("It was taken for the body in the province's department; the field body says it plainly.")
            row.problems.append(Problem("kind.as_body", sentence, "kind", severity="warning"))
        _put(row, "body", body or "body", row.headings.get("kind", "kind"))
        if holding is None:
            row.values["kind"] = None

    def _settle_basis(self, row: _Row) -> None:
        """A way of counting that nobody listed is kept as it is written."""
        told = _plain(row.values.get("population_basis"))
        code = self.vocabularies[BASIS].code(told)
        if told and code is None:
            sentence = msg(
                "“%(text)s” is no listed way of counting; the class is told with that reserve.", text=told[:40]
            )
            row.problems.append(Problem("population_basis.unlisted", sentence, "population_basis", severity="warning"))
        row.values |= {"population_basis": code} if code else {}

    def _listed(self, row: _Row) -> tuple[dict[str, dict[str, Any]], list[Problem]]:
        described = [one for one in self.described if one.name in row.values]
        values, problems = read_fields(described, row.values, self.vocabularies)
        listed: dict[str, dict[str, Any]] = {}
        for one in described:
            group, _, code = one.name.partition(".")
            value = values.get(one.name)
            listed.setdefault(group, {})[code] = {"yes": True, "no": False}.get(str(value), value)
        told = {problem.field for problem in row.problems}
        negative = [_negative(name) for name, value in values.items() if isinstance(value, int) and value < 0]
        return listed, [problem for problem in (*problems, *negative) if problem.field not in told]

    def _unknown_fields(self, values: Mapping[str, object]) -> Iterator[Problem]:
        known = AREA_FIELDS | RETURN_FIELDS | {one.name for one in self.described}
        for name, value in values.items():
            if name not in known and _plain(value):
                sentence = msg("There is no field “%(name)s” here; it was not read.", name=str(name)[:60])
                yield Problem("field.unknown", sentence, str(name), severity="warning")


def _flat(raw: Mapping[str, Any], source: Source) -> _Row:
    """Nested records beside the other fields, each field under its own name; headings as the file gives them."""
    row = _Row({}, dict(source.headings))
    for key, value in raw.items():
        if key in LISTS and isinstance(value, Mapping):
            for inner, one in value.items():
                _put(row, f"{key}.{inner}", one)
        elif key in LISTS:
            if value is not None:
                sentence = msg("“%(name)s” must be a record of its entries.", name=key)
                row.problems.append(Problem(f"{key}.unreadable", sentence, key))
        else:
            _put(row, str(key), value)
    return row


def _put(row: _Row, key: str, value: object, heading: str = "") -> None:
    name = KEYS.get(key, key)
    row.values[name] = value
    row.headings.setdefault(name, heading or key)


def _settle_population(row: _Row) -> None:
    """“85.3万” and “853000人” say their unit; a bare number is persons."""
    text = _plain(row.values.get("population"))
    persons, wan = text.removesuffix("人"), text.removesuffix("人").removesuffix("万")
    try:
        if wan != persons:
            row.says_persons, count = True, as_decimal(wan)
            row.values["population"] = None if count is None else (count * WAN).to_integral_value()
        elif text != persons:
            row.says_persons = True
            row.values["population"] = as_decimal(persons)
        elif text and (number := as_decimal(text)) is not None and number != number.to_integral_value():
            row.refuse("population", _in_wan(number))
    except ValueFault as fault:
        row.refuse("population", Problem(f"population.{fault.code}", fault.message, "population"))


def _population_faults(area: AreaDraft) -> Iterator[Problem]:
    count = area.population or 0
    least = PROVINCE_NEEDS if area.level in {"ministry", "province", "municipality"} else NEEDS_A_WAN
    if 0 < count < least:
        yield _in_wan(Decimal(count))


def _in_wan(number: Decimal) -> Problem:
    sentence = msg(
        "%(number)s looks like a number of 万, and persons belong here: write %(persons)s, or “%(number)s万”.",
        number=f"{number.normalize():f}",
        persons=f"{(number * WAN).normalize():f}",
    )
    return Problem("population.in_wan", sentence, "population")


def _settle_share(row: _Row, name: str) -> None:
    """A share in percent: 80 and “80%” as they stand, 0.8 as 80 with a warning; 1 could be 1 % or 100 %."""
    value = row.values.get(name)
    text = _plain(value)
    if isinstance(value, bool) or not text:
        return
    try:
        if text.endswith("%"):
            row.values[name] = as_decimal(text.removesuffix("%"))
            return
        number = as_decimal(text)
    except ValueFault as fault:
        row.refuse(name, Problem(f"{name}.{fault.code}", fault.message, name))
        return
    if number == 1:
        sentence = msg("1 can be 1 percent or the whole: write 100 for the whole, or 1% as text.")
        row.refuse(name, Problem(f"{name}.ambiguous", sentence, name))
    elif number is not None and 0 < number < 1:
        row.values[name] = number * 100
        sentence = msg(
            "%(given)s was read as %(percent)s percent.", given=text, percent=f"{(number * 100).normalize():f}"
        )
        row.problems.append(Problem(f"{name}.as_fraction", sentence, name, severity="warning"))


def _settle_persons(row: _Row) -> None:
    """A share where a number of persons belongs is told as that."""
    for name in [name for name in row.values if name in _PERSONS]:
        text = _plain(row.values[name])
        share = text.endswith("%") or (text.startswith("0.") and text[2:].isdigit())
        if share:
            sentence = msg("“%(text)s” is a share; the number of persons belongs here.", text=text)
            row.refuse(name, Problem(f"{name}.share", sentence, name))


_PERSONS = frozenset(
    name
    for name, info in ReturnDraft.model_fields.items()
    if isinstance(info.json_schema_extra, dict) and info.json_schema_extra["unit"] == "persons"
)


def _negative(name: str) -> Problem:
    return Problem(f"{name}.too_small", msg("%(label)s must be at least %(least)s.", label=name, least=0), name)


def _plain(value: object) -> str:
    return unicodedata.normalize("NFKC", as_text(value)).strip()


def _is_number(value: object) -> bool:
    try:
        return not isinstance(value, bool) and as_decimal(value) is not None
    except ValueFault:
        return False


def _is_share(value: object) -> bool:
    """A number or percentage that tells how much is catalogued; 0 says that it is not."""
    return _plain(value).endswith("%") or (_is_number(value) and as_decimal(value) != 0)
