"""The fields of points and segments: names, labels, units, which class requires them, and the headers they go by."""

from dataclasses import dataclass
from functools import cache

from gis.tables import rows

ALL_CLASSES = "*"
UNKEPT = "unkept"
"""The type of a field that is known and not stored."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `type` says how its cells are read: code, text, number, date, kind, a dictionary's name, size, flow,
    voltage, rotation, water and mud (depths whose unit differs), or `unkept`.

    `required` holds the major codes of the classes that need it, or "*". `unit` is the unit it is stored in.
    """

    name: str
    label_zh: str
    label_en: str
    unit: str
    type: str
    required: frozenset[str]
    aliases: tuple[str, ...]

    def required_for(self, major: str) -> bool:
        """Whether a table of this class must have it."""
        return bool(self.required & {ALL_CLASSES, major})


@cache
def point_fields() -> tuple[Field, ...]:
    """The fields of a point table (管线点表), in their customary order."""
    return _fields("point_fields")


@cache
def segment_fields() -> tuple[Field, ...]:
    """The fields of a segment table (管线线表), in their customary order."""
    return _fields("segment_fields")


def _fields(table: str) -> tuple[Field, ...]:
    return tuple(
        Field(
            name=row["name"],
            label_zh=row["label_zh"],
            label_en=row["label_en"],
            unit=row["unit"],
            type=row["type"],
            required=frozenset(filter(None, row["required"].split("|"))),
            aliases=(row["label_zh"], row["name"], row["label_en"], *filter(None, row["aliases"].split("|"))),
        )
        for row in rows(table)
    )
