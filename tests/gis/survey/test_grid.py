"""Tables by column read as the same tables by row."""

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gis.codes import standard
from gis.survey.grid import FEW, Coded, Gathering, Grid, grid_of
from gis.survey.raw import RawTable
from gis.survey.read import read_survey

CELLS = st.sampled_from(["", " ", "1", "12.5", "给水", "J1", "DN300", "1e400", " 7", "x_1"])


def by_row(rows: Sequence[Sequence[str]]) -> list[tuple[int, list[str | None]]]:
    """Rows as a sheet has them: blank cells are None, those at the end are cut."""
    found = []
    for number, cells in enumerate(rows, 1):
        known = [cell if cell and not cell.isspace() else None for cell in cells]
        while known and known[-1] is None:
            known.pop()
        found.append((number, known))
    return found


@given(st.lists(st.lists(CELLS, max_size=4), max_size=12), st.integers(1, 5))
def test_a_grid_reads_as_its_rows(rows: list[list[str]], step: int) -> None:
    parts = [
        (range(at + 1, at + 1 + len(rows[at : at + step])), rows[at : at + step]) for at in range(0, len(rows), step)
    ]
    grid = grid_of(parts)
    assert list(grid) == by_row(rows)
    assert grid[1:] == by_row(rows)[1:]


def test_many_different_cells_are_kept_in_bytes_and_read_the_same() -> None:
    numbers = [str(at) for at in range(FEW + 10)]
    gathering = Gathering()
    for at in range(0, len(numbers), 500):
        gathering.add(numbers[at : at + 500])
    gathering.add(["", None, "最后"])
    column = gathering.column()
    assert isinstance(column, np.ndarray)
    assert column.tolist() == [*numbers, "", None, "最后"]


def test_cells_that_no_row_holds_are_not_told() -> None:
    numbers, different = Coded(np.array([0, 2, 1, 2], np.int32), ["head", "a", "b"])[1:].occurring()
    assert [different[number] for number in numbers] == ["b", "a", "b"]
    assert different == ["a", "b"]


def test_a_survey_by_column_is_the_survey_by_row() -> None:
    points = [["Exp_No", "Type", "X", "Y", "Surf_H", "Feature"]]
    points += [[f"JS{at}", "JS", f"{3_000_000 + at}.125", f"50{at % 10}000.5", "12.3", "直线点"] for at in range(6_000)]
    points[9][2], points[10][0] = "3,000.5 m", " js 9"
    lines = [["S_Point", "E_Point", "Type", "S_Deep", "E_Deep", "Material", "PSize"]]
    lines += [
        [f"JS{at}", f"JS{at + 1}", "JS", "1.2", "/" if at == 4 else "1.3", "铸铁", "DN300"] for at in range(5_999)
    ]
    as_rows = [RawTable("points", by_row(points)), RawTable("lines", by_row(lines))]
    as_grids = [
        RawTable(name, grid_of([(range(1, len(rows) + 1), rows)]))
        for name, rows in (("points", points), ("lines", lines))
    ]
    assert isinstance(as_grids[0].rows, Grid)
    first, second = read_survey(as_rows, standard()), read_survey(as_grids, standard())
    assert first.faults == second.faults
    for one, other in ((first.points, second.points), (first.segments, second.segments)):
        assert list(one) == list(other)
        for name in one:
            np.testing.assert_array_equal(one.columns[name], other.columns[name])
