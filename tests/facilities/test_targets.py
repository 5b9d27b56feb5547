"""Every sentence of the plan that holds a target, with areas judged by it: at its bounds and around them."""

from typing import Any

import numpy as np
import pytest

from archives.facilities.evaluation import VERDICTS
from archives.facilities.standards.tables import load_standards
from tests.facilities.areas import (
    CITY,
    COUNTY,
    COUNTY_CITY,
    DISTRICT,
    MUNICIPALITY,
    PROVINCE,
    judged,
    verdict_of,
)

EDITION = load_standards().edition("plan_2006")
T1 = (
    "全国各省、自治区、直辖市建设（规划）行政部门内，要全部建立城建档案工作管理机构，"
    "个别不能设立机构的，要设专职人员负责城建档案工作。"
)
T2 = "设市城市在全部建立城建档案馆的基础上，90%以上实现“一个机构、两块牌子”的管理体制。"
T3 = "县城要有90%以上建立城建档案馆或城建档案室，其中50%以上实现“一个机构、两块牌子”的管理体制。"
T4 = (
    "还没有出台关于城乡建设档案管理的省政府规章的省（自治区、直辖市），“十一五”期间要积极创造条件出台，"
    "出台率争取达到80%；"
)
T5 = "市级城乡建设档案管理的政府规章或规范性文件的出台率要争取达到60%。"
T6 = (
    "各级城建档案馆人员数量应达到如下标准：直辖市50人以上；特大城市（百万人口以上的城市）40至50人；"
    "大城市25至40人；中等城市10至25人；小城市和县5至10人。"
)
T7 = "城建档案馆专业技术人员数量至少应占全馆总人数的80%以上。"
T8 = "“十五”、“十一五”时期的大、中型建设项目和国家及各级政府的重点工程档案，应全部接收进馆。"
T9 = (
    "馆库面积特大城市达到4000平方米以上，大城市达到3000平方米以上，中等城市达到2024平方米以上，"
    "小城市1000平方米以上，达标率70%；县500平方米以上达到30%。"
)
T10A = "实现城建档案馆基本保护设施和设备，如灭火器、温湿度记录仪、除湿机、安全监控等，达到100%配置齐全。"
T10B = "实现城乡建设档案安全保管，确保不发生重大安全事故。"
T11 = "实现全国各市级城市城建档案馆全部建成局域网，城建档案馆（室）全部实现档案管理计算机化；"
T12 = (
    "全面完成市级馆馆藏档案目录数据库建设，实现馆藏档案检索计算机化，"
    "县级城建档案馆（室）要有80%完成馆藏档案目录数据库建设；"
)
T13 = "抓紧建立地下管线综合数据库、建筑信息数据库、城市规划审批成果数据库、声像资料数据库等各种档案基本数据库；"

ALL_FOUR = {"extinguisher": True, "th_recorder": 4, "dehumidifier": 1, "security_monitoring": True}
BASES = {"pipelines": True, "buildings": True, "planning_approvals": True, "audio_visual": True}
WITHOUT = {**CITY, "has": "none"}

