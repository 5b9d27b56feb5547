"""What the audit calls the changes to facilities."""

from archives.core.language import Message, msg

EVENTS: dict[str, Message] = {
    "facilities.received": msg("Yearly returns taken in"),
    "facilities.submitted": msg("Yearly return submitted"),
    "facilities.accepted": msg("Yearly return accepted"),
    "facilities.decided": msg("Edition of the targets made"),
    "facilities.listed": msg("Entry of a list added, ended or taken up again"),
    "facilities.reminded": msg("Areas reminded of their yearly returns"),
    "facilities.bounded": msg("Boundaries of areas loaded"),
    "facilities.unbounded": msg("Boundaries of areas removed"),
    "facilities.scheme_written": msg("Scheme of grading written"),
    "facilities.scheme_changed": msg("Scheme of grading changed"),
    "facilities.scheme_in_force": msg("Scheme of grading put in force"),
    "facilities.scheme_dropped": msg("Scheme of grading dropped"),
    "facilities.assessment_begun": msg("Assessment begun"),
    "facilities.claimed": msg("Self-assessment saved"),
    "facilities.assessment_submitted": msg("Self-assessment submitted"),
    "facilities.appointed": msg("Assessor appointed"),
    "facilities.dismissed": msg("Assessor taken off"),
    "facilities.scored": msg("Assessor's scores entered"),
    "facilities.concluded": msg("Assessors' opinion entered"),
    "facilities.assessment_given_back": msg("Assessment given back"),
    "facilities.approved": msg("Grade approved"),
    "facilities.returned": msg("Yearly return given back"),
}
