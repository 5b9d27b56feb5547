"""The words that a return may use for levels, holdings, classes and yes or no. Pure."""

from collections.abc import Mapping

from archives.core.drafts import Choice, Vocabularies, Vocabulary
from archives.core.language import LANGUAGES, Message, msg, speaking
from archives.facilities.drafts import BASIS, BODY, CLASS, GRADE, HOLDING, LEVEL, LIST, YES_NO
from archives.facilities.standards.tables import load_standards

Words = Mapping[str, tuple[Message, tuple[str, ...]]]
"""By code: the label, and the other ways people write it."""

LEVELS: Words = {
    "ministry": (msg("Ministry"), ("部", "国家")),
    "province": (msg("Province"), ("省", "自治区", "省级", "兵团")),
    "municipality": (msg("Municipality under the centre"), ("直辖市",)),
    "city": (msg("Prefecture-level city"), ("市", "地级市", "设区市", "计划单列市", "地市", "地级")),
    "county_city": (msg("County-level city"), ("县级市",)),
    "county": (msg("County"), ("县", "自治县", "旗", "县城")),
    "district": (msg("Urban district"), ("区", "市辖区")),
}
HOLDINGS: Words = {
    "archives": (msg("Archives institution"), ("馆", "城建档案馆", "档案馆", "有馆")),
    "office": (msg("Archives office"), ("室", "城建档案室", "档案室", "有室")),
    "none": (msg("Nothing"), ("无", "没有", "无馆室", "未设")),
}
BODIES: Words = {
    "body": (msg("A body of its own"), ("机构", "专门机构", "有机构", "是", "true", "yes")),
    "post": (msg("A full-time post"), ("专职", "专职人员", "专人")),
    "none": (msg("Nothing"), ("无", "没有", "未设", "否", "false", "no")),
}
CLASSES: Words = {
    "municipality": (msg("Municipality under the centre"), ("直辖市",)),
    "super_large": (msg("Super-large city"), ("超大", "超大城市")),
    "extra_large": (msg("Extra-large city"), ("特大", "特大城市")),
    "large": (msg("Large city"), ("大", "大城市")),
    "medium": (msg("Medium city"), ("中", "中等", "中等城市")),
    "small": (msg("Small city"), ("小", "小城市")),
    "county": (msg("County"), ("县", "县城")),
}
GRADES: Words = {
    "first": (msg("First grade"), ("一级", "国家一级", "1")),
    "second": (msg("Second grade"), ("二级", "国家二级", "2")),
}
ANSWERS: Words = {
    "yes": (msg("yes"), ("是", "有", "已建", "已", "√", "true", "1", "y", "yes")),
    "no": (msg("no"), ("否", "无", "没有", "未建", "未", "×", "x", "false", "0", "n", "no")),
}
LISTS: Words = {
    "equipment": (msg("Equipment"), ("设备",)),
    "databases": (msg("Databases"), ("数据库",)),
    "regulations": (msg("Regulations"), ("法规",)),
    "holdings": (msg("What is held"), ("馆藏",)),
    "class_volumes": (msg("Volumes by class"), ("门类",)),
}
"""The lists of a return, by their names there."""


COUNTINGS: Mapping[str, tuple[str, ...]] = {
    "non_agricultural": ("非农业", "非农人口", "市区非农业人口"),
    "urban_resident": ("城区常住", "城区人口", "城区"),
    "resident": ("常住", "permanent"),
    "registered": ("户籍",),
}
"""Other names of the ways to count a population."""


def vocabularies() -> Vocabularies:
    """Every vocabulary of the drafts, in the language that is spoken."""
    bases = load_standards().listed("basis")
    return {
        YES_NO: _vocabulary(ANSWERS),
        LEVEL: _vocabulary(LEVELS),
        HOLDING: _vocabulary(HOLDINGS),
        BODY: _vocabulary(BODIES),
        CLASS: _vocabulary(CLASSES),
        GRADE: _vocabulary(GRADES),
        LIST: _vocabulary(LISTS),
        BASIS: Vocabulary(
            [
                Choice(row.code, row.name, frozenset({row.name_zh, row.name_en, *COUNTINGS.get(row.code, ())}))
                for row in bases
            ]
        ),
    }


def _vocabulary(words: Words) -> Vocabulary:
    return Vocabulary([Choice(code, str(label), _spelled(label, others)) for code, (label, others) in words.items()])


def _spelled(label: Message, others: tuple[str, ...]) -> frozenset[str]:
    """The label in every language, for a list may come from somebody who reads another, and the other ways."""
    labels = set()
    for language in LANGUAGES:
        with speaking(language):
            labels.add(str(label))
    return frozenset({*labels, *others})
