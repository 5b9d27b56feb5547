"""What time it is: one clock that a test or the demonstration can set, in UTC; days are the office's days."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_fixed: ContextVar[datetime | None] = ContextVar("fixed", default=None)
_zone: ContextVar[ZoneInfo | None] = ContextVar("zone", default=None)
OFFICE_ZONE = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """This moment, in UTC, to the microsecond."""
    return _fixed.get() or datetime.now(UTC)


def today() -> date:
    """The office's day: a deadline ends at the office's midnight, not at Greenwich's."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """`moment` on the office's wall clock."""
    return moment.astimezone(_zone.get() or OFFICE_ZONE)


def day_ends(day: date) -> datetime:
    """The moment, in UTC, at which the office's day ends."""
    return datetime.combine(day + timedelta(days=1), time.min, _zone.get() or OFFICE_ZONE).astimezone(UTC)


def use_zone(zone: ZoneInfo) -> None:
    """Set the office's time zone for this context."""
    _zone.set(zone)


@contextmanager
def stopped_at(moment: datetime) -> Iterator[None]:
    """Hold the clock at `moment` inside the block."""
    token = _fixed.set(moment)
    try:
        yield
    finally:
        _fixed.reset(token)
