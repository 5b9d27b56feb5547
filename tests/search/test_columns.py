"""Columns as arrays: every predicate says the same as SQL, whatever has changed since they were read."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from search.columns import Kept
from search.contract import Index
from search.predicates import EVERY, NONE, AllOf, Among, AnyOf, Between, Except, Predicate
from search.tables import SearchTables
from tests.search.holdings import drawn

WORDS = st.builds(Among, st.just("secrecy"), st.lists(st.sampled_from(["公开", "内部", "绝密", None])).map(tuple))
NUMBERS = st.builds(Among, st.just("pages"), st.lists(st.sampled_from([1, 2.5, 7, 30, None])).map(tuple))
DAYS = st.builds(
    Between,
    st.just("formed"),
    st.none() | st.integers(19_900_101, 20_241_231),
    st.none() | st.integers(19_900_101, 20_241_231),
)
PREDICATES: st.SearchStrategy[Predicate] = st.recursive(
    WORDS | NUMBERS | DAYS | st.sampled_from([EVERY, NONE]),
    lambda inner: (
        st.builds(AllOf, st.lists(inner, max_size=3).map(tuple))
        | st.builds(AnyOf, st.lists(inner, max_size=3).map(tuple))
        | st.builds(Except, inner)
    ),
    max_leaves=6,
)


@pytest.mark.parametrize("index", ["own"], indirect=True)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(predicate=PREDICATES, seed=st.integers(0, 5))
def test_a_predicate_means_the_same_as_sql_and_as_a_mask(
    index: Index, connection: Connection, search_tables: SearchTables, predicate: Predicate, seed: int
) -> None:
    kept, document = Kept(search_tables), search_tables.document
    with connection.begin_nested() as savepoint:
        index.add(connection, drawn(60, seed))
        with kept.reading(connection):
            pass
        index.replace(connection, drawn(80, seed + 1)[20:])
        index.remove(connection, [3, 50, 79])
        with kept.reading(connection) as columns:
            by_mask = columns.ids[np.flatnonzero(predicate.mask(columns))].tolist()
        chosen = select(document.c.id).where(predicate.sql(document)).order_by(document.c.id)
        assert by_mask == list(connection.execute(chosen).scalars())
        savepoint.rollback()
