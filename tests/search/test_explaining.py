"""An empty answer tells which word is to blame."""

from sqlalchemy import Connection

from search.contract import Document, Index, Query
from search.explaining import without_hits
from tests.search.holdings import LANGUAGE, seen_by


def test_an_empty_answer_names_the_words_that_nothing_holds(filled: Index, connection: Connection) -> None:
    tree = LANGUAGE.parse("燃气 隧道 NOT 桥 地铁").tree
    assert [one.typed for one in without_hits(filled, connection, Query(tree))] == ["隧道", "地铁"]
    hidden = LANGUAGE.parse("西路桥梁 燃气").tree
    assert without_hits(filled, connection, Query(hidden, visible=seen_by([0, 1, 2]))) == []
    filled.replace(connection, [Document(1, "volume", "1", "燃气", columns={"secrecy": "秘密", "owner": 9})])
    assert [one.typed for one in without_hits(filled, connection, Query(hidden, visible=seen_by([])))] == ["燃气"]
