"""How a project came to where it is: the steps of its story, each with its moment. Pure, and the same every time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from archives.core.clock import OFFICE_ZONE
from archives.demo.plots import EMPTY_HANDED, Plot

OPENING = time(9, 0)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Step:
    """A move of the procedure or another deed, and how many days after the step before it happens, at least and
    at most."""

    name: str
    least: int = 0
    most: int = 0


@dataclass(frozen=True, slots=True)
class Event:
    """A step at its moment (UTC)."""

    at: datetime
    step: str

    @property
    def day(self) -> date:
        """The office's day."""
        return self.at.astimezone(OFFICE_ZONE).date()


_ROAD = (
    Step("register"),
    Step("print_registration"),
    Step("commit", 2, 8),
    Step("notify", 1, 5),
    Step("guide", 20, 60),
    Step("begin_works", 5, 20),
    Step("collect", 30, 90),
    Step("bring_list", 120, 300),
    Step("exempt"),
    Step("apply", 4, 15),
    Step("receive", 0, 2),
    Step("check", 1, 4),
    Step("review", 0, 2),
    Step("pass", 0, 1),
    Step("complete", 8, 25),
    Step("file_record", 4, 12),
    Step("exempt_rest", 18, 50),
    Step("apply_transfer", 1, 5),
    Step("check_conformity", 0, 2),
    Step("review_conformity", 0, 1),
    Step("approve_conformity", 0, 1),
    Step("transfer", 1, 6),
    Step("certify", 0, 2),
    Step("enter", 1, 10),
)
_LAST_STEP = {
    "registered": "print_registration",
    "committed": "commit",
    "notified": "notify",
    "guided": "guide",
    "collecting": "exempt",
    "applied": "apply",
    "received": "receive",
    "checked": "check",
    "reviewed": "review",
    "rectifying": "check",
    "passed": "pass",
    "completed": "complete",
    "filed": "file_record",
    "transfer_applied": "apply_transfer",
    "conformity_checked": "check_conformity",
    "conformity_reviewed": "review_conformity",
    "transfer_rectifying": "check_conformity",
    "conforming": "approve_conformity",
    "transferred": "transfer",
    "certified": "certify",
    "accessioned": "enter",
    "withdrawn": "notify",
}
_TURNS: dict[str, tuple[str, tuple[Step, ...]]] = {
    "guided_again": ("guide", (Step("guide", 20, 50),)),
    "reinstated": (
        "print_registration",
        (Step("withdraw", 10, 30), Step("reinstate", 40, 90), Step("print_registration", 0, 1)),
    ),
    "stood_still": ("collect", (Step("stop", 20, 60), Step("resume", 40, 120))),
    "files": ("bring_list", (Step("bring_files", 0, 2),)),
    "strays": ("bring_list", (Step("bring_strays", 0, 2),)),
    "faulty_list": ("bring_list", (Step("bring_faulty_list", 1, 4),)),
    "declined": ("apply", (Step("decline", 0, 2), Step("apply", 5, 12))),
    "rectified": (
        "check",
        (Step("rectify", 0, 2), Step("bring_corrections", 6, 15), Step("resubmit", 0, 2), Step("check", 1, 4)),
    ),
    "gaps": ("check", (Step("note_gap"), Step("note_gap"), Step("promise_gaps", 1, 3))),
    "gaps_filled": ("check", (Step("note_gap"), Step("note_gap"), Step("promise_gaps", 1, 3))),
    "extended": ("complete", (Step("request_extension", 20, 40), Step("extend", 1, 3))),
    "transfer_rectified": (
        "check_conformity",
        (Step("rectify_transfer", 0, 1), Step("resubmit_transfer", 8, 20), Step("check_conformity", 1, 2)),
    ),
}
"""What a turn adds, and after which step."""
_LATER = {"gaps_filled": ("complete", (Step("fill_gap", 2, 6), Step("fill_gap", 1, 4)))}
"""What a turn brings about further on."""
_ENDINGS = {
    "rectifying": (Step("rectify", 0, 2),),
    "transfer_rectifying": (Step("rectify_transfer", 0, 1),),
    "withdrawn": (Step("withdraw", 10, 20),),
    "stopped": (Step("stop", 5, 20),),
    "reminded": (Step("remind", 100, 120),),
    "ordered": (Step("order_correction", 25, 40),),
}
"""The last step of states beside the road, and of turns that come last."""


def steps_of(plot: Plot) -> list[Step]:
    """The steps that lead to a plot's state, with every turn."""
    names = [step.name for step in _ROAD]
    road = _ROAD[: names.index(_LAST_STEP[plot.state]) + 1]
    left_out = _left_out(plot)
    told = [step for place in road for step in (place, *_after(place.name, plot)) if step.name not in left_out]
    return told + [step for word, ending in _ENDINGS.items() if word in {plot.state, *plot.turns} for step in ending]


def _left_out(plot: Plot) -> frozenset[str]:
    """Steps that a plot does without: not everybody asks for a print, and quiet works need no visit."""
    if plot.state in {"registered", "committed", "notified", "guided"}:
        return frozenset()
    if EMPTY_HANDED in plot.turns:
        return frozenset({"bring_list", "exempt", "exempt_rest"})
    return frozenset({"print_registration"} if plot.turns else {"print_registration", "guide"})


def _after(name: str, plot: Plot) -> Iterator[Step]:
    for turns in (_TURNS, _LATER):
        for turn, (place, steps) in turns.items():
            if turn in plot.turns and place == name:
                yield from steps


def story_of(plot: Plot, today: date, random: Random) -> list[Event]:
    """The events of a plot in order; the last one was `plot.days_ago` days before `today`."""
    steps = steps_of(plot)
    gaps = [random.randint(step.least, step.most) for step in steps]
    first = today - timedelta(days=plot.days_ago + sum(gaps))
    days = [first + timedelta(days=sum(gaps[: index + 1])) for index in range(len(gaps))]
    return list(_timed(steps, [_working_day(day) for day in days], random))


def _timed(steps: Sequence[Step], days: Sequence[date], random: Random) -> Iterator[Event]:
    """Moments in office hours; what happens on one day happens in turn."""
    before: datetime | None = None
    for step, day in zip(steps, days, strict=True):
        moment = datetime.combine(day, OPENING, OFFICE_ZONE) + timedelta(minutes=random.randrange(5, 120))
        if before is not None and before >= moment:
            moment = before + timedelta(minutes=random.randrange(10, 50))
        before = moment
        yield Event(moment.astimezone(UTC), step.name)


def _working_day(day: date) -> date:
    """The day itself, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - SATURDAY + 1))
