"""Which kind of pipeline a table holds, told by its name, its titles or each row's own column."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import numpy as np

from gis.codes import Codes, KindCode, folded
from gis.frame import Text
from gis.survey.raw import Cell
from gis.survey.values import Column, Doubt, distinct, written

NameRole = Literal["point", "line", ""]

_POINT_TAIL = re.compile(r"[_\-]?(?:POINTS?|PT|P|点表|点)$")
_LINE_TAIL = re.compile(r"[_\-]?(?:LINES?|LN|L|线表|线)$")
_LETTERS = re.compile(r"[A-Z]{2,}")
_FILE_ENDING = re.compile(r"\.[A-Z]{2,7}$")
_BLOCK = re.compile(
    r"(管线种类|管线类型|管线类别|管类|权属单位|权属|产权单位|工程编号|探测单位|探测日期|图幅编号|图幅号)[:：]?(.*)"
)
_BLOCK_FIELDS = {
    "管线种类": "kind",
    "管线类型": "kind",
    "管线类别": "kind",
    "管类": "kind",
    "权属单位": "owner",
    "权属": "owner",
    "产权单位": "owner",
    "工程编号": "project_no",
    "探测单位": "surveyed_by",
    "探测日期": "surveyed_on",
    "图幅编号": "sheet",
    "图幅号": "sheet",
}

Meanings = Mapping[str, KindCode]


def kind_in(name: str, codes: Codes, meanings: Meanings) -> KindCode | None:
    """The kind in a sheet's, table's or file's name: `J`, `JSPOINT`, `JS_L`, `解放路给水管线点成果表`."""
    text = _FILE_ENDING.sub("", folded(name))
    known = codes.by_alias(text, meanings) or codes.named_within(text)
    if known:
        return known
    stem = _LINE_TAIL.sub("", _POINT_TAIL.sub("", text))
    last = _LETTERS.findall(stem)[-1:] if stem != text else []
    if last and (kind := codes.by_alias(last[0], meanings)):
        return kind
    found = {kind for token in _LETTERS.findall(text) if (kind := _in_token(token, codes, meanings))}
    return found.pop() if len(found) == 1 else None


def role_in(name: str) -> NameRole:
    """Whether the name speaks of points or of lines."""
    text = _FILE_ENDING.sub("", folded(name))
    if _POINT_TAIL.search(text) or "管线点" in text:
        return "point"
    return "line" if _LINE_TAIL.search(text) else ""


def block_above(rows: Iterable[Sequence[Cell]]) -> dict[str, str]:
    """What the titles and the header block say: `kind`, `owner`, ... and the whole text under `title`."""
    found: dict[str, str] = {}
    titles: list[str] = []
    for cells in rows:
        texts = [written(cell) for cell in cells]
        titles += filter(None, texts)
        for at, text in enumerate(texts):
            label = _BLOCK.fullmatch("".join(text.split()))
            if label:
                beside = next(filter(None, texts[at + 1 :]), "")
                value = label[2] or ("" if _BLOCK.match(beside) else beside)
                found.setdefault(_BLOCK_FIELDS[label[1]], value)
    return {name: value for name, value in found.items() if value} | {"title": " ".join(titles)}


def row_kinds(
    major_cells: Any, minor_cells: Any, base: KindCode, firm: bool, codes: Codes, meanings: Meanings
) -> tuple[Text, Text, Column]:
    """The major and minor of each row from its own columns, and the column of the texts with its doubts.

    `base` is the kind of the whole table; where it is `firm` (told by the name), a row may refine it only.
    """
    (major_at, all_majors), (minor_at, all_minors) = distinct(major_cells), distinct(minor_cells)
    joint = major_at.astype(np.int64) * len(all_minors) + minor_at
    keys, inverse = np.unique(joint, return_inverse=True)
    pairs = [divmod(key, len(all_minors)) for key in keys.tolist()]
    different = [(written(all_majors[major]), written(all_minors[minor])) for major, minor in pairs]
    found = [_row_kind(major, minor, base, firm, codes, meanings) for major, minor in different]
    majors, minors = (np.array([kind[at] for kind, _ in found], dtype=np.object_)[inverse] for at in (0, 1))
    doubts = {at: doubt for at, (_, doubt) in enumerate(found) if doubt}
    texts = [minor or major for major, minor in different]
    return majors, minors, Column(inverse, texts, inverse.astype(np.int32), doubts)


def _row_kind(
    major: str, minor: str, base: KindCode, firm: bool, codes: Codes, meanings: Meanings
) -> tuple[KindCode, Doubt | None]:
    if not major and not minor:
        return base, None
    known_major = codes.by_alias(major, meanings) if major else None
    within = known_major[0] if known_major else base[0] if firm else ""
    kind = codes.by_alias(minor, meanings, within) if minor else known_major
    if kind is None:
        other = codes.by_alias(minor, meanings) if minor else None
        reason = "kind_conflict" if other else "unknown_kind"
        return known_major or base, Doubt("F4", reason, "/".join(other or base), "W" if other else "")
    if firm and kind[0] != base[0]:
        return base, Doubt("F4", "kind_conflict", "/".join(kind), "W")
    return (kind[0], kind[1] or (base[1] if kind[0] == base[0] else "")), None


def _in_token(token: str, codes: Codes, meanings: Meanings) -> KindCode | None:
    for text in (token, _POINT_TAIL.sub("", token), _LINE_TAIL.sub("", token)):
        kind = codes.by_alias(text, meanings) if len(text) > 1 else None
        if kind:
            return kind
    return None
