"""The facilities' rows of the permission table."""

from typing import Any

from archives.core.actors import STAFF, Actor, Role
from archives.core.permissions import action, among, grant


def entered_by_another(actor: Actor, filed: Any) -> bool:
    """Nobody checks what he entered himself."""
    return filed is None or filed.entered_by is None or filed.entered_by != actor.account_id


def not_involved(actor: Actor, assessment: Any) -> bool:
    """Nobody approves an assessment that he claimed, scored, or gave the opinion on."""
    if assessment is None:
        return True
    named = {one.account_id for one in assessment.assessors}
    return actor.account_id not in {*assessment.entered_by, *named}


def own_sheet(actor: Actor, assessor: Any) -> bool:
    """An assessor who has an account scores by himself."""
    return assessor is not None and assessor.account_id is not None and assessor.account_id == actor.account_id


def sheet_of_paper(_actor: Actor, assessor: Any) -> bool:
    """The sheet of an expert without an account is entered for him."""
    return assessor is None or assessor.account_id is None


SEE = action("facilities.see", "See returns and their results", among(STAFF), grant(Role.AUTHORITY))
REGISTER = action("facilities.register", "Keep the register of administrative areas", grant(Role.AUTHORITY))
ENTER = action(
    "facilities.enter", "Enter yearly returns", grant(Role.AUTHORITY, Role.DIRECTOR, Role.REVIEWER, Role.GUIDANCE)
)
CHECK = action("facilities.check", "Check yearly returns", grant(Role.AUTHORITY, when=entered_by_another))
DECIDE = action("facilities.decide", "Make an edition of the targets", grant(Role.AUTHORITY))
REMIND = action("facilities.remind", "Remind areas of their yearly returns", grant(Role.AUTHORITY))
SCHEME = action("facilities.scheme", "Write schemes of grading", grant(Role.AUTHORITY))
CLAIM = action(
    "facilities.claim",
    "Assess one's own institution",
    grant(Role.AUTHORITY, Role.DIRECTOR, Role.REVIEWER, Role.GUIDANCE),
)
APPOINT = action("facilities.appoint", "Appoint assessors and conclude an assessment", grant(Role.AUTHORITY))
SCORE = action(
    "facilities.score",
    "Score as an assessor",
    grant(Role.AUTHORITY, when=sheet_of_paper),
    among({*STAFF, Role.AUTHORITY}, when=own_sheet),
)
APPROVE = action("facilities.approve", "Approve a grade", grant(Role.AUTHORITY, when=not_involved))
ACTIONS = (SEE, REGISTER, ENTER, CHECK, DECIDE, REMIND, SCHEME, CLAIM, APPOINT, SCORE, APPROVE)
