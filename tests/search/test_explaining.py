"""An empty answer tells which word is to blame."""

from collections.abc import Sequence

from sqlalchemy import Connection

from search.contract import Document, Index, Query
from search.explaining import without_hits
from search.tree import Leaf, Range, Text, Value
from tests.search.holdings import LANGUAGE, seen_by


def _typed(leaves: Sequence[Leaf]) -> list[str]:
    return [one.typed for one in leaves if isinstance(one, Text)]


def test_an_empty_answer_names_the_words_that_nothing_holds(filled: Index, connection: Connection) -> None:
    tree = LANGUAGE.parse("燃气 隧道 NOT 桥 地铁").tree
    assert _typed(without_hits(filled, connection, Query(tree))) == ["隧道", "地铁"]
    hidden = LANGUAGE.parse("西路桥梁 燃气").tree
    assert without_hits(filled, connection, Query(hidden, visible=seen_by([0, 1, 2]))) == []
    filled.replace(connection, [Document(1, "volume", "1", "燃气", columns={"secrecy": "秘密", "owner": 9})])
    assert _typed(without_hits(filled, connection, Query(hidden, visible=seen_by([])))) == ["燃气"]


def test_values_and_ranges_are_named_too(filled: Index, connection: Connection) -> None:
    tree = LANGUAGE.parse("管道 密级:绝密 形成:1900..1901 NOT 密级:机密").tree
    found = without_hits(filled, connection, Query(tree))
    assert found == [Value("secrecy", "绝密"), Range("formed", 19000101, 19011231)]
