"""What every engine must do: find exactly, count exactly, order, page, forget, and tell nobody what is not theirs."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, literal, select

from archives.core.backend import Backend
from search.contract import Counts, CursorError, Document, Facet, Index, Order, Query, Result
from search.predicates import Among, Between
from search.tables import SearchTables
from search.tree import And, Range, Text, Tree
from search.words import needle
from tests.search.conftest import writing
from tests.search.holdings import LANGUAGE, TITLES, WORDS, drawn, holding, matching, sample, seen_by, sees

ALL = 1_000


def found(index: Index, connection: Connection, typed: str | Tree, **asked: object) -> list[int]:
    """The ids of all hits in their order."""
    return [hit.id for hit in answer(index, connection, typed, **asked).hits]


def answer(index: Index, connection: Connection, typed: str | Tree, **asked: object) -> Result:
    tree = LANGUAGE.parse(typed).tree if isinstance(typed, str) else typed
    return index.search(connection, replace(Query(tree, size=ALL), **asked))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "typed",
    [
        "热",
        "燃气",
        "竣工图",
        "管",
        "第12卷",
        "3月",
        "DN300",
        "ＤＮ３００",
        "K3+150",
        "繁體",
        "竣工圖",
        "人民东路",
        "𠮷",
        "𡈽建",
        "野家装",
    ],
)
def test_what_is_found_holds_what_was_typed(filled: Index, connection: Connection, typed: str) -> None:
    expected = matching(sample(), typed)
    assert expected
    assert set(found(filled, connection, typed)) == expected


@pytest.mark.parametrize("title", TITLES)
def test_a_whole_title_finds_its_document_first(filled: Index, connection: Connection, title: str) -> None:
    assert TITLES[found(filled, connection, title)[0] - 1] == title


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("A NOT B", set()),
        ("A NOT C", {16}),
        ("(东路 AND NOT 秘密) OR 桥梁", {4, 5, 6, 14, 15}),
        ("水与电", {13}),
        ("机动车 与 人行", {12}),
        ("非机动车道", {12}),
        ("东路 非 道路", {4, 15}),
        ("东路(二期)", {5}),
        ("东路二期", set()),
        ('"工程 施工图"', {6}),
        ("DN3*", {4, 7, 20}),
        ("档号:J-01-00", set(range(1, 10))),
        ("J-01-005", {5}),
        ("档号:j-01-005", {5}),
        ("中山路28号 题名:热", {2, 3}),
        ("建设单位:热力 题名:热", {2}),
        ("ring road", {18}),
        ("O'Neil", {19}),
        ("(draft", {19}),
        ("密级:秘密 桥", {6}),
        ("形成:2001..2003 管", {1, 3, 17}),
        ("页数:..30 NOT 管", {2}),
        ("NOT 中山路", set()),
        ("题名:工 NOT 题名:路 NOT 竣工", {3, 6, 11, 17}),
        ("'", set()),
        ("+++", set()),
        ("热 +++", {3, *range(2, 21, 2)}),
    ],
)
def test_the_language_is_answered(filled: Index, connection: Connection, typed: str, expected: set[int]) -> None:
    assert set(found(filled, connection, typed)) == expected


def test_ten_thousand_characters_are_answered(filled: Index, connection: Connection) -> None:
    assert found(filled, connection, "路" * 10_000) == []
    assert found(filled, connection, "东 路 " * 3_333) != []
    assert found(filled, connection, "".join(chr(0x4E00 + at) for at in range(10_000))) == []
    assert found(filled, connection, " ".join(chr(0x4E00 + at) for at in range(5_000))) == []


HAN = st.text("人民东西路热力燃气管道工程图卷二期第体𠮷繁體", min_size=1, max_size=6)


@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    typed=HAN,
    kept=st.lists(st.text("人民东西路热力燃气管道工程图卷二期第12DN, （）、 𠮷繁體Ｄ", max_size=25), max_size=5),
)
def test_chinese_characters_find_exactly_the_texts_that_hold_them(
    index: Index, connection: Connection, typed: str, kept: list[str]
) -> None:
    documents = [
        Document(at, "volume", f"C-{at}", text, {"abstract": kept[at - 2] if kept else ""}, {"secrecy": "公开"})
        for at, text in enumerate([*kept, typed], 1)
    ]
    with connection.begin_nested() as savepoint:
        index.add(connection, documents)
        assert set(found(index, connection, Text(needle(typed)))) == holding(documents, typed)
        savepoint.rollback()


@pytest.fixture
def many(index: Index, connection: Connection) -> list[Document]:
    """Three hundred documents of random words, in the index."""
    documents = drawn(300, 7)
    index.add(connection, documents)
    return documents


def test_random_words_and_pairs_are_found_exactly(index: Index, connection: Connection, many: list[Document]) -> None:
    asked = [first + second for first in WORDS for second in ("", *WORDS[:6])]
    for typed in asked:
        if needle(typed):
            assert set(found(index, connection, Text(needle(typed)))) == matching(many, typed), typed


@pytest.mark.parametrize("owners", [(), (0,), (1, 2)])
def test_nobody_finds_or_counts_what_is_not_theirs(
    index: Index, connection: Connection, many: list[Document], owners: tuple[int, ...]
) -> None:
    visible = {one.id for one in many if sees(one, owners)}
    facet = Facet("secrecy")
    for typed in ("人", "东路", "竣工图", "热 OR 路", "NOT 热"):
        everything = set(found(index, connection, typed))
        mine = answer(index, connection, typed, visible=seen_by(owners), facets=(facet,))
        assert {hit.id for hit in mine.hits} == everything & visible
        assert mine.total == len(everything & visible) == sum(mine.facets[facet].values())


FACETS = (Facet("kind"), Facet("secrecy"), Facet("formed", "year"), Facet("formed", "month"), Facet("pages"))


@pytest.mark.parametrize("typed", ["管", "人民", "NOT 热", ""])
def test_a_facet_counts_what_the_filtered_search_finds(
    index: Index, connection: Connection, many: list[Document], typed: str
) -> None:
    whole = answer(index, connection, typed, facets=FACETS, visible=seen_by([1]))
    for facet in FACETS:
        assert sum(whole.facets[facet].values()) == whole.total
        for value, count in whole.facets[facet].items():
            filters = (_filter(facet, value),)
            assert answer(index, connection, typed, visible=seen_by([1]), filters=filters).total == count


def _filter(facet: Facet, value: str | float | None) -> Among | Between:
    if facet.by == "value" or value is None:
        return Among(facet.column, (value,))
    assert not isinstance(value, str)
    factor = 10_000 if facet.by == "year" else 100
    return Between(facet.column, value * factor, value * factor + factor - 1)


@pytest.mark.parametrize("order", ["relevance", "newest", "oldest", "code"])
@pytest.mark.parametrize("typed", ["管", ""])
def test_pages_follow_one_another_without_a_gap(
    index: Index, connection: Connection, many: list[Document], order: Order, typed: str
) -> None:
    whole = answer(index, connection, typed, order=order)
    listed, after = [], None
    while True:
        page = answer(index, connection, typed, order=order, size=17, after=after)
        listed += [hit.id for hit in page.hits]
        assert page.total == whole.total
        if page.next is None:
            break
        after = page.next
    assert listed == [hit.id for hit in whole.hits]


def test_orders_are_by_day_and_by_code(index: Index, connection: Connection, many: list[Document]) -> None:
    known = {one.id: one for one in many}
    day = {one.id: one.day for one in many}
    newest = found(index, connection, "管", order="newest")
    oldest = found(index, connection, "管", order="oldest")
    assert newest == sorted(newest, key=lambda one: (day[one] is None, -(day[one] or date.min).toordinal(), -one))
    assert oldest == sorted(oldest, key=lambda one: (day[one] is None, day[one] or date.min, one))
    codes = found(index, connection, "管", order="code")
    assert codes == sorted(codes, key=lambda one: known[one].code)


def test_the_heavier_field_comes_first(index: Index, connection: Connection) -> None:
    places = [
        ("", "", "供热", ""),
        ("", "供热", "", ""),
        ("集中供热", "", "", ""),
        ("供热", "", "", ""),
        ("", "", "", "供热"),
    ]
    for at, (title, client, abstract, long) in enumerate(places, 1):
        fields = {"client": client, "abstract": abstract}
        document = Document(at, "volume", str(at), title, fields, long=long, day=date(2000 + at, 1, 1))
        index.add(connection, [document])
    last = [5] if index.searches_long else []
    assert found(index, connection, "供热") == [4, 3, 2, 1, *last]
    assert found(index, connection, "供热", order="newest") == [*last, 4, 3, 2, 1]


@pytest.mark.parametrize("after", ["", "[]", "[1]", '["a", 1, 2]', "x", "[1, 2, 3, 4]"])
def test_a_cursor_of_another_order_is_refused(filled: Index, connection: Connection, after: str) -> None:
    with pytest.raises(CursorError):
        answer(filled, connection, "热", after=after)


def test_a_total_stops_at_its_cap_and_says_so(index: Index, connection: Connection, many: list[Document]) -> None:
    exact = answer(index, connection, "管", counted=None)
    facets = (Facet("kind"),)
    capped = answer(index, connection, "管", counted=50, facets=facets)
    assert not exact.capped
    assert exact.total == len(matching(many, "管")) > 50
    assert (capped.total, capped.capped) == (50, True)
    assert len(capped.hits) <= 51
    assert sum(capped.facets[facets[0]].values()) in {50, 51}
    assert not answer(index, connection, "管", counted=exact.total).capped


def test_a_whole_title_comes_first_however_many_hits_there_are(index: Index, connection: Connection) -> None:
    titles_ = ["热", *(f"热网{at}" for at in range(40))]
    index.add(connection, [Document(at, "volume", str(at), title) for at, title in enumerate(titles_, 1)])
    first = answer(index, connection, "热", counted=10)
    assert first.hits[0].id == 1
    assert (first.total, first.capped) == (10, True)


def test_what_is_replaced_or_removed_is_found_no_more(filled: Index, connection: Connection) -> None:
    changed = replace(sample()[1], title="冷库", fields={}, columns={"secrecy": "秘密"}, names=())
    assert 2 in found(filled, connection, "热")
    filled.replace(connection, [changed])
    assert 2 not in found(filled, connection, "热")
    assert found(filled, connection, "冷库 密级:秘密") == [2]
    assert found(filled, connection, "冷库", visible=Among("secrecy", ("公开",))) == []
    filled.remove(connection, [2, 999])
    assert found(filled, connection, "冷") == []
    assert filled.health(connection).faults == ()


def test_facets_follow_each_change(filled: Index, connection: Connection) -> None:
    facet = Facet("secrecy")

    def counts() -> Counts:
        return answer(filled, connection, "", facets=(facet,)).facets[facet]

    assert counts() == {"公开": 17, "秘密": 3}
    filled.replace(connection, [replace(sample()[0], columns={"secrecy": "绝密"})])
    assert counts() == {"公开": 16, "秘密": 3, "绝密": 1}
    filled.remove(connection, [1, 2])
    assert counts() == {"公开": 15, "秘密": 3}
    filled.add(connection, [Document(77, "item", "Z", "新")])
    assert counts() == {"公开": 15, "秘密": 3, None: 1}
    filled.clear(connection)
    assert counts() == {}


def test_what_was_rolled_back_is_neither_found_nor_counted(ground: Backend, index: Index) -> None:
    facet = Facet("secrecy")
    with writing(ground) as writer:
        index.add(writer, sample())
    with ground.engine.connect() as connection:
        assert answer(index, connection, "", facets=(facet,)).facets[facet] == {"公开": 17, "秘密": 3}
        connection.rollback()
        index.replace(connection, [replace(sample()[0], title="冷", columns={"secrecy": "绝密"})])
        assert answer(index, connection, "冷", facets=(facet,)).facets[facet] == {"绝密": 1}
        connection.rollback()
        assert answer(index, connection, "", facets=(facet,)).facets[facet] == {"公开": 17, "秘密": 3}
        assert found(index, connection, "冷") == []


def test_an_open_transaction_sees_its_own_moment(ground: Backend, index: Index) -> None:
    with writing(ground) as writer:
        index.add(writer, sample())
    facet, changed = Facet("secrecy"), replace(sample()[0], title="冷", columns={"secrecy": "绝密"})
    isolated = {"isolation_level": "REPEATABLE READ"} if ground.kind == "server" else {}
    with ground.engine.connect().execution_options(**isolated) as before:
        assert found(index, before, "冷") == []
        with writing(ground) as writer:
            index.replace(writer, [changed])
        with ground.engine.connect() as now:
            assert answer(index, now, "冷", facets=(facet,)).facets[facet] == {"绝密": 1}
            assert answer(index, before, "燃气", facets=(facet,)).facets[facet] == {"公开": 1}
            assert answer(index, now, "冷", facets=(facet,)).facets[facet] == {"绝密": 1}


def test_fields_come_back_as_they_were_written(filled: Index, connection: Connection) -> None:
    assert filled.written(connection, [7])[7]["title"] == "ＤＮ３００铸铁管安装记录"


def test_an_undeclared_field_or_column_is_refused(index: Index, connection: Connection) -> None:
    for wrong in (Document(1, "volume", "1", "t", {"x": "y"}), Document(1, "volume", "1", "t", {}, {"x": "y"})):
        with pytest.raises(KeyError):
            index.add(connection, [wrong])


def test_long_text_is_found_after_what_people_wrote(index: Index, connection: Connection) -> None:
    if not index.searches_long:
        pytest.skip("the engine leaves long text out")
    index.add(
        connection,
        [Document(1, "item", "1", "图纸", long="全文里的供热 管网 DN500"), Document(2, "item", "2", "供热管网")],
    )
    assert found(index, connection, "供热管网") == [2, 1]
    assert found(index, connection, "DN500") == [1]
    index.replace(connection, [Document(1, "item", "1", "图纸", long="别的")])
    assert found(index, connection, "供热管网") == [2]


def test_health_tells_how_many_there_are(filled: Index, connection: Connection) -> None:
    health = filled.health(connection)
    assert (health.documents, health.indexed, health.faults) == (20, 20, ())


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("中", ["中山路"]),
        ("zsl", ["中山路"]),
        ("RL", ["热力公司"]),
        ("市政建设局", ["市政建设局"]),
        ("x", []),
        ("", []),
        ("%", []),
    ],
)
def test_names_are_suggested_by_their_beginning_and_their_pinyin(
    filled: Index, connection: Connection, typed: str, expected: list[str]
) -> None:
    assert filled.suggest(connection, typed) == expected


def test_names_of_hidden_documents_are_not_suggested(filled: Index, connection: Connection) -> None:
    hidden = Document(50, "volume", "X", "x", columns={"secrecy": "秘密", "owner": 9}, names=("中央军区路",))
    filled.add(connection, [hidden])
    assert "中央军区路" not in filled.suggest(connection, "中", seen_by([]))
    assert "中央军区路" in filled.suggest(connection, "中", seen_by([9]))
    assert filled.like(connection, "中央军曲路", seen_by([])) == []
    assert filled.like(connection, "中央军曲路", seen_by([9])) == ["中央军区路"]


@pytest.mark.parametrize(
    ("typed", "expected"), [("市政建没局", ["市政建设局"]), ("众山路", ["中山路"]), ("市政建设局", []), ("桥", [])]
)
def test_a_misspelled_name_is_recognised(
    filled: Index, connection: Connection, typed: str, expected: list[str]
) -> None:
    assert filled.like(connection, typed) == expected


def test_columns_change_and_words_stay(filled: Index, search_tables: SearchTables, connection: Connection) -> None:
    by_secrecy, document = (Facet("secrecy"),), search_tables.document.c
    before = answer(filled, connection, "竣工图", facets=by_secrecy).facets[by_secrecy[0]]
    assert before["公开"]
    stated = select(document.id, literal("内部").label("secrecy")).where(document.secrecy == "公开")
    filled.restate(connection, stated)
    after = answer(filled, connection, "竣工图", facets=by_secrecy)
    assert after.facets[by_secrecy[0]] == {
        **{key: count for key, count in before.items() if key != "公开"},
        "内部": before["公开"],
    }
    assert found(filled, connection, "竣工图 密级:公开") == []
    assert len(found(filled, connection, "竣工图 密级:内部")) == before["公开"]
    assert found(filled, connection, "燃气管道工程竣工图")


@pytest.mark.parametrize("typed", ["管道", "", "人民 NOT 西路", "密级:公开"])
def test_only_documents_between_two_ids_are_found(
    index: Index, connection: Connection, many: list[Document], typed: str
) -> None:
    assert many
    everything = found(index, connection, typed)
    inside = answer(index, connection, typed, between=(100, 140), facets=(Facet("kind"),))
    assert [hit.id for hit in inside.hits] == [id_ for id_ in everything if 100 <= id_ <= 140]
    assert inside.total == sum(inside.facets[Facet("kind")].values()) == len(inside.hits) > 0


def test_ranges_and_words_mix_with_alternatives(index: Index, connection: Connection, many: list[Document]) -> None:
    tree = LANGUAGE.parse("热 OR 形成:2010..2012 OR NOT (管 OR 路)").tree
    hot, pipes, roads = (matching(many, word) for word in ("热", "管", "路"))
    formed = {one.id: one.columns["formed"] for one in many}
    then = {id_ for id_, day in formed.items() if isinstance(day, date) and 2010 <= day.year <= 2012}
    expected = hot | then | (formed.keys() - pipes - roads)
    assert set(found(index, connection, tree)) == expected
    pages = {one.id: one.columns["pages"] for one in many}
    thick = {id_ for id_, number in pages.items() if isinstance(number, int) and number >= 10}
    assert set(found(index, connection, And((tree, Range("pages", 10, None))))) == expected & thick
