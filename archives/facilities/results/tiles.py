"""The tile map of provinces: a square for each of the 34, near its neighbours. It has no boundary and no scale.

Maps of China that show boundaries need review before they are published, so none is shipped.
"""

from typing import NamedTuple


class Tile(NamedTuple):
    """A square: the first two digits of the 行政区划代码, the short name, and its place from the upper left."""

    code: str
    name: str
    column: int
    row: int

    @property
    def outside(self) -> bool:
        """台湾, 香港 and 澳门 are shown and lie outside the plan's statistics."""
        return self.code in {"71", "81", "82"}


TILES = (
    Tile("23", "黑", 8, 0),
    Tile("15", "蒙", 6, 1),
    Tile("22", "吉", 8, 1),
    Tile("65", "新", 0, 2),
    Tile("62", "甘", 2, 2),
    Tile("64", "宁", 3, 2),
    Tile("14", "晋", 5, 2),
    Tile("11", "京", 6, 2),
    Tile("12", "津", 7, 2),
    Tile("21", "辽", 8, 2),
    Tile("63", "青", 2, 3),
    Tile("61", "陕", 4, 3),
    Tile("41", "豫", 5, 3),
    Tile("13", "冀", 6, 3),
    Tile("37", "鲁", 7, 3),
    Tile("54", "藏", 1, 4),
    Tile("51", "川", 3, 4),
    Tile("50", "渝", 4, 4),
    Tile("42", "鄂", 5, 4),
    Tile("34", "皖", 6, 4),
    Tile("32", "苏", 7, 4),
    Tile("31", "沪", 8, 4),
    Tile("53", "云", 3, 5),
    Tile("52", "贵", 4, 5),
    Tile("43", "湘", 5, 5),
    Tile("36", "赣", 6, 5),
    Tile("33", "浙", 7, 5),
    Tile("45", "桂", 4, 6),
    Tile("44", "粤", 5, 6),
    Tile("35", "闽", 6, 6),
    Tile("71", "台", 8, 6),
    Tile("46", "琼", 4, 7),
    Tile("82", "澳", 5, 7),
    Tile("81", "港", 6, 7),
)
