"""The surveys that reach the invented archive: a census, an as-built survey, an owner's report, and a faulty one.

They lie beside each other, so that accepting one replaces nothing of another.
"""

from dataclasses import dataclass
from random import Random

from archives.demo.faults import Planted, with_faults
from archives.demo.network import district
from archives.demo.streets import column_name
from gis.survey.model import Survey

_SEED = 1


@dataclass(frozen=True, slots=True)
class Campaign:
    """A survey (EPSG:4545) with its title, where it comes from (census, project, owner) and what was planted in it."""

    title: str
    origin: str
    survey: Survey
    planted: tuple[Planted, ...] = ()


def census() -> Campaign:
    """The old town and the middle of the city, every kind: some 17 000 segments."""
    title = "云川市中心城区地下管线普查"
    return Campaign(title, "census", district(_SEED, range(-4, 4), range(-4, 5), source=title))


def as_built() -> Campaign:
    """A project's survey before backfill: one street north of the river, every kind under it."""
    title = f"{column_name(6)}地下管线竣工测量"
    return Campaign(title, "project", district(_SEED, range(6, 7), range(5), first_number=50_001, source=title))


def owner_report() -> Campaign:
    """What the gas company reports: its mains of the eastern districts."""
    title = "云川样本燃气有限公司管线报送"
    laid = district(_SEED, range(8, 13), range(-4, 5), frozenset({"TR"}), 60_001, title)
    return Campaign(title, "owner", laid)


def at_the_counter() -> Campaign:
    """A survey of some western streets as it was first handed in, with mistakes."""
    title = "云西片区管线补测"
    laid = district(_SEED, range(-8, -5), range(3), first_number=70_001, source=title)
    faulty, planted = with_faults(laid, Random(_SEED))
    return Campaign(title, "census", faulty, planted)
