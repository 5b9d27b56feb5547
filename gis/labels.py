"""What is written along a pipeline: class, size, material and depth; for cables voltage and ducts; for drains the way.

As offices do: `给 DN300 铸铁 1.25`, `电 10kV 6孔/3 0.80`, `雨 → d600 混凝土 3.0‰ 2.10`.
"""

import math
from collections.abc import Mapping

import numpy as np
import shapely

from gis.codes import Codes
from gis.frame import Frame, Number, Text

AHEAD, BACK = "→", "←"
SHORT_NAMES: Mapping[str, str] = {
    "JS": "给", "PS": "排", "RQ": "燃", "RL": "热", "DL": "电", "TX": "信", "GY": "工", "QT": "其他",
    "YS": "雨", "WS": "污", "HS": "合", "ZH": "综合管沟", "BM": "不明",
}  # fmt: skip
"""By minor where offices tell the kinds of a class apart, else by major."""
CABLES = frozenset({"DL", "TX"})


def line_labels(segments: Frame, codes: Codes) -> Text:
    """The label of every segment; an arrow points along the line from start to end, or back."""
    columns = [segments.text(name) for name in ("major", "minor")]
    sizes, names, depths = size_texts(segments), _materials(segments, codes), _depths(segments)
    cables, slopes, flow = _cables(segments), _slopes(segments), segments.number("flow")
    labels = np.empty(len(segments), dtype=object)
    for at, (major, minor) in enumerate(zip(*columns, strict=True)):
        parts = [SHORT_NAMES.get(minor) or SHORT_NAMES.get(major, "")]
        if major in CABLES:
            parts.append(cables[at])
        elif codes.is_gravity(major, minor):
            parts += [_arrow(flow[at]), sizes[at], names[at], slopes[at]]
        else:
            parts += [sizes[at], names[at]]
        labels[at] = " ".join(part for part in (*parts, depths[at]) if part)
    return labels


def turned(label: str) -> str:
    """The label for a line that is read from its end to its start."""
    return label.translate(_TURN)


_TURN = str.maketrans({AHEAD: BACK, BACK: AHEAD})


def size_texts(segments: Frame) -> Text:
    """The size as it is written: as it was given if it names its kind, else DN300 or 400×300, in millimetres."""
    raw, shape = segments.text("size_raw"), segments.text("shape")
    width, height = segments.number("width"), segments.number("height")
    texts = np.empty(len(segments), dtype=object)
    for at, given in enumerate(raw):
        text = str(given).strip()
        if text[:1].isalpha() or not width[at] > 0:
            texts[at] = text
        elif shape[at] == "rect" or (height[at] > 0 and height[at] != width[at]):
            texts[at] = f"{width[at]:g}×{height[at]:g}"
        else:
            texts[at] = f"DN{width[at]:g}"
    return texts


def _materials(segments: Frame, codes: Codes) -> Text:
    material, raw = segments.text("material"), segments.text("material_raw")
    names = {code: codes.name("material", code) for code in set(material)}
    return np.array([names[code] if code else given for code, given in zip(material, raw, strict=True)], dtype=object)


def _depths(segments: Frame) -> Text:
    """The middle of both ends' depths, or the one that is known."""
    start, end = segments.number("start_depth"), segments.number("end_depth")
    middle = np.where(np.isnan(start), end, np.where(np.isnan(end), start, (start + end) / 2))
    return _written(middle, "{:.2f}")


def _cables(segments: Frame) -> Text:
    """Voltage, then ducts and those used, or the number of cables."""
    voltage = [voltage_text(value) for value in segments.columns.get("voltage", segments.text("voltage"))]
    holes, used, cables = (segments.number(name) for name in ("holes", "holes_used", "cables"))
    texts = np.empty(len(segments), dtype=object)
    for at, volts in enumerate(voltage):
        ducts = f"{holes[at]:g}孔" + (f"/{used[at]:g}" if used[at] >= 0 else "") if holes[at] > 0 else ""
        count = f"{cables[at]:g}条" if not ducts and cables[at] > 0 else ""
        texts[at] = " ".join(part for part in (volts, ducts, count) if part)
    return texts


def voltage_text(value: object) -> str:
    """A voltage as it is written on a map, `10kV`, from a number of kV or a text; "" where there is none."""
    if isinstance(value, float | int):
        return "" if math.isnan(value) else f"{value:g}kV"
    text = str(value or "").strip()
    return f"{text}kV" if text.replace(".", "", 1).isdecimal() else text


def _slopes(segments: Frame) -> Text:
    """Fall in ‰ between the ends' elevations; nothing where an elevation or the shape is missing."""
    fall = np.abs(segments.number("start_z") - segments.number("end_z"))
    length = segments.number("length")
    if not segments.has("length") and segments.has("geometry"):
        length = shapely.length(segments.columns["geometry"])
    with np.errstate(divide="ignore", invalid="ignore"):
        return _written(np.where(length > 0, fall / length * 1000, np.nan), "{:.1f}‰")


def _written(values: Number, pattern: str) -> Text:
    return np.array([pattern.format(value) if math.isfinite(value) else "" for value in values], dtype=object)


def _arrow(flow: float) -> str:
    return AHEAD if flow > 0 else BACK if flow < 0 else ""
