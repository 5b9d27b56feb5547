"""What a verdict says in plain words, made where it is shown: 缺专业技术人员 3 人, 差 650 平方米, 缺除湿机."""

from collections.abc import Mapping

import numpy as np

from archives.core.language import Message, msg
from archives.facilities.evaluation import MET, MISSED, Outcome
from archives.facilities.returns import NO, Returns
from archives.facilities.standards.rows import LISTED, ListedRow, Measure
from archives.facilities.standards.tables import Edition

LACKING: Mapping[Measure, Message] = {
    "provincial_body": msg("There is neither a body nor a full-time post"),
    "has_archives": msg("There is no archives"),
    "has_either": msg("There is neither an archives nor an office"),
    "two_names": msg("Not yet one body with two names"),
    "provincial_rule": msg("There is no regulation of the provincial government"),
    "municipal_rule": msg("There is neither a regulation nor a normative document"),
    "lan": msg("There is no local network"),
    "computerised": msg("The archives work is not computerised"),
}
"""What a missed yes-or-no says."""
_QUALIFIED = msg("Short of %(number)s persons with this qualification")
SHORT: Mapping[Measure, Message] = {
    "staff": msg("Short of %(number)s staff"),
    "technical_share": msg("Short of %(number)s technical staff"),
    "floor_area": msg("Short of %(number)s square metres"),
    "receipts": msg("%(number)s projects were not received"),
    "accidents": msg("%(number)s major accidents"),
    "catalogue": msg("The catalogue database lacks %(number)s percent of the holdings"),
    "trained_share": msg("%(number)s persons lack the training"),
    "middle_title_share": _QUALIFIED,
    "engineer_share": _QUALIFIED,
    "high_school_share": _QUALIFIED,
    "college_share": _QUALIFIED,
    "bachelor_share": _QUALIFIED,
}
"""What a gap says, in its unit."""


def missing(outcome: Outcome, returns: Returns, edition: Edition, row: int) -> list[ListedRow]:
    """The entries of the outcome's list that are known to lack in one row."""
    if outcome.measure not in LISTED or outcome.verdict[row] != MISSED:
        return []
    kind = LISTED[outcome.measure]
    return [entry for entry in edition.listed[kind] if entry.required and returns.answer(kind, entry.code)[row] == NO]


def remark(outcome: Outcome, returns: Returns, edition: Edition, row: int) -> Message | None:
    """What is missing in one row, or what is to be told of one that complies; None if nothing is."""
    if outcome.verdict[row] == MET and outcome.actual[row] > outcome.upper[row]:
        most = msg("%(number)s persons", number=plain(outcome.upper[row]))
        return msg("Complies; above the band, which ends at %(most)s (our reading)", most=most)
    if outcome.verdict[row] != MISSED:
        return None
    if outcome.measure in LACKING:
        return LACKING[outcome.measure]
    if outcome.measure in LISTED:
        names = "、".join(entry.name for entry in missing(outcome, returns, edition, row))
        return msg("Lacks %(names)s", names=names)
    if np.isnan(outcome.gap[row]):
        return msg("The catalogue database is not complete")
    return Message(SHORT[outcome.measure].msgid, {"number": plain(outcome.gap[row])})


def plain(number: float) -> str:
    """A number as people write it: without a fraction if it has none."""
    return f"{number:.0f}" if float(number).is_integer() else f"{number:.2f}".rstrip("0").rstrip(".")
