"""What stands in a move's way: pure functions from a project's situation, a draft and its actor to problems."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from archives.core.actors import Actor
from archives.core.drafts import Draft
from archives.core.language import Message, msg
from archives.core.problems import Problem
from archives.procedure.clocks import days_overdue
from archives.procedure.models import Clock, Gap, Step
from archives.procedure.workflow import MOVES, Move, Profile


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything about a project that decides what may be done next. `clocks` and `gaps` are the open ones."""

    state: str
    mode: str
    profile: Profile
    is_stopped: bool
    steps: Sequence[Step]
    clocks: Sequence[Clock]
    gaps: Sequence[Gap]
    started_on: date | None
    completed_on: date | None
    today: date

    @property
    def round(self) -> list[Step]:
        """The steps since a check was last opened, the opening one first; oldest first."""
        opened = [index for index, step in enumerate(self.steps) if MOVES[step.move].opens_round]
        return list(self.steps[opened[-1] :]) if opened else []

    def running(self, deadline: str) -> Clock | None:
        """The open clock of a deadline."""
        return next((clock for clock in self.clocks if clock.deadline == deadline), None)

    @property
    def overdue(self) -> list[Clock]:
        """The clocks that have run out."""
        return [clock for clock in self.clocks if days_overdue(clock.due_on, self.today, clock.paused_on)]


def obstacles(move: Move, actor: Actor, situation: Situation) -> list[Problem]:
    """Why a move that the state allows is not possible now, whatever its form says."""
    found = [Problem(f"procedure.{code}", message) for code, message in _obstacles(move, situation)]
    return [*found, *_same_person(move, actor, situation)]


def check(move: Move, draft: Draft, situation: Situation) -> list[Problem]:
    """What is wrong with what was filled in."""
    found = [*_check_day(draft, situation), *_check_due_day(draft, situation)]
    if move.name in _CHECKS:
        found += _CHECKS[move.name](draft, situation)
    return found


def _obstacles(move: Move, situation: Situation) -> Iterator[tuple[str, Message]]:
    if move.name in {"remind", "order_correction"} and not situation.overdue:
        yield "nothing_overdue", msg("Nothing is overdue.")
    if move.name in {"extend", "request_extension"} and not situation.clocks:
        yield "no_deadline", msg("No deadline is running.")
    if move.name in {"fill_gap", "promise_gaps"} and not situation.gaps:
        yield "no_gap", msg("There is no open gap.")
    if move.name == "file_record_later" and not situation.running("record_filing"):
        yield "filed_already", msg("The filing for record is already known.")
    if move.name == "pass_joint" and not _is_promised(situation):
        yield "gaps_not_promised", msg("The client has not yet promised to fill every gap on the list.")
    if move.name == "approve_conformity" and situation.gaps:
        yield "gaps_open", msg("%(count)d gaps on the list are still open.", count=len(situation.gaps))


def _is_promised(situation: Situation) -> bool:
    """Whether a promise was given for every gap that is open now."""
    promised = {gap for step in situation.steps if step.move == "promise_gaps" for gap in step.facts["gaps"]}
    return all(gap.id in promised for gap in situation.gaps)


def _same_person(move: Move, actor: Actor, situation: Situation) -> Iterator[Problem]:
    """Nobody checks their own work; the local operator stands above this, and the audit says so."""
    for step in situation.round:
        if (
            step.move in move.different_person_from
            and actor.account_id is not None
            and step.actor_id == actor.account_id
        ):
            sentence = msg(
                "You made the step “%(step)s” yourself; another person must make this one.",
                step=MOVES[step.move].label,
            )
            yield Problem("procedure.same_person", sentence)


def _check_day(draft: Draft, situation: Situation) -> Iterator[Problem]:
    on: date | None = getattr(draft, "on", None)
    if on is not None and on > situation.today:
        yield Problem("on.future", msg("This day has not come yet."), "on")


def _check_due_day(draft: Draft, situation: Situation) -> Iterator[Problem]:
    for name in ("due_on", "supplement_due", "next_visit"):
        due_on: date | None = getattr(draft, name, None)
        if due_on is not None and due_on < situation.today:
            yield Problem(f"{name}.past", msg("This day has already passed."), name)


def _check_completion(draft: Draft, situation: Situation) -> Iterator[Problem]:
    on: date | None = getattr(draft, "on", None)
    if on is not None and situation.started_on is not None and on < situation.started_on:
        began = situation.started_on.isoformat()
        yield Problem("on.before_start", msg("The works began only on %(day)s.", day=began), "on")


def _check_after_completion(draft: Draft, situation: Situation) -> Iterator[Problem]:
    on: date | None = getattr(draft, "on", None)
    if on is not None and situation.completed_on is not None and on < situation.completed_on:
        day = situation.completed_on.isoformat()
        yield Problem("on.before_completion", msg("The works were accepted only on %(day)s.", day=day), "on")


def _check_resumption(draft: Draft, situation: Situation) -> Iterator[Problem]:
    on: date | None = getattr(draft, "on", None)
    stops = [step.facts["on"] for step in situation.steps if step.move == "stop"]
    if on is not None and stops and on.isoformat() < stops[-1]:
        yield Problem("on.before_stop", msg("The works stopped only on %(day)s.", day=stops[-1]), "on")


def _check_extension(draft: Draft, situation: Situation) -> Iterator[Problem]:
    clock = chosen_clock(draft, situation)
    due_on: date | None = getattr(draft, "due_on", None)
    if clock is not None and due_on is not None and due_on <= clock.due_on:
        sentence = msg("The deadline already runs until %(day)s.", day=clock.due_on.isoformat())
        yield Problem("due_on.not_later", sentence, "due_on")


def _check_lateness(draft: Draft, situation: Situation) -> Iterator[Problem]:
    clock = chosen_clock(draft, situation)
    if clock is not None and clock not in situation.overdue:
        yield Problem("clock.not_overdue", msg("This deadline has not passed."), "clock")


def chosen_clock(draft: Draft, situation: Situation) -> Clock | None:
    """The open clock that a draft names."""
    chosen = getattr(draft, "clock", "")
    return next((clock for clock in situation.clocks if str(clock.id) == chosen), None)


_CHECKS: dict[str, Callable[[Draft, Situation], Iterator[Problem]]] = {
    "complete": _check_completion,
    "file_record": _check_after_completion,
    "file_record_later": _check_after_completion,
    "transfer": _check_after_completion,
    "resume": _check_resumption,
    "request_extension": _check_extension,
    "extend": _check_extension,
    "remind": _check_lateness,
    "order_correction": _check_lateness,
}
