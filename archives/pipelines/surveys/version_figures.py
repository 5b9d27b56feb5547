"""What a reader may count of a version: its points, lines and findings without those of hidden kinds."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.pipelines import queries
from archives.pipelines.lines import store_of
from archives.pipelines.models import RuleCount, SurveyVersion
from archives.pipelines.surveys.service import MOST_FINDINGS
from gis.store.contract import EVERYWHERE, Total, Where

Found = Mapping[tuple[int, str, str], int]


@dataclass(frozen=True, slots=True)
class VersionFigures:
    """How much there is of a version, lengths in metres, and how many findings stand.

    `counted_to` is how many findings of one check are counted at most; 0 where all are.
    """

    points: int
    segments: int
    length: float
    errors: int
    warnings: int
    counted_to: int = 0


def figures_of_versions(session: Session, actor: Actor, versions: Sequence[SurveyVersion]) -> dict[int, VersionFigures]:
    """The figures of some versions by id; they are counted anew only for a reader from whom a kind is hidden."""
    hidden = queries.hidden_kinds(session, actor)
    if not hidden:
        return {one.id: _kept(one) for one in versions}
    return _counted(session, [one.id for one in versions], hidden)[0]


def report_of(session: Session, actor: Actor, version: SurveyVersion) -> tuple[VersionFigures, list[RuleCount]]:
    """A version's figures and its report by rule as the reader may see them; what is counted anew is not kept."""
    report, hidden = queries.rule_counts(session, version.id), queries.hidden_kinds(session, actor)
    if not hidden:
        return _kept(version), report
    figures, found = _counted(session, [version.id], hidden)
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (_, rule, severity), count in found.items():
        counts[rule][severity] = count
    return figures[version.id], [_seen(row, counts[row.rule]) for row in report]


def _kept(version: SurveyVersion) -> VersionFigures:
    return VersionFigures(version.points, version.segments, version.length, version.errors, version.warnings)


def _counted(session: Session, ids: Sequence[int], hidden: queries.Kinds) -> tuple[dict[int, VersionFigures], Found]:
    """The figures without hidden kinds, and the findings by version, check and severity."""
    found = queries.standing_findings(session, ids, hidden)
    by_severity: Counter[tuple[int, str]] = Counter()
    for (version_id, _, severity), count in found.items():
        by_severity[version_id, severity] += count
    lines, points = _totals(session, ids, hidden)
    return {
        one: VersionFigures(
            points[one].count,
            lines[one].count,
            lines[one].length,
            by_severity[one, "E"],
            by_severity[one, "W"],
            MOST_FINDINGS,
        )
        for one in ids
    }, found


def _totals(session: Session, ids: Sequence[int], hidden: queries.Kinds) -> tuple[dict[int, Total], dict[int, Total]]:
    """Sums over the segments and over the points of each version."""
    nothing = {one: Total({}, 0) for one in ids}
    if queries.store_system(session) is None:
        return nothing, nothing
    store, asked = store_of(session), (session.connection(), EVERYWHERE, Where(versions=ids, hidden=hidden))
    sums = (store.totals(*asked, ("version_id",)), store.point_totals(*asked, ("version_id",)))
    lines, points = ({**nothing, **{int(str(row.values["version_id"])): row for row in rows}} for rows in sums)
    return lines, points


def _seen(row: RuleCount, counts: Mapping[str, int]) -> RuleCount:
    state = "clean" if row.state == "found" and not sum(counts.values()) else row.state
    figures = {"errors": counts["E"], "warnings": counts["W"], "notes": counts["I"]}
    return RuleCount(rule=row.rule, position=row.position, state=state, reason=row.reason, **figures)
