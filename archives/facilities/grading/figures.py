"""The figures that a formula may look at: their names, what they are called, and their values in a return."""

from collections.abc import Mapping

from archives.core.drafts import describe
from archives.core.language import Message, gettext, msg
from archives.facilities.drafts import ReturnDraft
from archives.facilities.grading.formulas import Figures
from archives.facilities.models import YearlyReturn
from archives.facilities.return_lists import LISTS, Lists

ANSWERS = ("lan", "computerised")
_OF_THE_AREA: Mapping[str, Message] = {
    "population": msg("Population"),
    "two_names": msg("One body, two names"),
    "has_archives": msg("There is an archives institution"),
    "has_institution": msg("There is an archives institution or office"),
}
_OWN = tuple(
    one.name for one in describe(ReturnDraft).values() if one.name != "year" and one.kind in {"integer", "number"}
)


def labels(lists: Lists) -> dict[str, str]:
    """Every name with its label, in the language that is spoken."""
    described = describe(ReturnDraft)
    found = {name: str(label) for name, label in _OF_THE_AREA.items()}
    found |= {name: gettext(described[name].label) for name in (*_OWN, *ANSWERS)}
    return found | {one.name: one.label for one in lists.every_field()}


def names(lists: Lists) -> frozenset[str]:
    """Every name that a formula may use."""
    return frozenset(labels(lists))


def figures_of(filed: YearlyReturn | None) -> Figures:
    """What a return tells, by name; without a return nothing is known."""
    if filed is None:
        return {}
    found: dict[str, bool | int | float | None] = {
        "population": filed.population,
        "two_names": filed.two_names,
        "has_archives": filed.has == "archives" if filed.has else None,
        "has_institution": filed.has in {"archives", "office"} if filed.has else None,
    }
    found |= {name: getattr(filed, name) for name in (*_OWN, *ANSWERS)}
    return found | {f"{group}.{code}": value for group in LISTS for code, value in getattr(filed, group).items()}
