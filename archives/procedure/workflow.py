"""The procedure as one table: the states a project passes through, and the moves between them.

Pure: no database. What a move starts follows from its event and the deadline table, so an office that sets other
deadlines gets other clocks without a change here.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Literal

from archives.core.actors import EXTERNAL, STAFF, Role
from archives.core.drafts import Draft
from archives.core.language import Message, msg
from archives.core.permissions import Action
from archives.procedure import actions, drafts
from archives.reference.rows import Event

Mode = Literal["pre", "joint"]
MODES: tuple[Mode, ...] = ("pre", "joint")
"""Separate acceptance of the archive beforehand (预验收), or as part of the joint acceptance (联合验收)."""

Profile = Literal["three_step", "two_step"]
PROFILES: tuple[Profile, ...] = ("three_step", "two_step")
"""Check, review and approve by three people, or check and approve by two."""


class Phase(StrEnum):
    """The stretches of the way, as the page shows them."""

    REGISTRATION = "registration"
    WORKS = "works"
    ACCEPTANCE = "acceptance"
    COMPLETION = "completion"
    TRANSFER = "transfer"
    HOLDINGS = "holdings"


PHASE_LABELS = {
    Phase.REGISTRATION: msg("Registration"),
    Phase.WORKS: msg("Works"),
    Phase.ACCEPTANCE: msg("Acceptance of the archive"),
    Phase.COMPLETION: msg("Completion"),
    Phase.TRANSFER: msg("Transfer"),
    Phase.HOLDINGS: msg("Holdings"),
}


@dataclass(frozen=True, slots=True)
class State:
    """Where a project stands; `label` is a message."""

    code: str
    label: Message
    phase: Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One way onward.

    `to_state` None: the project stays where it is. `asks` is the draft of its form, `yields` the paper it issues.
    `event` is what happened, in the words of the deadline table: it starts the deadlines that run from it. `ends`
    names the deadlines it ends, `sets` the one whose last day its draft names. Whoever made a move of
    `different_person_from` since the round was opened may not make this one. `also_two_step` are states from which
    it may be made too where two people are enough.
    """

    name: str
    label: Message
    from_states: frozenset[str]
    to_state: str | None
    action: Action
    asks: type[Draft] = drafts.Remark
    yields: str | None = None
    event: Event | None = None
    ends: tuple[str, ...] = ()
    sets: str | None = None
    mode: Mode | None = None
    profile: Profile | None = None
    also_two_step: frozenset[str] = frozenset()
    different_person_from: tuple[str, ...] = ()
    opens_round: bool = False
    while_stopped: bool = False

    def starts_from(self, profile: Profile) -> frozenset[str]:
        """The states it may be made from under an approval profile."""
        return self.from_states | self.also_two_step if profile == "two_step" else self.from_states

    def fits(self, mode: str, profile: str) -> bool:
        """Whether it belongs to this kind of acceptance and this approval profile."""
        return self.mode in {None, mode} and self.profile in {None, profile}


_STATES = (
    State("registered", msg("Registered"), Phase.REGISTRATION),
    State("committed", msg("Commitment signed"), Phase.REGISTRATION),
    State("notified", msg("Notified"), Phase.REGISTRATION),
    State("guided", msg("Guided"), Phase.WORKS),
    State("collecting", msg("Collecting records"), Phase.WORKS),
    State("applied", msg("Acceptance applied for"), Phase.ACCEPTANCE),
    State("received", msg("Received for check"), Phase.ACCEPTANCE),
    State("checked", msg("Checked"), Phase.ACCEPTANCE),
    State("reviewed", msg("Reviewed"), Phase.ACCEPTANCE),
    State("rectifying", msg("To be put right"), Phase.ACCEPTANCE),
    State("passed", msg("Archive accepted"), Phase.ACCEPTANCE),
    State("completed", msg("Works completed"), Phase.COMPLETION),
    State("filed", msg("Filed for record"), Phase.COMPLETION),
    State("transfer_applied", msg("Transfer applied for"), Phase.TRANSFER),
    State("conformity_checked", msg("Conformity checked"), Phase.TRANSFER),
    State("conformity_reviewed", msg("Conformity reviewed"), Phase.TRANSFER),
    State("transfer_rectifying", msg("Transfer to be put right"), Phase.TRANSFER),
    State("conforming", msg("Conforming"), Phase.TRANSFER),
    State("transferred", msg("Transferred"), Phase.TRANSFER),
    State("certified", msg("Receipt certified"), Phase.TRANSFER),
    State("accessioned", msg("In the holdings"), Phase.HOLDINGS),
    State("withdrawn", msg("Withdrawn"), Phase.REGISTRATION),
)
STATES = {state.code: state for state in _STATES}
FIRST, LAST, WITHDRAWN = "registered", "accessioned", "withdrawn"