Case = tuple[str, str, dict[str, Any], str, float | None]
CASES: list[Case] = [
    # sentence, target, area, verdict, gap
    (T1, "T1", {**PROVINCE, "body": "body"}, "met", 0),
    (T1, "T1", {**PROVINCE, "body": "post"}, "met", 0),
    (T1, "T1", {**PROVINCE, "body": "none"}, "missed", 1),
    (T1, "T1", PROVINCE, "unknown", None),
    (T1, "T1", {**MUNICIPALITY, "body": "none"}, "missed", 1),
    (T1, "T1", {**CITY, "body": "body"}, "not_applicable", None),
    (T2, "T2a", CITY, "met", 0),
    (T2, "T2a", WITHOUT, "missed", 1),
    (T2, "T2a", {**CITY, "has": "office"}, "missed", 1),
    (T2, "T2a", {**CITY, "has": None}, "unknown", None),
    (T2, "T2a", COUNTY_CITY, "met", 0),
    (T2, "T2a", {**CITY, "urban_status": False}, "not_applicable", None),
    (T2, "T2a", COUNTY, "not_applicable", None),
    (T2, "T2a", DISTRICT, "not_applicable", None),
    (T2, "T2b", {**CITY, "two_names": True}, "met", 0),
    (T2, "T2b", {**CITY, "two_names": False}, "missed", 1),
    (T2, "T2b", CITY, "unknown", None),
    (T2, "T2b", WITHOUT, "missed", 1),
    (T3, "T3a", COUNTY, "met", 0),
    (T3, "T3a", {**COUNTY, "has": "archives"}, "met", 0),
    (T3, "T3a", {**COUNTY, "has": "none"}, "missed", 1),
    (T3, "T3a", COUNTY_CITY, "not_applicable", None),
    (T3, "T3b", {**COUNTY, "two_names": True}, "met", 0),
    (T3, "T3b", {**COUNTY, "two_names": False}, "missed", 1),
    (T3, "T3b", {**COUNTY, "has": "none"}, "not_applicable", None),
    (T4, "T4", {**PROVINCE, "regulation": {"provincial_rule": True}}, "met", 0),
    (T4, "T4", {**PROVINCE, "regulation": {"provincial_rule": False}}, "missed", 1),
    (T4, "T4", {**PROVINCE, "regulation": {"normative_document": True}}, "unknown", None),
    (T4, "T4", {**MUNICIPALITY, "regulation": {"government_rule": 1}}, "met", 0),
    (T4, "T4", {**CITY, "regulation": {"government_rule": 1}}, "not_applicable", None),
    (T5, "T5", {**CITY, "regulation": {"government_rule": True}}, "met", 0),
    (T5, "T5", {**CITY, "regulation": {"normative_document": 2}}, "met", 0),
    (T5, "T5", {**CITY, "regulation": {"government_rule": False, "normative_document": False}}, "missed", 1),
    (T5, "T5", {**CITY, "regulation": {"government_rule": False}}, "unknown", None),
    (T5, "T5", {**WITHOUT, "regulation": {"government_rule": True}}, "met", 0),
    (T5, "T5", COUNTY_CITY, "not_applicable", None),
    (T6, "T6", {**MUNICIPALITY, "staff": 49}, "missed", 1),
    (T6, "T6", {**MUNICIPALITY, "staff": 50}, "met", 0),
    (T6, "T6", {**CITY, "population": 1_000_000, "staff": 39}, "missed", 1),
    (T6, "T6", {**CITY, "population": 1_000_000, "staff": 40}, "met", 0),
    (T6, "T6", {**CITY, "population": 999_999, "staff": 39}, "met", 0),
    (T6, "T6", {**CITY, "population": 500_000, "staff": 24}, "missed", 1),
    (T6, "T6", {**CITY, "population": 500_000, "staff": 25}, "met", 0),
    (T6, "T6", {**CITY, "population": 499_999, "staff": 10}, "met", 0),
    (T6, "T6", {**CITY, "population": 200_000, "staff": 9}, "missed", 1),
    (T6, "T6", {**CITY, "population": 199_999, "staff": 5}, "met", 0),
    (T6, "T6", {**CITY, "population": 199_999, "staff": 4}, "missed", 1),
    (T6, "T6", {**COUNTY, "staff": 4}, "missed", 1),
    (T6, "T6", {**COUNTY, "staff": 5}, "met", 0),
    (T6, "T6", {**COUNTY_CITY, "staff": 9}, "missed", 1),
    (T6, "T6", {**COUNTY_CITY, "staff": 10}, "met", 0),
    (T6, "T6", {**DISTRICT, "staff": 3}, "not_applicable", None),
    (T6, "T6", {**CITY, "staff": None}, "unknown", None),
    (T6, "T6", {**CITY, "population": None, "staff": 60}, "unknown", None),
    (T6, "T6", WITHOUT, "not_applicable", None),
    (T6, "T6", {**CITY, "urban_status": False, "staff": 60}, "not_applicable", None),
    (T7, "T7", {**CITY, "staff": 10, "technical_staff": 8}, "met", 0),
    (T7, "T7", {**CITY, "staff": 10, "technical_staff": 7}, "missed", 1),
    (T7, "T7", {**CITY, "staff": 11, "technical_staff": 8}, "missed", 1),
    (T7, "T7", {**CITY, "staff": 30, "technical_staff": 21}, "missed", 3),
    (T7, "T7", {**CITY, "staff": 30}, "unknown", None),
    (T7, "T7", {**COUNTY, "staff": 5, "technical_staff": 1}, "not_applicable", None),
    (T7, "T7", {**DISTRICT, "staff": 5, "technical_staff": 4}, "met", 0),
    (T8, "T8", {**CITY, "projects_due": 84, "projects_received": 84}, "met", 0),
    (T8, "T8", {**CITY, "projects_due": 84, "projects_received": 80}, "missed", 4),
    (T8, "T8", {**CITY, "projects_due": 0, "projects_received": 0}, "not_applicable", None),
    (T8, "T8", {**CITY, "projects_due": 84}, "unknown", None),
    (T9, "T9", {**CITY, "population": 1_000_000, "floor_area_m2": 3999.9}, "missed", 0.1),
    (T9, "T9", {**CITY, "population": 1_000_000, "floor_area_m2": 4000}, "met", 0),
    (T9, "T9", {**MUNICIPALITY, "floor_area_m2": 3999}, "missed", 1),
    (T9, "T9", {**MUNICIPALITY, "floor_area_m2": 4000}, "met", 0),
    (T9, "T9", {**CITY, "floor_area_m2": 2350}, "missed", 650),
    (T9, "T9", {**CITY, "floor_area_m2": 3000}, "met", 0),
    (T9, "T9", {**CITY, "population": 300_000, "floor_area_m2": 1999}, "missed", 1),
    (T9, "T9", {**CITY, "population": 300_000, "floor_area_m2": 2000}, "met", 0),
    (T9, "T9", {**CITY, "population": 300_000, "floor_area_m2": 2010}, "met", 0),  # 2024 is a misprint of 2000
    (T9, "T9", {**COUNTY_CITY, "floor_area_m2": 2000}, "met", 0),
    (T9, "T9", {**CITY, "population": 100_000, "floor_area_m2": 999}, "missed", 1),
    (T9, "T9", {**CITY, "population": 100_000, "floor_area_m2": 1000}, "met", 0),
    (T9, "T9", {**COUNTY, "floor_area_m2": 499}, "missed", 1),
    (T9, "T9", {**COUNTY, "floor_area_m2": 500}, "met", 0),
    (T9, "T9", {**DISTRICT, "floor_area_m2": 100}, "not_applicable", None),
    (T9, "T9", {**CITY, "store_area_m2": 5000}, "unknown", None),
    (T10A, "T10a", {**CITY, "equipment": ALL_FOUR}, "met", 0),
    (T10A, "T10a", {**CITY, "equipment": {**ALL_FOUR, "dehumidifier": 0}}, "missed", 1),
    (T10A, "T10a", {**CITY, "equipment": {"extinguisher": 0}}, "missed", 1),
    (T10A, "T10a", {**CITY, "equipment": {"extinguisher": 3}}, "unknown", None),
    (T10A, "T10a", {**COUNTY, "equipment": {"extinguisher": 0}}, "not_applicable", None),
    (T10B, "T10b", {**CITY, "accidents": 0}, "met", 0),
    (T10B, "T10b", {**CITY, "accidents": 2}, "missed", 2),
    (T10B, "T10b", CITY, "unknown", None),
    (T11, "T11a", {**CITY, "lan": True}, "met", 0),
    (T11, "T11a", {**CITY, "lan": False}, "missed", 1),
    (T11, "T11a", {**COUNTY_CITY, "lan": False}, "not_applicable", None),
    (T11, "T11a", {**CITY, "has": "office", "lan": False}, "not_applicable", None),
    (T11, "T11b", {**COUNTY, "computerised": True}, "met", 0),
    (T11, "T11b", {**CITY, "computerised": False}, "missed", 1),
    (T12, "T12", {**CITY, "database": {"catalogue": True}}, "met", 0),
    (T12, "T12", {**CITY, "catalogue_rate": 100}, "met", 0),
    (T12, "T12", {**COUNTY, "catalogue_rate": 99.5}, "missed", 0.5),
    (T12, "T12", {**COUNTY, "database": {"catalogue": False}}, "missed", None),
    (T12, "T12", COUNTY, "unknown", None),
    (T13, "T13", {**CITY, "database": BASES}, "met", 0),
    (T13, "T13", {**CITY, "database": {**BASES, "municipal_facilities": False}}, "met", 0),
    (T13, "T13", {**CITY, "database": {**BASES, "buildings": False, "pipelines": False}}, "missed", 2),
    (T13, "T13", {**CITY, "database": {"pipelines": True}}, "unknown", None),
]


