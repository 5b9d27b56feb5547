"""Tables as columns: what is empty, what is taken, what is stacked."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.frame import Frame, coded, empty, mapped, stack


def texts(*values: str) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    return np.array(values, dtype=np.object_)


def test_a_field_that_nobody_filled_reads_as_empty() -> None:
    frame = Frame(2, {"point_no": texts("A", "B")})
    assert frame.text("owner").tolist() == ["", ""]
    assert np.isnan(frame.number("ground_z")).all()
    assert not frame.has("owner")


def test_columns_of_other_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="has 1 rows, not 2"):
        Frame(2, {"point_no": texts("A")})


def test_rows_are_taken_by_number_mask_and_slice() -> None:
    frame = Frame(3, {"point_no": texts("A", "B", "C")})
    assert frame.take(np.array([2, 0])).text("point_no").tolist() == ["C", "A"]
    assert frame.take(np.array([True, False, True])).text("point_no").tolist() == ["A", "C"]
    assert len(frame.take(slice(1, None))) == 2
    assert frame.row(1) == {"point_no": "B"}


def test_stacked_tables_are_empty_where_only_the_other_had_a_field() -> None:
    frame = stack(
        [
            Frame(1, {"point_no": texts("A"), "row": np.array([2])}),
            empty(),
            Frame(1, {"ground_z": np.array([1.5]), "row": np.array([3])}),
        ]
    )
    assert frame.text("point_no").tolist() == ["A", ""]
    assert np.isnan(frame.number("ground_z")[0])
    assert frame.columns["row"].tolist() == [2, 3]
    assert len(stack([])) == 0


@given(st.lists(st.text(max_size=3)))
def test_coding_loses_nothing(values: list[str]) -> None:
    numbers, different = coded(np.array(values, dtype=np.object_))
    assert [different[number] for number in numbers] == values
    assert len(set(different)) == len(different)


@given(st.lists(st.sampled_from("abc")))
def test_mapping_changes_each_value_and_leaves_the_others(values: list[str]) -> None:
    changed = mapped(np.array(values, dtype=np.object_), {"a": "x"})
    assert changed.tolist() == ["x" if value == "a" else value for value in values]