def _of(*codes: str) -> frozenset[str]:
    return frozenset(codes)


_REGISTRATION = _of("registered", "committed", "notified")
_WORKS = _of("guided", "collecting")
_ACCEPTANCE = _of("applied", "received", "checked", "reviewed", "rectifying")
_COMPLETION = _of("passed", "completed", "filed")
_CONFORMITY = _of("transfer_applied", "conformity_checked", "conformity_reviewed")
_TRANSFER = _CONFORMITY | _of("transfer_rectifying", "conforming")
_UNDER_WAY = frozenset(STATES) - _of(LAST, WITHDRAWN)
_STOPPABLE = _UNDER_WAY - _of("transferred", "certified")
_TRANSFER_DEADLINES = ("works_transfer", "pipeline_transfer", "reminder", "correction")

_MOVES = (
    # Registration and guidance
    Move(
        name="print_registration",
        label=msg("Issue the registration form"),
        from_states=_REGISTRATION,
        to_state=None,
        action=actions.REGISTER,
        asks=drafts.Registration,
        yields="registration_form",
    ),
    Move(
        name="commit",
        label=msg("Sign the commitment"),
        from_states=_of("registered"),
        to_state="committed",
        action=actions.REGISTER,
        asks=drafts.Commitment,
        yields="commitment",
    ),
    Move(
        name="notify",
        label=msg("Give notice of the requirements"),
        from_states=_of("committed"),
        to_state="notified",
        action=actions.REGISTER,
        asks=drafts.Notice,
        yields="notice",
    ),
    Move(
        name="guide",
        label=msg("Record guidance"),
        from_states=_of("notified", "guided"),
        to_state="guided",
        action=actions.GUIDE,
        asks=drafts.Guidance,
        yields="guidance_record",
        while_stopped=True,
    ),
    Move(
        name="collect",
        label=msg("Begin collecting"),
        from_states=_of("notified", "guided"),
        to_state="collecting",
        action=actions.GUIDE,
    ),
    Move(
        name="guide_on",
        label=msg("Record further guidance"),
        from_states=_of("collecting", "rectifying", "passed", "completed", "filed", "transfer_rectifying"),
        to_state=None,
        action=actions.GUIDE,
        asks=drafts.Guidance,
        yields="guidance_record",
        while_stopped=True,
    ),
    # Acceptance of the archive
    Move(
        name="apply_pre",
        label=msg("Apply for pre-acceptance"),
        from_states=_of("collecting"),
        to_state="applied",
        action=actions.APPLY,
        asks=drafts.Application,
        mode="pre",
    ),
    Move(
        name="apply_joint",
        label=msg("Apply for joint acceptance"),
        from_states=_of("collecting"),
        to_state="applied",
        action=actions.APPLY,
        asks=drafts.JointApplication,
        mode="joint",
    ),
    Move(
        name="receive",
        label=msg("Receive for check"),
        from_states=_of("applied"),
        to_state="received",
        action=actions.REGISTER,
        asks=drafts.Receipt,
        yields="acceptance_receipt",
        event="pre_acceptance_application",
        opens_round=True,
    ),
    Move(
        name="decline",
        label=msg("Return the application"),
        from_states=_of("applied"),
        to_state="collecting",
        action=actions.REGISTER,
        asks=drafts.Reason,
    ),
    Move(
        name="check",
        label=msg("Check"),
        from_states=_of("received"),
        to_state="checked",
        action=actions.CHECK,
        asks=drafts.Judgement,
        event="pre_acceptance",
        ends=("pre_acceptance_check",),
    ),
    Move(
        name="review",
        label=msg("Review"),
        from_states=_of("checked"),
        to_state="reviewed",
        action=actions.REVIEW,
        asks=drafts.Judgement,
        profile="three_step",
        different_person_from=("check",),
    ),
    Move(
        name="rectify",
        label=msg("Ask to put right"),
        from_states=_of("received", "checked", "reviewed"),
        to_state="rectifying",
        action=actions.RECTIFY,
        asks=drafts.Rectification,
        yields="rectification_notice",
        ends=("pre_acceptance_check", "pre_acceptance_opinion"),
        sets="rectification",
    ),
    Move(
        name="resubmit",
        label=msg("Report that it was put right"),
        from_states=_of("rectifying"),
        to_state="received",
        action=actions.APPLY,
        asks=drafts.Resubmission,
        event="pre_acceptance_application",
        ends=("rectification", "reminder", "correction"),
        opens_round=True,
    ),
    Move(
        name="note_gap",
        label=msg("Note a gap"),
        from_states=_of("received", "checked", "reviewed"),
        to_state=None,
        action=actions.RECTIFY,
        asks=drafts.GapNote,
        mode="joint",
    ),
    Move(
        name="promise_gaps",
        label=msg("Promise to fill the gaps"),
        from_states=_of("received", "checked", "reviewed"),
        to_state=None,
        action=actions.APPLY,
        asks=drafts.Promise,
        yields="gap_commitment",
        mode="joint",
    ),
    Move(
        name="pass_pre",
        label=msg("Approve and issue the pre-acceptance opinion"),
        from_states=_of("reviewed"),
        also_two_step=_of("checked"),
        to_state="passed",
        action=actions.APPROVE,
        asks=drafts.Pass,
        yields="pre_acceptance_opinion",
        ends=("pre_acceptance_opinion",),
        mode="pre",
        different_person_from=("check", "review"),
    ),
    Move(
        name="pass_joint",
        label=msg("Approve and issue the opinion for joint acceptance"),
        from_states=_of("reviewed"),
        also_two_step=_of("checked"),
        to_state="passed",
        action=actions.APPROVE,
        asks=drafts.JointPass,
        yields="joint_acceptance_opinion",
        ends=("pre_acceptance_opinion",),
        mode="joint",
        different_person_from=("check", "review"),
    ),
    Move(
        name="fill_gap",
        label=msg("Receive a missing document"),
        from_states=_ACCEPTANCE | _COMPLETION | _TRANSFER,
        to_state=None,
        action=actions.RECEIVE,
        asks=drafts.FilledGap,
        mode="joint",
        while_stopped=True,
    ),
    # Completion
    Move(
        name="complete",
        label=msg("Report the completion acceptance"),
        from_states=_of("passed"),
        to_state="completed",
        action=actions.APPLY,
        asks=drafts.Completion,
        event="completion_acceptance",
    ),
    Move(
        name="file_record",
        label=msg("Report the filing for record"),
        from_states=_of("completed"),
        to_state="filed",
        action=actions.APPLY,
        asks=drafts.Filing,
        event="record_filing",
        ends=("record_filing",),
    ),
    Move(
        name="file_record_later",
        label=msg("Report the filing for record later"),
        from_states=_TRANSFER | _of("transferred", "certified", LAST),
        to_state=None,
        action=actions.APPLY,
        asks=drafts.Filing,
        event="record_filing",
        ends=("record_filing",),
    ),
    # Transfer
    Move(
        name="apply_transfer",
        label=msg("Apply for the transfer"),
        from_states=_of("completed", "filed"),
        to_state="transfer_applied",
        action=actions.APPLY,
        asks=drafts.TransferApplication,
        event="transfer_application",
        opens_round=True,
    ),
    Move(
        name="check_conformity",
        label=msg("Check conformity"),
        from_states=_of("transfer_applied"),
        to_state="conformity_checked",
        action=actions.CHECK,
        asks=drafts.Judgement,
    ),
    Move(
        name="review_conformity",
        label=msg("Review conformity"),
        from_states=_of("conformity_checked"),
        to_state="conformity_reviewed",
        action=actions.REVIEW,
        asks=drafts.Judgement,
        profile="three_step",
        different_person_from=("check_conformity",),
    ),
    Move(
        name="approve_conformity",
        label=msg("Approve conformity"),
        from_states=_of("conformity_reviewed"),
        also_two_step=_of("conformity_checked"),
        to_state="conforming",
        action=actions.APPROVE,
        asks=drafts.Judgement,
        ends=("conformity_check",),
        different_person_from=("check_conformity", "review_conformity"),
    ),
    Move(
        name="rectify_transfer",
        label=msg("Ask to put the transfer right"),
        from_states=_CONFORMITY,
        to_state="transfer_rectifying",
        action=actions.RECTIFY,
        asks=drafts.Rectification,
        yields="rectification_notice",
        ends=("conformity_check",),
        sets="rectification",
    ),
    Move(
        name="resubmit_transfer",
        label=msg("Report that the transfer was put right"),
        from_states=_of("transfer_rectifying"),
        to_state="transfer_applied",
        action=actions.APPLY,
        asks=drafts.Resubmission,
        event="transfer_application",
        ends=("rectification",),
        opens_round=True,
    ),
    Move(
        name="transfer",
        label=msg("Hand over and sign"),
        from_states=_of("conforming"),
        to_state="transferred",
        action=actions.RECEIVE,
        asks=drafts.Transfer,
        yields="transfer_form",
        event="transfer",
        ends=_TRANSFER_DEADLINES,
    ),
    Move(
        name="certify",
        label=msg("Issue the receipt certificate"),
        from_states=_of("transferred"),
        to_state="certified",
        action=actions.RECEIVE,
        asks=drafts.Certificate,
        yields="receipt_certificate",
        ends=("receipt_certificate",),
    ),
    Move(
        name="enter",
        label=msg("Enter into the holdings"),
        from_states=_of("certified"),
        to_state=LAST,
        action=actions.ENTER,
        asks=drafts.Entry,
    ),
    # At any time
    Move(
        name="remind",
        label=msg("Send an overdue notice"),
        from_states=_UNDER_WAY,
        to_state=None,
        action=actions.REMIND,
        asks=drafts.Reminder,
        yields="overdue_notice",
        sets="reminder",
    ),
    Move(
        name="order_correction",
        label=msg("Order to correct within a time limit"),
        from_states=_UNDER_WAY,
        to_state=None,
        action=actions.ORDER,
        asks=drafts.Order,
        yields="correction_order",
        sets="correction",
    ),
    Move(
        name="request_extension",
        label=msg("Ask for an extension"),
        from_states=_UNDER_WAY,
        to_state=None,
        action=actions.APPLY,
        asks=drafts.Extension,
        while_stopped=True,
    ),
    Move(
        name="extend",
        label=msg("Grant an extension"),
        from_states=_UNDER_WAY,
        to_state=None,
        action=actions.EXTEND,
        asks=drafts.Extension,
        while_stopped=True,
    ),
    Move(
        name="stop",
        label=msg("Note that works stop"),
        from_states=_STOPPABLE,
        to_state=None,
        action=actions.SUSPEND,
        asks=drafts.Stop,
    ),
    Move(
        name="resume",
        label=msg("Note that works go on"),
        from_states=_STOPPABLE,
        to_state=None,
        action=actions.SUSPEND,
        asks=drafts.Resumption,
        while_stopped=True,
    ),
    Move(
        name="withdraw",
        label=msg("Withdraw the registration"),
        from_states=_REGISTRATION | _WORKS | _ACCEPTANCE,
        to_state=WITHDRAWN,
        action=actions.WITHDRAW,
        asks=drafts.Reason,
        while_stopped=True,
    ),
    Move(
        name="reinstate",
        label=msg("Take the registration up again"),
        from_states=_of(WITHDRAWN),
        to_state=FIRST,
        action=actions.REINSTATE,
        asks=drafts.Reason,
    ),
)
MOVES = {move.name: move for move in _MOVES}

