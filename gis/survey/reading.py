"""One table's columns into a frame in the standard's terms, with what was in doubt."""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from gis.codes import Codes, ZRef
from gis.fields import Field, point_fields
from gis.frame import Frame, Text
from gis.lines import Tips
from gis.survey.faults import TABLES, column_faults
from gis.survey.headers import unit_of
from gis.survey.kinds import row_kinds
from gis.survey.model import Fault
from gis.survey.profile import Profile
from gis.survey.raw import ColumnTable
from gis.survey.recognise import Layout
from gis.survey.shapes import LINE, POINT, Shapes
from gis.survey.sizes import size_columns
from gis.survey.values import (
    LARGEST,
    Cells,
    Column,
    Doubt,
    Understood,
    angle,
    code_column,
    date_column,
    distinct,
    number_column,
    scaled,
    text_column,
    understood,
    voltage,
    written,
)

METRES = {"m": 1.0, "米": 1.0, "cm": 0.01, "厘米": 0.01, "mm": 0.001, "毫米": 0.001}
DICTIONARIES = frozenset({"feature", "appurtenance", "material", "burial", "status"})
RAW_KEPT = frozenset({"material", "burial"})
DRAWN = "drawn"
"""The column of where lines begin and end that came as shapes, an array (n, 2, 3)."""
FLOWS = {"+": 1.0, "-": -1.0, "0": 0.0}

_SAYS: tuple[tuple[re.Pattern[str], ZRef], ...] = (
    (re.compile("管顶|外顶"), "top"),
    (re.compile("内底|沟底"), "invert"),
    (re.compile("管底"), "bottom"),
    (re.compile("管心|中心|轴"), "axis"),
)


@dataclass(slots=True)
class Reader:
    """Reads one table, field by field."""

    layout: Layout
    codes: Codes
    profile: Profile
    columns: dict[str, NDArray[Any]] = field(default_factory=dict)
    doubts: list[tuple[str, Column]] = field(default_factory=list)

    def frame(self) -> Frame:
        """The table's rows with every field that has a column, the kind, `row` and `source`."""
        length = len(self.layout.body)
        for one in self.layout.fields:
            at = self.layout.matching.columns.get(one.name)
            if at is not None and one.type not in {"unkept", "kind"}:
                self._read(one, self.layout.body.column(at))
        self._kinds(length)
        self._block(length)
        self._shapes()
        self.columns["row"] = self.layout.body.numbers
        self.columns["source"] = _all(length, self.layout.name)
        return Frame(length, self.columns)

    def faults(self) -> Iterator[Fault]:
        """What was in doubt in the fields read so far."""
        of_points = {one.name for one in point_fields()}
        for name, column in self.doubts:
            table = TABLES[self.layout.role]
            if self.layout.role == "one_table" and name not in of_points:
                table = "segment"
            yield from column_faults(column, name, table, self.layout.name, self.layout.body.numbers)

    def _read(self, one: Field, cells: Cells) -> None:
        if one.type == "size":
            self._sizes(cells)
        elif one.type in DICTIONARIES:
            self._keep(one.name, understood(cells, self._in_dictionary(one.type), np.object_))
            if one.name in RAW_KEPT:
                self.columns[f"{one.name}_raw"] = text_column(cells).values
        else:
            self._keep(one.name, self._plain(one, cells))

    def _plain(self, one: Field, cells: Cells) -> Column:
        read = {"code": code_column, "date": date_column, "text": text_column}.get(one.type)
        if read:
            return read(cells)
        match one.type:
            case "flow":
                return understood(cells, self._flow, np.float64)
            case "rotation":
                return understood(cells, angle(self._rotation_unit(one)), np.float64)
            case "voltage":
                return understood(cells, voltage, np.object_)
            case _:
                return scaled(number_column(cells), self._metres(one))

    def _keep(self, name: str, column: Column) -> None:
        self.columns[name] = column.values
        if column.doubts:
            self.doubts.append((name, column))

    def _sizes(self, cells: Cells) -> None:
        sizes = size_columns(cells)
        self._keep("size_raw", sizes.raw)
        self.columns |= {"width": sizes.width, "height": sizes.height, "shape": sizes.shape}
        for name, told in (("holes", sizes.holes), ("cables", sizes.cables)):
            if name not in self.layout.matching.columns and not np.isnan(told).all():
                self.columns[name] = told

    def _in_dictionary(self, name: str) -> Callable[[Any], Understood]:
        def understand(cell: Any) -> Understood:
            text = written(cell)
            known = self.codes.value(name, text) if text else ""
            if known is None:
                return text, Doubt("F4", "unknown")
            if not text or self.codes.is_own(name, text):
                return known, None
            return known, Doubt("F4", "alias", known, "W")

        return understand

    def _flow(self, cell: Any) -> Understood:
        known, doubt = self._in_dictionary("flow")(cell)
        return FLOWS.get(known, math.nan), doubt

    def _metres(self, one: Field) -> float:
        """What a length is multiplied with: by the unit in the header, else the profile's for water and mud."""
        if one.unit != "m":
            return 1.0
        given = {"water": self.profile.water_unit, "mud": self.profile.mud_unit}.get(one.type, "m")
        return METRES.get(unit_of(self.layout.header(one.name)), METRES[given])

    def _rotation_unit(self, one: Field) -> str:
        told = unit_of(self.layout.header(one.name))
        return {"弧度": "rad", "rad": "rad", "度分秒": "dms", "度": "deg", "°": "deg"}.get(
            told, self.profile.rotation_unit
        )

    def _kinds(self, length: int) -> None:
        base = self.layout.kind or ("", "")
        at = [self.layout.matching.columns.get(name) for name in ("major", "kind")]
        if at == [None, None]:
            self.columns |= {"major": _all(length, base[0]), "minor": _all(length, base[1])}
            if not base[0] and length:  # one fault for the whole table, at its first row
                first = np.zeros(1, np.int32)
                self.doubts.append(("kind", Column(_all(1, ""), [""], first, {0: Doubt("F4", "no_kind")})))
            return
        cells = [[None] * length if where is None else self.layout.body.column(where) for where in at]
        firm = self.layout.kind_from == "name"
        majors, minors, column = row_kinds(cells[0], cells[1], base, firm, self.codes, self.profile.codes)
        self.columns |= {"major": majors, "minor": minors}
        if column.doubts:
            self.doubts.append(("kind", column))

    def _shapes(self) -> None:
        """Places and heights of the shapes, where the table had none of its own."""
        cells = self.layout.body.cells
        if not isinstance(cells, ColumnTable) or cells.shapes is None:
            return
        if self.layout.role == "point":
            places = np.where((cells.shapes.dimensions == POINT)[:, None], cells.shapes.ends[:, 0], np.nan)
            told = dict(zip(("east", "north", "ground_z"), places.T, strict=True))
            if "north" in self.columns and "east" in self.columns:
                del told["east"], told["north"]
        else:
            drawn = self._lines(cells.shapes)
            told = dict(zip(("start_z", "end_z"), drawn[:, :, 2].T, strict=True))
        for name, values in told.items():
            if name not in self.columns and np.any(np.nan_to_num(values)):
                self._keep(name, number_column(values))

    def _lines(self, shapes: Shapes) -> Tips:
        """Where plain lines begin and end, NaN of what is none or lies nowhere; `geometry` keeps those that bend."""
        bent = shapely.get_type_id(shapes.others) == shapely.GeometryType.LINESTRING
        plain = shapes.dimensions == LINE
        plain[shapes.rows[~bent]] = False
        farthest = np.abs(shapes.ends[:, :, :2]).max(axis=(1, 2), initial=0.0)
        farthest[shapes.rows] = np.abs(shapely.bounds(shapes.others)).reshape(-1, 4).max(axis=1, initial=0.0)
        good = plain & (farthest <= LARGEST)  # NaN is not
        reasons = {1: Doubt("F3", "not_a_line"), 2: Doubt("F3", "too_large")}
        numbers = np.where(good, 0, np.where(plain, 2, 1)).astype(np.int32)
        met = {at: doubt for at, doubt in reasons.items() if bool((numbers == at).any())}
        if met:
            self.doubts.append(("geometry", Column(numbers, ["", "", ""], numbers, met)))
        kept = bent & good[shapes.rows]
        if kept.any():
            self.columns["geometry"] = np.full(len(shapes), None, dtype=np.object_)
            self.columns["geometry"][shapes.rows[kept]] = shapes.others[kept]
        drawn = shapes.ends if good.all() else np.where(good[:, None, None], shapes.ends, np.nan)
        self.columns[DRAWN] = drawn
        return drawn

    def _block(self, length: int) -> None:
        """What the header block says of the whole table, where no column says it of each row."""
        known = {one.name: one for one in self.layout.fields}
        for name, text in self.layout.block.items():
            if name in known and name not in self.columns and known[name].type in {"text", "date"}:
                self._keep(name, self._plain(known[name], [text] * length))


