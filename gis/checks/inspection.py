"""The inspection (查错): all 51 rules over one survey, in the order of the table."""

from gis.checks import attributes, content, depths, joints, lines, points, surroundings
from gis.checks.context import CheckContext
from gis.checks.faults import located
from gis.checks.network import Network
from gis.checks.results import CLEAN, FOUND, NOT_APPLICABLE, NotApplicable, RuleResult, gather, with_faults
from gis.checks.subject import Check, Subject
from gis.survey.model import Survey

CHECKS: dict[str, Check] = {
    "F1": content.missing_columns,
    "F2": content.missing_values,
    "F3": content.wrong_types,
    "F4": content.unknown_codes,
    "F5": content.code_against_name,
    "F6": content.untidy_text,
    "P1": points.repeated_numbers,
    "P2": points.shared_places,
    "P3": points.lone_points,
    "P4": points.feature_or_appurtenance,
    "P5": points.map_numbers,
    "P6": points.out_of_range,
    "P7": points.odd_heights,
    "P8": points.crowded_points,
    "L1": lines.same_ends,
    "L2": lines.repeated_segments,
    "L3": lines.missing_ends,
    "L4": points.lone_points,
    "L5": lines.long_segments,
    "L6": lines.short_segments,
    "L7": lines.lone_segments,
    "L8": lines.unjoined_crossings,
    "L9": lines.dangling_points,
    "L10": lines.told_lengths,
    "L11": lines.unlinked_edges,
    "D1": depths.heights_disagree,
    "D2": depths.odd_depths,
    "D3": depths.steps_at_points,
    "D4": depths.reverse_falls,
    "D5": depths.odd_slopes,
    "D6": depths.shallow_wells,
    "D7": depths.thin_cover,
    "D8": depths.tops_above_ground,
    "T1": joints.wrong_connections,
    "T2": joints.wrong_turns,
    "T3": joints.size_at_points,
    "T4": joints.material_at_points,
    "T5": joints.narrower_downstream,
    "T6": joints.jumps_of_size,
    "T7": joints.loose_parts,
    "T8": joints.mixed_sewers,
    "A1": attributes.overfull_ducts,
    "A2": attributes.burial_against_ducts,
    "A3": attributes.material_against_class,
    "A4": attributes.pressure_and_voltage,
    "A5": attributes.impossible_dates,
    "A6": attributes.changes_along,
    "G1": surroundings.clashes,
    "G2": surroundings.under_buildings,
    "G3": surroundings.edge_matching,
    "G4": surroundings.accuracy,
}
"""What carries out each rule, by the codes of `checks.csv`."""


def run(survey: Survey, context: CheckContext) -> tuple[RuleResult, ...]:
    """One result a rule. Coordinates are metres in one plane CRS; never raises for what a survey holds."""
    subject = Subject(Network(survey, context.codes), context)
    return tuple(_result(code, check, subject) for code, check in CHECKS.items())


def _result(code: str, check: Check, on: Subject) -> RuleResult:
    """One rule. What reading found stands even where nothing else can be looked at."""
    setting, context, survey = on.context.rules[code], on.context, on.network.survey
    faults = [fault for fault in survey.faults if fault.rule == code]
    parts, reason = [], ""
    try:
        if not setting.active:
            raise NotApplicable("inactive")
        parts = list(check(on, setting))
    except NotApplicable as lacking:
        reason = lacking.reason
    findings = gather(code, setting, on.network, parts, context.false_alarms)
    if setting.active:
        findings = with_faults(findings, on.network, faults, located(on.network, faults), setting)
    if len(findings):
        return RuleResult(code, FOUND, findings)
    return RuleResult(code, NOT_APPLICABLE if reason else CLEAN, findings, reason)
