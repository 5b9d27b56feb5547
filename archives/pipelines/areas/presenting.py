"""Areas and lines as pages show them: figures by group, rows of lines, the card of one line."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from flask import url_for

from archives.catalogue.models import Volume
from archives.core.language import gettext
from archives.pipelines.areas.asking import BY, Card, Figures
from archives.pipelines.maps.queries import hexadecimal, lightened
from archives.pipelines.surveys.presenting import field_label, state_badge
from archives.pipelines.vocabularies import kind_name
from gis.codes import standard
from gis.fields import segment_fields
from gis.frame import Frame
from gis.store.contract import Total

Shown = dict[str, Any]
DICTIONARIES = {"material": "material", "burial": "burial", "status": "status", "z_ref": ""}
HIDDEN = frozenset({"fid", "version_id", "major", "minor", "row", "source"})
"""Columns that a card does not list among the attributes."""


def group_choices(values: Mapping[str, str]) -> tuple[str, ...]:
    """What figures are grouped by, as the address says; by kind where it says nothing."""
    asked = tuple(dict.fromkeys(values[name] for name in ("by", "then") if values.get(name) in BY))
    return asked or ("major", "minor")


def groups() -> list[tuple[str, str]]:
    """What figures may be grouped by, with its name."""
    return [(name, label_of(name)) for name in BY]


def figures_of(figures: Figures, by: tuple[str, ...]) -> Shown:
    """Sums by group, with names in place of codes, and the totals."""
    return {
        "heads": [label_of(name) for name in by],
        "rows": [
            {
                "names": [group_name(row, name) for name in by],
                "colour": _colour(row),
                "count": row.count,
                "length": row.length,
                "length3d": row.length3d,
            }
            for row in figures.rows
        ],
        "count": figures.count,
        "length": figures.length,
        "length3d": figures.length3d,
        "points": figures.points,
    }


def label_of(name: str) -> str:
    """What an attribute is called."""
    if name in {"major", "minor"}:
        return gettext("Class of line") if name == "major" else gettext("Kind of line")
    return field_label(name)


def group_name(row: Total, name: str) -> str:
    """A group's value in words."""
    return value_in_words(name, str(row.values[name]), str(row.values.get("major", "")))


def value_in_words(name: str, value: str, major: str = "") -> str:
    """A code as people read it."""
    codes = standard()
    if name == "major":
        return kind_name(codes, value, "") if value else ""
    if name == "minor":
        return kind_name(codes, major, value) if value else gettext("not further known")
    return codes.name(DICTIONARIES[name], value) if DICTIONARIES.get(name) else value


def _colour(row: Total) -> str:
    if "major" not in row.values:
        return ""
    return hexadecimal(standard().colour(str(row.values["major"]), str(row.values.get("minor", ""))))


def lines_of(rows: Frame) -> list[Shown]:
    """The rows of a list of lines."""
    return [_line(rows.row(at)) for at in range(len(rows))]


def _line(row: Mapping[str, Any]) -> Shown:
    codes = standard()
    return {
        "id": int(row["fid"]),
        "href": url_for("pipeline_areas.segment", fid=int(row["fid"])),
        "name": f"{row['start_no']}–{row['end_no']}",
        "kind": kind_name(codes, row["major"], row["minor"]),
        "colour": _colour(Total({"major": row["major"], "minor": row["minor"]}, 1)),
        "material": codes.name("material", row["material"]),
        "size": row["size_raw"],
        "depth": _span(row["start_depth"], row["end_depth"]),
        "burial": codes.name("burial", row["burial"]),
        "owner": row["owner"],
        "road": row["road"],
        "built_on": row["built_on"],
        "status": codes.name("status", row["status"]),
        "length": _number(row["length"], 2),
    }


def _span(start: float, end: float) -> str:
    return "–".join(dict.fromkeys(part for part in (_number(start, 2), _number(end, 2)) if part))


def _number(value: Any, decimals: int) -> str:
    return "" if value is None or np.isnan(value) else f"{value:.{decimals}f}"


def hit_of(card: Card, *, with_link: bool = True) -> Shown:
    """One line with its attributes, its survey and its records, as the card shows it."""
    line = card.line
    codes = standard()
    kind = codes.kind(line["major"], line["minor"])
    rgb = kind.rgb if kind else (0, 0, 0)
    state = state_badge(card.version)
    return {
        "title": f"{kind_name(codes, line['major'], line['minor'])} {line['start_no']}–{line['end_no']}",
        "subtitle": kind_name(codes, line["major"], ""),
        "colour": hexadecimal(rgb),
        "dark_colour": hexadecimal(lightened(rgb)),
        "facts": _facts(line),
        "version": {
            "label": f"{card.dataset.number} {card.dataset.name}",
            "href": url_for("pipelines.show", number=card.dataset.number, version=card.version.number),
            "state": state["label"],
            "tone": state["tone"],
        },
        "records": [_record(card, volume) for volume in card.volumes],
        "href": url_for("pipeline_areas.segment", fid=int(line["fid"])) if with_link else "",
    }


def _record(card: Card, volume: Volume) -> Shown:
    """A volume that documents the line, with its files."""
    files = [(item, file) for item, file in card.files if item.volume_id == volume.id]
    return {
        "code": volume.archival_code or volume.volume_no,
        "title": volume.title,
        "href": url_for("catalogue.volume", volume_id=volume.id),
        "files": [
            {
                "name": item.title,
                "href": url_for("catalogue.file", file_id=file.id),
                "size": f"{file.size / 1024:,.0f} KB",
            }
            for item, file in files
        ],
    }


def _facts(line: Mapping[str, Any]) -> list[Shown]:
    """The attributes that hold something, in the tables' order."""
    names = [*(field.name for field in segment_fields() if field.name in line), "ended_on", "length", "length3d"]
    units = {field.name: field.unit for field in segment_fields()} | {"length": "m", "length3d": "m"}
    found = []
    for name in dict.fromkeys(names):
        value = line.get(name)
        text = _number(value, 3).rstrip("0").rstrip(".") if isinstance(value, float | np.floating) else str(value or "")
        if name not in HIDDEN and text:
            words = value_in_words(name, text) if name in DICTIONARIES else text
            unit = units.get(name, "") if words[:1].isdigit() or words[:1] == "-" else ""  # "DN150" says its own
            found.append({"label": _fact_label(name), "value": words, "unit": unit})
    return found


def _fact_label(name: str) -> str:
    own = {
        "ended_on": gettext("Ended on"),
        "length": gettext("Length in the plane"),
        "length3d": gettext("Length along the slope"),
        "length_given": gettext("Length as given"),
    }
    return own.get(name) or field_label(name)
