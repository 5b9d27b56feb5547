"""What matched is marked in the text as it was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.highlight import fragments, marked
from search.tree import Text
from search.words import line, needle
from tests.search.holdings import LANGUAGE


@pytest.mark.parametrize(
    ("typed", "text", "shown"),
    [
        ("管道", "给水管道工程", "给水[管道]工程"),
        ("DN300", "铸铁管ＤＮ３００安装", "铸铁管[ＤＮ３００]安装"),
        ("DN300", "DN3000 与 DN300", "DN3000 与 [DN300]"),
        ("DN3*", "DN3000管", "[DN3]000管"),
        ("繁体", "繁體字", "[繁體]字"),
        ("给水 水管", "给水管", "[给水管]"),
        ("第12卷", "第 12 卷", "[第 12 卷]"),
        ("K3+150", "桩号K3+150处", "桩号[K3+150]处"),
        ("ring road", "Ring Road No. 2", "[Ring] [Road] No. 2"),
        ('"ring road"', "Ring Road No. 2", "[Ring Road] No. 2"),
        ("题名:水", "水", "[水]"),
        ("地址:水", "水", "水"),
        ("NOT 水", "水", "水"),
        ("𠮷", "𠮷野", "[𠮷]野"),
    ],
)
def test_what_matched_is_marked(typed: str, text: str, shown: str) -> None:
    pieces = marked(LANGUAGE.parse(typed).tree, text, "title")
    assert "".join(f"[{piece.text}]" if piece.matched else piece.text for piece in pieces) == shown


def test_a_long_text_gives_its_best_parts() -> None:
    text = "序言。" * 100 + "本段为供热管网说明" + "其他。" * 100 + "供热与供热管网" + "尾声。" * 100
    found = fragments(LANGUAGE.parse("供热").tree, text, most=2)
    assert len(found) == 2
    assert all(any(piece.matched and piece.text == "供热" for piece in one) for one in found)
    assert all(sum(len(piece.text) for piece in one) < 150 for one in found)
    assert fragments(LANGUAGE.parse("桥").tree, text) == []


@given(st.text("人民东路a1 B2(+）,、𠮷繁體\u3000-", max_size=30), st.text("人民东路a1B2(𠮷", min_size=1, max_size=3))
def test_marking_changes_no_text_and_marks_whatever_matches(text: str, typed: str) -> None:
    sought = needle(typed)
    pieces = marked(Text(sought), text) if sought else ()
    assert not sought or "".join(piece.text for piece in pieces) == text
    assert any(piece.matched for piece in pieces) == (bool(sought) and sought in line(text))
