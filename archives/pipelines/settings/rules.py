"""What the office may enter into the pipelines' settings: limits of checks, headers and codes of profiles. Pure."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from archives.core.language import msg
from archives.core.problems import Problem
from gis.codes import Codes, KindCode, folded
from gis.fields import Field, point_fields, segment_fields
from gis.survey.profile import Profile
from gis.tables import rows

RANGES: Mapping[str, tuple[float, float]] = {
    "m": (0, 10_000),
    "°": (0, 180),
    "MPa": (0, 100),
    "": (0, 1_000),
}
"""Between what a limit in a unit makes sense."""
OWN_RANGES: Mapping[tuple[str, str], tuple[float, float]] = {
    ("P7", "filler"): (-10_000, 10_000),
    ("P7", "other_filler"): (-10_000, 10_000),
    ("P7", "least"): (-500, 9_000),
    ("P7", "most"): (-500, 9_000),
    ("D5", "least_slope"): (0, 1),
    ("D5", "most_slope"): (0, 1),
    ("L5", "error_factor"): (1, 100),
    ("G4", "gross"): (1, 100),
    ("A5", "earliest_year"): (1800, 2100),
}
"""Limits whose sense is narrower or wider than their unit's. Below -500 m and above 9 000 m there is no ground."""
ORDERED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "P7": (("least", "most"),),
    "D2": (("least", "most"), ("most", "most_trenchless")),
    "D4": (("rise", "error_rise"),),
    "D5": (("angle", "error_angle"), ("least_slope", "most_slope")),
    "G3": (("distance", "search"),),
}
"""Limits of a check of which the first must not be above the second."""
MOST_CODES = 2_000
"""Codes of one office: the standard has 45, the largest list that was met some 300."""
LONGEST_HEADER = 200
_BETWEEN = re.compile(r"\s*(?:=|→|：|\t)\s*|\s+(?=\S+$)")


def limit_units(rule: str) -> dict[str, str]:
    """The limits of a check and the unit of each, in the table's order."""
    return {row["key"]: row["unit"] for row in rows("check_limits") if row["rule"] == rule}


def range_of(rule: str, name: str) -> tuple[float, float]:
    """Between what a limit makes sense."""
    return OWN_RANGES.get((rule, name)) or RANGES[limit_units(rule)[name]]


def limit_field(name: str, of: str) -> str:
    """The form's field of a limit for a class: `limit.most.PS`."""
    return f"limit.{name}.{of}".rstrip(".")


def check_limits(rule: str, limits: Mapping[tuple[str, str], float]) -> Iterator[Problem]:
    """Limits that make no sense: beyond their range, or the lower above the upper."""
    for (name, of), value in limits.items():
        least, most = range_of(rule, name)
        if not least <= value <= most:
            sentence = msg("This must lie between %(least)s and %(most)s.", least=f"{least:g}", most=f"{most:g}")
            yield Problem("limit.range", sentence, limit_field(name, of))
    for lower, upper in ORDERED.get(rule, ()):
        yield from _check_order(limits, lower, upper)


def _check_order(limits: Mapping[tuple[str, str], float], lower: str, upper: str) -> Iterator[Problem]:
    """The lower limit of each class against the upper one that counts for it."""
    for of in dict.fromkeys(of for name, of in limits if name in {lower, upper}):
        low, high = (_that_counts(limits, name, of) for name in (lower, upper))
        if low > high:
            sentence = msg("The lower limit %(low)s is above the upper one %(high)s.", low=f"{low:g}", high=f"{high:g}")
            yield Problem("limit.order", sentence, limit_field(lower if (lower, of) in limits else upper, of))


def _that_counts(limits: Mapping[tuple[str, str], float], name: str, of: str) -> float:
    return next(limits[name, key] for key in (of, of.partition("/")[0], "") if (name, key) in limits)


def fields_by_name() -> dict[str, Field]:
    """Every field that a header may mean; points first."""
    points = {field.name: field for field in point_fields()}
    return points | {field.name: field for field in segment_fields() if field.name not in points}


def check_profile(profile: Profile, codes: Codes) -> Iterator[Problem]:
    """Everything that is wrong with a profile, wherever it comes from."""
    if not profile.name.strip():
        yield Problem("name.missing", msg("The profile needs a name."), "name")
    if len(profile.name) > LONGEST_HEADER:
        yield Problem("name.too_long", msg("The name is longer than %(n)d characters.", n=LONGEST_HEADER), "name")
    yield from _check_headers(profile.headers)
    if len(profile.codes) > MOST_CODES:
        yield Problem("codes.too_many", msg("More than %(n)d codes.", n=MOST_CODES), "codes")
    for code, kind in profile.codes.items():
        if kind not in codes.kinds:
            sentence = msg("Code %(code)s: there is no kind of line %(kind)s.", code=code, kind="/".join(kind))
            yield Problem("codes.unknown_kind", sentence, "codes")


def _check_headers(headers: Mapping[str, str]) -> Iterator[Problem]:
    known = fields_by_name()
    for name, header in headers.items():
        if name not in known:
            yield Problem("headers.unknown_field", msg("There is no field %(name)s.", name=name), "headers")
        elif len(header) > LONGEST_HEADER:
            sentence = msg("The heading is longer than %(n)d characters.", n=LONGEST_HEADER)
            yield Problem("headers.too_long", sentence, header_field(name))
    for table in (point_fields(), segment_fields()):
        yield from _check_twice({field.name: headers[field.name] for field in table if field.name in headers})


def _check_twice(headers: Mapping[str, str]) -> Iterator[Problem]:
    """One column cannot mean two fields of the same table."""
    taken: dict[str, str] = {}
    for name, header in headers.items():
        first = taken.setdefault(folded(header), name)
        if first != name:
            sentence = msg("The column “%(header)s” is another field's already.", header=header)
            yield Problem("headers.twice", sentence, header_field(name))


def header_field(name: str) -> str:
    """The form's field of a field's header."""
    return f"header.{name}"


def codes_from(text: str, kind_of: Callable[[str], KindCode | None]) -> tuple[dict[str, KindCode], list[Problem]]:
    """The office's codes as people write them, a line each: `YS = PS/YS`; and the lines that say nothing."""
    found: dict[str, KindCode] = {}
    problems: list[Problem] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        code, meaning = _divided(line.strip())
        kind = kind_of(meaning) if code and meaning else None
        if kind is None:
            sentence = msg(
                "Line %(n)d, “%(line)s”: write code = kind, as YS = PS/YS.", n=number, line=line.strip()[:60]
            )
            problems.append(Problem("codes.unreadable", sentence, "codes"))
        else:
            found[code] = kind
    return found, problems


def _divided(line: str) -> tuple[str, str]:
    parts: Sequence[str] = _BETWEEN.split(line, maxsplit=1)
    return (parts[0].strip(), parts[1].strip()) if len(parts) == 2 else (line, "")


def codes_text(codes: Mapping[str, KindCode]) -> str:
    """The codes as `codes_from` reads them."""
    return "\n".join(f"{code} = {'/'.join(filter(None, kind))}" for code, kind in codes.items())
