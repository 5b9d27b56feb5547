"""What verdicts, scopes, denominators and strengths are called."""

from collections.abc import Mapping

from archives.core.language import Message, current_language, msg
from archives.reference.rows import TermRow

VERDICTS: Mapping[str, tuple[str, Message, str]] = {
    "met": ("good", msg("met"), "circle-check"),
    "missed": ("bad", msg("missed"), "circle-x"),
    "unknown": ("warning", msg("not known"), "help"),
    "not_applicable": ("muted", msg("does not apply"), "minus"),
}
"""Tone, label and icon."""
SCOPES: Mapping[str, Message] = {
    "all": msg("all"),
    "with_institution": msg("those that have one"),
    "without_regulation": msg("those without a regulation before the plan"),
    "pooled": msg("four classes together"),
    "pooled_all": msg("four classes together, cities without an archives too"),
    "extra_large": msg("extra-large cities"),
    "large": msg("large cities"),
    "medium": msg("medium cities"),
    "small": msg("small cities"),
    "county": msg("counties"),
    "county_all": msg("counties, those without an archives or office too"),
    "city": msg("cities"),
}
DENOMINATORS: Mapping[str, Message] = {
    "provinces": msg("provinces, autonomous regions and municipalities"),
    "provinces_without_rule": msg("provinces that had no regulation"),
    "cities": msg("cities with city status"),
    "prefecture_cities": msg("prefecture-level cities"),
    "counties": msg("counties"),
    "counties_with_one": msg("counties with an archives or office"),
    "cities_with_one": msg("cities with an archives or office"),
    "archives": msg("archives"),
    "city_archives": msg("archives of cities"),
    "institutions": msg("archives and offices"),
    "county_institutions": msg("archives and offices of counties"),
    "institutions_with_projects_due": msg("archives and offices with projects due"),
}
STRENGTHS: Mapping[str, Message] = {
    "should": msg("should (应)"),
    "must": msg("must (要)"),
    "strive": msg("strive for (争取)"),
    "stated": msg("stated"),
}
GAPS: Mapping[str, Message] = {
    "persons": msg("%(number)s persons"),
    "m2": msg("%(number)s m²"),
    "projects": msg("%(number)s projects"),
    "kinds": msg("%(number)s kinds of equipment or databases"),
    "accidents": msg("%(number)s accidents"),
    "%": msg("%(number)s percent points"),
}
"""A sum of gaps in its unit."""
UNITS: Mapping[str, Message] = {
    "persons": msg("persons"),
    "m2": msg("m²"),
    "%": msg("%"),
    "accidents": msg("accidents"),
    "hours": msg("hours"),
}
KINDS: Mapping[str, Message] = {
    "each": msg("of each institution or area"),
    "rate": msg("rate over a set"),
    "person": msg("of each person"),
}


def name_of(row: TermRow) -> str:
    """What an edition or a scheme is called, in the reader's language."""
    return row.name_en if current_language() == "en" else row.name_zh
