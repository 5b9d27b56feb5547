"""Which registered area each outline of a file is of, by code or name, and what is wrong with the rest. Pure."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from archives.core.language import msg
from archives.core.problems import Place, Problem


@dataclass(frozen=True, slots=True)
class Registered:
    """An area of the register; `parent_id` is None at the top."""

    id: int
    code: str
    name: str
    parent_id: int | None


@dataclass(frozen=True, slots=True)
class Matching:
    """For each outline its area, None for one that is left out; why; and the areas that got none."""

    areas: Sequence[Registered | None]
    problems: Sequence[Problem]
    missing: Sequence[Registered]

    @property
    def matched(self) -> list[Registered]:
        """The areas that have an outline, each once, by code."""
        found = {one.id: one for one in self.areas if one is not None}
        return sorted(found.values(), key=lambda one: one.code)


def matching(values: Sequence[str], is_area: Sequence[bool], register: Sequence[Registered]) -> Matching:
    """`values` are what the chosen column says, `is_area` whether there is a polygon; rows are numbered from 1."""
    by_code = {one.code: one for one in register}
    by_name = defaultdict[str, list[Registered]](list)
    for one in register:
        by_name[_plain(one.name)].append(one)
    found: list[Registered | None] = []
    problems: list[Problem] = []
    first: dict[int, int] = {}
    for row, (value, is_one) in enumerate(zip(values, is_area, strict=True), 1):
        area, problem = _area_of(value, is_one, by_code, by_name)
        if area is not None and first.setdefault(area.id, row) != row:
            sentence = msg("%(name)s stands in row %(row)s too; both are joined.", name=area.name, row=first[area.id])
            problem = Problem("boundary.again", sentence, severity="warning")
        if problem is not None:
            problems.append(problem.at(Place(row=row)))
        found.append(area)
    return Matching(found, problems, [one for one in register if one.id not in first])


def _area_of(
    value: str, is_area: bool, by_code: Mapping[str, Registered], by_name: Mapping[str, Sequence[Registered]]
) -> tuple[Registered | None, Problem | None]:
    if not value:
        return None, _left_out("empty", msg("The column is empty here."))
    named = by_name.get(_plain(value), ())
    area = next((by_code[code] for code in _codes(value) if code in by_code), None)
    if area is None and len(named) > 1:
        codes = "、".join(one.code for one in named)
        return None, _left_out("several", msg("Several areas are called %(name)s: %(codes)s.", name=value, codes=codes))
    area = area or (named[0] if named else None)
    if area is None:
        return None, _left_out("unknown", msg("No area “%(name)s” is registered.", name=value[:60]))
    if not is_area:
        return None, _left_out("shape", msg("%(name)s has no closed outline here.", name=area.name or area.code))
    return area, None


def _left_out(code: str, sentence: object) -> Problem:
    return Problem(f"boundary.{code}", msg("Left out: %(why)s", why=sentence), severity="warning")


def _codes(value: str) -> list[str]:
    """The codes that a cell may mean: as it stands, a number read with a fraction, one that was cut or filled."""
    digits = re.sub(r"\.0+$", "", unicodedata.normalize("NFKC", value).strip())
    if not (digits.isascii() and digits.isdecimal()):
        return [value]
    return [value, digits, digits.ljust(6, "0"), re.sub(r"0{6}$", "", digits) if len(digits) == 12 else digits]


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())
