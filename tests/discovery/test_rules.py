"""The form writes what the language reads back."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from archives.discovery.asking import LANGUAGE
from archives.discovery.drafts import Composed
from archives.discovery.rules import written
from search.tree import And, Not, Or, Range, Text, Tree, Value
from search.words import needle

WORDS = st.lists(
    st.text('燃气路图与或非ABz09-+().（）:：*"“ ORNTD', min_size=1, max_size=6), min_size=0, max_size=4
).map(" ".join)


def parts(tree: Tree) -> tuple[Tree, ...]:
    return tree.parts if isinstance(tree, And) else (tree,)


def test_a_full_form_is_one_readable_query() -> None:
    wanted = Composed(
        every="竣工图 DN300",
        phrase="给水 管道",
        either="东路 西路",
        none="施工",
        title="桥",
        code="A1-20",
        client="城投",
        kind="volume",
        formed_from=date(2008, 1, 1),
        completed_to=date(2012, 12, 31),
    )
    text = written(wanted, {"kind": "案卷"})
    assert text == (
        '竣工图 DN300 "给水 管道" (东路 OR 西路) 题名:桥 档号:A1-20 建设单位:城投 类型:"案卷" '
        "形成:2008-01-01.. 竣工:..2012-12-31 NOT 施工"
    )
    parsed = LANGUAGE.parse(text)
    assert parsed.hint is None
    assert Range("formed", 20080101, None) in parts(parsed.tree)
    assert Range("completed", None, 20121231) in parts(parsed.tree)
    assert Value("kind", "案卷") in parts(parsed.tree)
    assert sum(isinstance(part, Not) for part in parts(parsed.tree)) == 1
    assert sum(isinstance(part, Or) for part in parts(parsed.tree)) == 1


def test_an_empty_form_asks_nothing() -> None:
    assert written(Composed(), {}) == ""


@given(every=WORDS, none=WORDS, title=WORDS)
def test_whatever_is_typed_is_read_as_it_was_meant(every: str, none: str, title: str) -> None:
    parsed = LANGUAGE.parse(written(Composed(every=every, none=none, title=title), {}))
    sought = {(one.needle, one.field) for one in parts(parsed.tree) if isinstance(one, Text)}
    clean = str.maketrans(dict.fromkeys('"“”＂', " "))
    expected: set[tuple[str, str | None]] = {
        (found, None) for word in every.translate(clean).split() if (found := needle(word))
    }
    expected |= {(found, "title") for word in title.translate(clean).split() if (found := needle(word))}
    assert sought == expected or parsed.hint == "empty"
