"""What the report card of an area says."""

from archives.core.clock import today
from archives.core.documents.facility_papers import CardFact, CardResult, FacilityCard
from archives.core.language import gettext, msg
from archives.facilities.results import presenting
from archives.facilities.results.judging import Judged
from archives.facilities.results.words import VERDICTS, name_of
from archives.facilities.standards.tables import load_standards


def card_of(judged: Judged, issuer: str) -> FacilityCard:
    """The card of one area and year; `issuer` is the office that prints it."""
    results = [one for one in presenting.shown_results(judged.evaluation, 0) if one.verdict != "not_applicable"]
    met, missed, unknown = (sum(one.verdict == verdict for one in results) for verdict in ("met", "missed", "unknown"))
    summary = msg(
        "Of %(all)d targets that apply, %(met)d are met, %(missed)d are missed and %(unknown)d are not known.",
        all=len(results),
        met=met,
        missed=missed,
        unknown=unknown,
    )
    return FacilityCard(
        institution=issuer,
        date=today().isoformat(),
        area=judged.area.name or judged.area.code,
        year=str(judged.asked.year),
        edition=name_of(judged.evaluation.edition.about),
        scheme=name_of(load_standards().scheme(judged.asked.scheme)),
        facts=[CardFact(label=label, value=value) for label, value in presenting.facts_of(judged)],
        results=[
            CardResult(
                target=one.target,
                name=one.name,
                actual=one.actual,
                required=one.required,
                verdict=str(VERDICTS[one.verdict][1]),
                gap=one.gap,
            )
            for one in results
        ],
        summary=str(summary),
        signatures=[
            CardFact(label=gettext("Filled in by"), value=judged.signed.filled_by),
            CardFact(label=gettext("Checked by"), value=judged.signed.checked_by),
            CardFact(label=gettext("Signed by"), value=judged.signed.signed_by),
            CardFact(label=gettext("Signed on"), value=judged.signed.signed_on),
        ],
    )