_ASIDE = frozenset({"decline", "rectify", "rectify_transfer", "withdraw", "reinstate"})
ONWARD = frozenset(move.name for move in _MOVES if move.to_state is not None) - _ASIDE
"""The moves that take a project nearer to the holdings."""

OWN_CLOCKS = {
    "rectification": msg("Put right what the notice lists"),
    "reminder": msg("Answer the overdue notice"),
    "correction": msg("Obey the order to correct"),
}
"""Clocks whose last day a paper sets; every other clock comes from the deadline table."""


def allowed(state: str, mode: str, profile: Profile, *, stopped: bool = False) -> list[Move]:
    """The moves that lead on from a state, in the order of the table; while works are stopped, the few that may."""
    return [
        move
        for move in _MOVES
        if state in move.starts_from(profile) and move.fits(mode, profile) and _in_time(move, stopped)
    ]


def _in_time(move: Move, stopped: bool) -> bool:
    """Works that stand still can be resumed; works that go on cannot."""
    return move.while_stopped if stopped else move.name != "resume"


def waiting_for(roles: Collection[Role], profile: Profile) -> list[Move]:
    """The moves by which people of these roles take projects onward, each by their own hand.

    The counter may enter for a client what came on paper, but it is the client that such a move waits for.
    """
    external = not EXTERNAL.isdisjoint(roles) and STAFF.isdisjoint(roles)
    return [
        move
        for move in _MOVES
        if move.name in ONWARD
        and (move.action is actions.APPLY) == external
        and any(not grant.roles.isdisjoint(roles) for grant in move.action.grants)
        and move.profile in {None, profile}
    ]


RUN_HERE: frozenset[str] = frozenset(name for move in _MOVES for name in move.ends) - OWN_CLOCKS.keys()
"""The rules of the deadline table that the procedure runs: those that some move ends."""


def is_still_ended(deadline: str, state: str) -> bool:
    """Whether a move that ends the deadline still lies ahead of a state; if not, the duty was met before."""
    return any(deadline in MOVES[name].ends for name in moves_ahead(state))


@cache
def moves_ahead(state: str) -> frozenset[str]:
    """Every move that can follow, at once or later, under any mode and profile."""
    seen, waiting, names = {state}, [state], set()
    while waiting:
        here = waiting.pop()
        for move in _MOVES:
            if here in move.starts_from("two_step"):
                names.add(move.name)
                if move.to_state is not None and move.to_state not in seen:
                    seen.add(move.to_state)
                    waiting.append(move.to_state)
    return frozenset(names)
