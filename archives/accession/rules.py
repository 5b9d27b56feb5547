"""The machine's check of a whole transfer, before any person's: completeness, counts, duplicates, files. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from archives.catalogue.rules import ARRANGEMENT
from archives.core.language import msg
from archives.core.problems import Problem

AFTER_COMPLETION = ("E1", "E2")
"""Groups of the filing scope that come into being with the completion acceptance (inferred from their names):
before it nobody can hand them over, so no check asks for them."""
CONDITION = "建设工程质量管理条例 16(2)"


@dataclass(frozen=True, slots=True)
class ScopeNodeFacts:
    """A leaf of the filing scope that the archives must receive."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class TransferFacts:
    """What the check looks at; `declared` are the counts that the applicant stated, by kind."""

    required: Sequence[ScopeNodeFacts] = ()
    filled: frozenset[str] = frozenset()
    gaps: frozenset[str] = frozenset()
    exempt: frozenset[str] = frozenset()
    volumes: int = 0
    items: int = 0
    volumes_without_items: Sequence[str] = ()
    page_mismatches: Sequence[tuple[str, int, int]] = ()
    repeated_files: Sequence[tuple[str, int]] = ()
    unmatched_files: Sequence[str] = ()
    open_faults: int = 0
    declared: Mapping[str, int] = field(default_factory=dict)
    counted: Mapping[str, int] = field(default_factory=dict)


def is_due(code: str, completed_on: date | None) -> bool:
    """Whether a document of the filing scope can exist yet."""
    return completed_on is not None or not code.startswith(AFTER_COMPLETION)


def check_transfer(facts: TransferFacts) -> list[Problem]:
    """Everything that stands in the way of the human check (errors), and what the checker should look at (warnings)."""
    return [
        *_check_presence(facts),
        *_check_scope(facts),
        *_check_counts(facts),
        *_check_volumes(facts),
        *_check_files(facts),
    ]


def _check_presence(facts: TransferFacts) -> list[Problem]:
    if facts.volumes == 0:
        return [Problem("transfer.empty", msg("No volume has been listed yet."), clause=CONDITION)]
    if facts.open_faults:
        sentence = msg("The last list has %(n)d rows with faults that were not put right.", n=facts.open_faults)
        return [Problem("transfer.open_faults", sentence)]
    return []


def _check_scope(facts: TransferFacts) -> list[Problem]:
    covered = facts.filled | facts.gaps | facts.exempt
    missing = [node for node in facts.required if node.code not in covered]
    return [
        Problem(
            "scope.unfilled",
            msg(
                "%(code)s %(name)s: no item fills it; it is neither on the gap list nor marked as not applicable.",
                code=node.code,
                name=node.name,
            ),
            clause=ARRANGEMENT,
        )
        for node in missing
    ]


def _check_counts(facts: TransferFacts) -> list[Problem]:
    return [
        Problem(
            "counts.differ",
            msg(
                "%(kind)s: declared %(declared)d, listed %(counted)d.", kind=msg(kind), declared=number, counted=counted
            ),
            field=kind,
            severity="warning",  # an application that was received is not amended; the checker decides
        )
        for kind, number in facts.declared.items()
        if (counted := facts.counted.get(kind, 0)) != number
    ]


def _check_volumes(facts: TransferFacts) -> list[Problem]:
    empty = [
        Problem("volume.no_items", msg("Volume %(number)s has no items.", number=number), clause=ARRANGEMENT)
        for number in facts.volumes_without_items
    ]
    pages = [
        Problem(
            "volume.pages_differ",
            msg(
                "Volume %(number)s counts %(said)d pages; its items end on page %(last)d.",
                number=number,
                said=said,
                last=last,
            ),
            clause=ARRANGEMENT,
            severity="warning",
        )
        for number, said, last in facts.page_mismatches
    ]
    return empty + pages


def _check_files(facts: TransferFacts) -> list[Problem]:
    twice = [
        Problem(
            "file.twice", msg("The same file stands at %(n)d items: %(name)s.", n=count, name=name), severity="warning"
        )
        for name, count in facts.repeated_files
    ]
    unmatched = [
        Problem("file.unmatched", msg("The file %(name)s belongs to no item.", name=name))
        for name in facts.unmatched_files
    ]
    return twice + unmatched
