"""Tables of a hand-over that come as delimited text: a million rows by column, never held as lists."""

from pathlib import Path

from archives.core.sheets.delimited import read_in_passing
from archives.core.sheets.kinds import kind_of
from archives.core.sheets.limits import Limits, check_size
from archives.core.sheets.read import head_of
from gis.survey.grid import grid_of
from gis.survey.raw import RawTable


def text_table(path: Path, name: str, limits: Limits) -> RawTable | None:
    """The table of a text list; None for what is none, is empty, or has to be read whole (UTF-16).

    Raises UnreadableFileError or TooLargeError.
    """
    check_size(name, path.stat().st_size, limits)
    head = head_of(path)
    if not head or kind_of(head, name) != "text":
        return None
    grid = read_in_passing(path, name, limits, grid_of)
    return RawTable(Path(name).stem, grid) if grid else None