def turned(frame: Frame, profile: Profile) -> Frame:
    """Points with X and Y changed round, where the office's X points east."""
    if profile.axes == "north_east" or not (frame.has("north") and frame.has("east")):
        return frame
    return frame.with_columns(north=frame.number("east"), east=frame.number("north"))


def z_refs(frame: Frame, layout: Layout, codes: Codes) -> Text:
    """Where each segment's depth and height are measured to: as the header says, else by kind and burial."""
    parts = [distinct(frame.text(name)) for name in ("major", "minor", "burial")]
    (majors, all_majors), (minors, all_minors), (burials, all_burials) = parts
    joint = (majors.astype(np.int64) * len(all_minors) + minors) * len(all_burials) + burials
    keys, inverse = np.unique(joint, return_inverse=True)
    said = _said(layout)
    found = np.empty(len(keys), dtype=np.object_)
    for at, key in enumerate(keys.tolist()):
        rest, burial = divmod(key, len(all_burials))
        major, minor = (
            names[number] for names, number in zip((all_majors, all_minors), divmod(rest, len(all_minors)), strict=True)
        )
        usual = codes.z_ref(major, minor, all_burials[burial])
        found[at] = _agreed(said, usual)
    return found[inverse] if len(keys) else np.empty(0, dtype=np.object_)


def _agreed(said: ZRef | None, usual: ZRef) -> ZRef:
    """管底 of what is measured to the inner bottom is that; of a pressure pipe it is the outer bottom."""
    return usual if said is None or (said == "bottom" and usual == "invert") else said


def _said(layout: Layout) -> ZRef | None:
    """What the headers of depth and height say, if they say one thing."""
    names: Sequence[str] = ("start_z", "end_z", "start_depth", "end_depth")
    headers = "".join(layout.header(name) for name in names if name in layout.matching.columns)
    told = {ref for pattern, ref in _SAYS if pattern.search(headers)}
    return told.pop() if len(told) == 1 else None


def _all(length: int, text: str) -> Text:
    column = np.empty(length, dtype=np.object_)
    column.fill(text)  # one text for all; np.full would copy it for each
    return column
