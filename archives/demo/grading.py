"""A scheme of grading that is plainly a demonstration, one institution graded by it and one being assessed.

Its items and cut-offs are invented: no official ones were found. One of its assessors has an account here, so that
somebody of the demonstration has a sheet to score.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from archives.core.actors import Actor
from archives.facilities.grading import queries, scheme_service, service
from archives.facilities.grading.models import GradeScheme
from archives.facilities.grading.queries import Line
from archives.facilities.grading.rules import said
from archives.facilities.grading.scheme_service import content_of
from archives.facilities.results.queries import area_by_code

FINISHED, RUNNING = "990200", "990300"
"""Cities of the invented province."""
PEER = "fuhe"
"""Somebody of another archives who is an assessor."""
HEAD = {
    "code": "demo",
    "name": "演示考评办法",
    "total": "100",
    "assessors_least": "5",
    "assessors_most": "7",
    "source": "演示数据，不是任何机关的办法",
    "note": "条目、分值与等级分数线均为演示而设",
}
Item = tuple[str, str, str, str]
"""Text, points, evidence, formula."""
GROUPS: Sequence[tuple[str, Sequence[Item]]] = (
    (
        "机构与队伍",
        (
            ("实行“一个机构、两块牌子”", "6", "机构设置文件", "two_names"),
            ("专业技术人员不低于80%", "10", "人员名册", "min(1, technical_staff / staff / 80%)"),
            ("岗位职责明确", "8", "制度汇编", ""),
        ),
    ),
    (
        "馆库与设备",
        (
            ("馆库面积不少于2000平方米", "14", "房产证明", "min(1, floor_area_m2 / 2000)"),
            (
                "温湿度、除湿与安全监控设备齐备",
                "12",
                "设备台账",
                "equipment.th_recorder > 0 and equipment.dehumidifier > 0 and equipment.security_monitoring > 0",
            ),
            ("当年未发生重大安全事故", "10", "安全检查记录", "accidents == 0"),
        ),
    ),
    (
        "业务与信息化",
        (
            ("应移交工程档案全部接收", "16", "移交证明", "projects_received / projects_due"),
            ("建成局域网，档案管理计算机化", "10", "系统运行记录", "(lan + computerised) / 2"),
            ("利用服务规范", "14", "利用登记、读者意见", ""),
        ),
    ),
)
GRADES = (("演示一级", "90"), ("演示二级", "75"))
EXPERTS = (
    ("丁评审", "研究馆员", "示例省档案学会"),
    ("方评审", "高级工程师", "示例省城乡规划院"),
    ("石评审", "副研究馆员", "虚构市城建档案馆"),
    ("龙评审", "副处长", "示例省住房和城乡建设厅"),
    ("万评审", "研究馆员", "演练市城建档案馆"),
)
BY_JUDGEMENT = Decimal("0.9")
"""The part of its points that an item without a formula, or without a known figure, is given."""


def bring(session: Session, operator: Actor, bureau: Actor, today: date) -> None:
    """The operator writes the scheme and enters what others put on paper; the bureau approves."""
    scheme = _scheme(session, operator)
    done = _claimed(session, operator, scheme, FINISHED, today.year - 1)
    for at, _ in enumerate(EXPERTS):
        _appointed(session, operator, done, at)
    _conclude(session, operator, done, "材料齐全，考评组一致同意所评分数与等级。")
    service.approve(session, bureau, done)
    running = _claimed(session, operator, scheme, RUNNING, today.year - 1)
    for at, _ in enumerate(EXPERTS[:4]):
        _appointed(session, operator, running, at)
    peer = {"login": PEER, "title": "副研究馆员"}
    service.appoint(session, operator, running, peer, str(running.assessment.version))
    _conclude(session, operator, running, "待全体考评员评分后审定。")


def _scheme(session: Session, operator: Actor) -> GradeScheme:
    made = scheme_service.write(session, operator, HEAD)
    for name, items in GROUPS:
        scheme_service.put_group(session, operator, made, {"name": name}, str(made.version))
        group = content_of(made).groups[-1].key
        for wording, points, evidence, formula in items:
            item = {"wording": wording, "points": points, "evidence": evidence, "formula": formula}
            scheme_service.put_item(session, operator, made, item, str(made.version), group=group)
    for name, least in GRADES:
        scheme_service.put_grade(session, operator, made, {"name": name, "least": least}, str(made.version))
    scheme_service.put_in_force(session, operator, made, str(made.version))
    return made


def _claimed(session: Session, operator: Actor, scheme: GradeScheme, code: str, year: int) -> Line:
    """A self-assessment that is submitted: what the formulas propose, the rest by judgement."""
    area, _ = area_by_code(session, operator, code)
    made = service.begin(session, operator, area, year, scheme)
    line = queries.assessment(session, operator, made.id)
    raw = _points(session, line, Decimal(1))
    raw |= {f"evidence-{item.key}": item.evidence for item in content_of(scheme).items}
    service.claim(session, operator, line, raw, str(made.version))
    service.submit(session, operator, line)
    return line


def _points(session: Session, line: Line, share: Decimal) -> dict[str, str]:
    """Points for every item, as a form sends them."""
    proposed = service.proposed(session, line)
    found = {}
    for item in content_of(line.scheme).items:
        known = proposed.get(item.key)
        points = item.points * BY_JUDGEMENT if known is None else Decimal(str(known))
        found[f"points-{item.key}"] = said((points * share).quantize(Decimal("0.1")))
    return found


def _appointed(session: Session, operator: Actor, line: Line, at: int) -> None:
    """An expert and the sheet of paper; some are a little stricter."""
    name, title, workplace = EXPERTS[at]
    facts = {"name": name, "title": title, "workplace": workplace}
    made = service.appoint(session, operator, line, facts, str(line.assessment.version))
    raw = _points(session, line, Decimal(1) - Decimal(at) / 50)
    service.score(session, operator, line, made, raw, str(made.version), is_done=True)


def _conclude(session: Session, operator: Actor, line: Line, opinion: str) -> None:
    service.conclude(session, operator, line, opinion, str(line.assessment.version))