@pytest.mark.parametrize(("sentence", "target", "area", "verdict", "gap"), CASES)
def test_the_sentence_judges_the_area(
    sentence: str, target: str, area: dict[str, Any], verdict: str, gap: float | None
) -> None:
    rows = EDITION.each[target]
    assert {EDITION.sentences[row.sentence].text for row in rows} == {sentence}
    found, missing = verdict_of(target, area)
    assert found == verdict
    assert missing == (None if gap is None else pytest.approx(gap))


def test_every_sentence_has_its_cases() -> None:
    assert {row.text for row in EDITION.sentences.values()} == {sentence for sentence, *_ in CASES}
    assert set(EDITION.each) == {target for _, target, *_ in CASES}


def test_many_areas_are_judged_as_each_alone() -> None:
    every = judged(*(area for _, _, area, _, _ in CASES))
    for row, (_, target, _, verdict, _) in enumerate(CASES):
        assert VERDICTS[every.outcomes[target].verdict[row]] == verdict


def test_staff_above_the_band_complies_and_is_told() -> None:
    outcome = judged({**CITY, "staff": 40}, {**CITY, "staff": 41}, {**MUNICIPALITY, "staff": 500}).outcomes["T6"]
    assert [VERDICTS[one] for one in outcome.verdict] == ["met"] * 3
    assert outcome.above.tolist() == [False, True, False]


