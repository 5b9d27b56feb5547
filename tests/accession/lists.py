"""Transfer lists as people bring them: workbooks of a few rows, or of as many as a test wants."""

from collections.abc import Sequence
from pathlib import Path

from archives.core.sheets.sheet import Cell
from tests.core.sheets.workbooks import write_xlsx

Rows = Sequence[Sequence[Cell]]
VOLUME_HEADING = ("单位工程", "案卷号", "案卷题名", "文字页", "起始日期", "终止日期", "保管期限", "密级")
ITEM_HEADING = ("单位工程", "案卷号", "序号", "文件编号", "文件题名", "日期", "起始页", "终止页")


def volume(number: Cell, title: Cell = "图书馆施工文件", *, pages: Cell = 20, secrecy: str = "公开") -> list[Cell]:
    """A volume of the project's only unit works."""
    return ["01", number, title, pages, "2025-03-01", "2025-06-01", "永久", secrecy]


def item(number: Cell, sequence: Cell, title: Cell = "测量放线记录", *, formed: Cell = "2025-04-01") -> list[Cell]:
    """An item of that volume; each has two pages."""
    first = 2 * sequence - 1 if isinstance(sequence, int) else None
    return ["01", number, sequence, f"测-{sequence}", title, formed, first, first and first + 1]


def list_of(path: Path, volumes: Rows, items: Rows = ()) -> Path:
    """A workbook with both lists."""
    return write_xlsx(path, 案卷目录=[VOLUME_HEADING, *volumes], 卷内目录=[ITEM_HEADING, *items])


def sound_list(path: Path, volumes: int = 3, items: int = 2, title: str = "图书馆施工文件") -> Path:
    """A list without a fault."""
    numbers = [f"{number:05d}" for number in range(1, volumes + 1)]
    return list_of(
        path,
        [volume(number, f"{title}{number}") for number in numbers],
        [item(number, sequence) for number in numbers for sequence in range(1, items + 1)],
    )
