"""What becomes of each project of the city: the state it is in today, how it got there, and what went wrong."""

from dataclasses import dataclass, field

from archives.procedure.workflow import STATES, Mode

EMPTY_HANDED = "empty_handed"
"""The turn of those that collect and have brought no list yet."""


@dataclass(frozen=True, slots=True)
class Plot:
    """One project's fate: its state today, the days since the last thing happened, and the turns on the way.

    The turns are those of `archives.demo.stories`. `volumes` is the weight of its records among all projects'.
    """

    state: str
    days_ago: int
    works_type: str = "building"
    mode: Mode = "joint"
    turns: frozenset[str] = frozenset()
    volumes: int = 1


@dataclass(frozen=True, slots=True)
class Size:
    """How large a city to make; `volumes` are spread over the projects that have handed in a list."""

    volumes: int
    plots: tuple[Plot, ...] = field(repr=False)


def _plots(state: str, *fates: str) -> list[Plot]:
    return [_plot(state, fate) for fate in fates]


def _plot(state: str, fate: str) -> Plot:
    """A fate is written `days works_type mode weight turns…`, as in `12 road pre 2 rectified files`."""
    days, works_type, mode, weight, *turns = fate.split()
    return Plot(state, int(days), works_type, "pre" if mode == "pre" else "joint", frozenset(turns), int(weight))


PLOTS: tuple[Plot, ...] = (
    *_plots("registered", "1 building joint 1", "6 road joint 1", "3 pipeline joint 1 reinstated"),
    *_plots("committed", "4 building pre 1", "9 other joint 1"),
    *_plots("notified", "8 bridge joint 1", "20 building joint 1"),
    *_plots("guided", "15 tunnel pre 1 guided_again", "40 building joint 1"),
    *_plots(
        "collecting",
        "5 building joint 2 strays",
        "7 building joint 1 empty_handed",
        "11 road joint 1 faulty_list",
        "3 pipeline joint 2 files",
        "25 rail joint 1 stopped empty_handed",
    ),
    *_plots("applied", "1 building pre 2", "2 road joint 1 declined"),
    *_plots("received", "1 building joint 2 files", "14 building pre 1 stood_still"),
    *_plots("checked", "2 bridge pre 1 rectified", "1 building joint 3 gaps"),
    *_plots("reviewed", "1 building joint 2", "3 pipeline pre 1"),
    *_plots("rectifying", "6 building pre 2", "35 road joint 1 reminded", "3 building joint 2"),
    *_plots("passed", "9 building joint 3 gaps guided_again", "30 bridge pre 1", "4 other pre 1"),
    *_plots(
        "completed",
        "10 building joint 3 gaps",
        "160 building pre 2 reminded ordered",
        "12 pipeline joint 1",
        "20 road joint 1 stopped",
    ),
    *_plots(
        "filed",
        "76 building pre 2 extended",
        "130 road joint 1 reminded",
        "79 building joint 2 gaps",
        "5 pipeline joint 1",
    ),
    *_plots("transfer_applied", "2 building joint 2 gaps_filled", "6 road pre 1"),
    *_plots("conformity_checked", "1 building pre 2"),
    *_plots("conformity_reviewed", "1 bridge joint 2"),
    *_plots("transfer_rectifying", "12 building pre 2", "30 pipeline joint 1"),
    *_plots("conforming", "3 building joint 2 gaps_filled", "5 tunnel pre 1"),
    *_plots("transferred", "1 road joint 1", "9 building pre 2 transfer_rectified"),
    *_plots("certified", "2 building pre 3 files", "4 pipeline joint 2"),
    *_plots(
        "accessioned",
        "30 building joint 4 files gaps_filled rectified",
        "75 road pre 3 files",
        "120 bridge joint 3 declined files",
        "170 building pre 5 transfer_rectified",
        "210 pipeline joint 3 files",
        "320 other pre 2",
        "380 building joint 5 stood_still rectified",
        "430 road joint 3 gaps_filled",
        "650 building joint 5 gaps_filled files",
        "820 rail joint 4 rectified",
        "930 building pre 5 reinstated",
    ),
    *_plots("withdrawn", "60 building joint 1"),
)


def _least() -> tuple[Plot, ...]:
    """The least city in which every state occurs, one project waits for its first list and one is long overdue."""
    first = [next(plot for plot in PLOTS if plot.state == state) for state in STATES]
    return (*first, *(plot for plot in PLOTS if plot.turns in ({EMPTY_HANDED}, {"reminded", "ordered"})))


SIZES = {
    "M": Size(2000, PLOTS),
    "S": Size(120, _least()),
}