def test_what_is_required_is_that_of_the_area_s_class() -> None:
    outcome = judged({**CITY, "population": 2_000_000}, COUNTY, DISTRICT).outcomes["T9"]
    assert outcome.required[:2].tolist() == [4000, 500]
    assert np.isnan(outcome.required[2])


@pytest.mark.parametrize(
    ("edition", "target", "area", "verdict", "gap"),
    [
        ("training_2018", "TR1", {**CITY, "staff": 10, "trained_staff": 9}, "missed", 1),
        ("training_2018", "TR1", {**COUNTY, "staff": 4, "trained_staff": 4}, "met", 0),
        ("staff_structure", "SS2", {**CITY, "staff": 10, "middle_titles": 3}, "met", 0),
        ("staff_structure", "SS3", {**CITY, "staff": 10, "engineers": 2}, "missed", 1),
        ("staff_structure", "SS4", {**CITY, "staff": 10, "high_school_staff": 10}, "met", 0),
        ("staff_structure", "SS5", {**CITY, "staff": 11, "college_staff": 5}, "missed", 1),
        ("staff_structure", "SS1", {**CITY, "staff": 10, "bachelor_staff": 7}, "met", 0),
        ("staff_structure", "SS6", {**CITY, "staff": 0, "trained_staff": 0}, "not_applicable", None),
    ],
)
def test_other_editions_judge_too(
    edition: str, target: str, area: dict[str, Any], verdict: str, gap: float | None
) -> None:
    assert verdict_of(target, area, edition) == (verdict, gap)
