"""What an inspection is told besides the survey: settings, the day, and what lies around."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from shapely import MultiPolygon, Polygon

from gis.checks.settings import Cover, RuleSetting, covers, standard
from gis.codes import Codes
from gis.frame import Frame
from gis.survey.model import Survey


@dataclass(frozen=True, slots=True)
class CheckContext:
    """The facts that rules need. All geometry is in the survey's own plane CRS, metres, x east and y north.

    `area` is where the survey was to take place, `extent` the box (west, south, east, north) that coordinates must lie
    in; `neighbours` holds stored points and segments around, with the columns of a survey. `check_points` has
    `point_no`, `major`, `minor`, `north`, `east` and, where levelled, `ground_z` of a second, better measurement.
    `false_alarms` maps the fingerprints that were marked to the reasons given.
    """

    codes: Codes
    today: date
    rules: Mapping[str, RuleSetting] = field(default_factory=standard)
    covers: Sequence[Cover] = field(default_factory=covers)
    area: Polygon | MultiPolygon | None = None
    extent: tuple[float, float, float, float] | None = None
    buildings: Sequence[Polygon | MultiPolygon] | None = None
    neighbours: Survey | None = None
    check_points: Frame | None = None
    false_alarms: Mapping[str, str] = field(default_factory=dict)
