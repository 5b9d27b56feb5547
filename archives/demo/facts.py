"""What is filled in at each move of the procedure: the raw values of its draft, as a clerk would type them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from sqlalchemy.orm import Session

from archives.accession.queries import transfer_facts
from archives.demo import place
from archives.demo.people import NAMES
from archives.demo.records import documents_of
from archives.procedure.clocks import days_overdue
from archives.procedure.queries import open_clocks, open_gaps
from archives.projects.models import Project

Facts = dict[str, object]


@dataclass(frozen=True, slots=True)
class Scene:
    """A move about to be made: where, when, on what, and by chance."""

    session: Session
    project: Project
    today: date
    random: Random

    @property
    def contact(self) -> Facts:
        """Whom to ask at the archives."""
        return {"contact": NAMES["chuangkou"], "contact_phone": place.TELEPHONE}

    def in_days(self, least: int, most: int) -> date:
        """A day to come."""
        return self.today + timedelta(days=self.random.randint(least, most))

    def days_ago(self, most: int) -> date:
        """A day a little while ago."""
        return self.today - timedelta(days=self.random.randint(0, most))


def facts_for(move: str, scene: Scene) -> Facts:
    """The values of a move's draft."""
    return _FACTS.get(move, _remark)(scene)


def _remark(scene: Scene) -> Facts:
    return {"opinion": scene.random.choice(("", "资料已核对。", "按程序办理。"))}


def _print_registration(scene: Scene) -> Facts:
    return {"agent": scene.project.records_clerk, "phone": scene.project.phone}


def _commit(scene: Scene) -> Facts:
    project = scene.project
    return {
        "on": scene.today,
        "head": project.contact,
        "head_phone": project.phone,
        "clerk": project.records_clerk,
        "clerk_phone": place.telephone(scene.random),
        **scene.contact,
    }


def _notify(scene: Scene) -> Facts:
    requirements = (
        "归档文件应为原件，签章齐全。",
        "竣工图应加盖竣工图章，变更处逐处修改。",
        "电子文件与纸质文件一致，按案卷号建文件夹。",
    )
    return {"requirements": "\n".join(requirements), **scene.contact}


def _guide(scene: Scene) -> Facts:
    topics = (
        "讲解归档范围和立卷要求，查看已形成的工程准备阶段文件。",
        "抽查施工文件的同步收集情况，指导案卷题名的拟写。",
        "现场查看隐蔽工程验收记录与影像资料，提出补充意见。",
    )
    return {
        "on": scene.days_ago(1),
        "stage": scene.random.choice(("施工准备", "基础施工", "主体施工", "附属工程施工")),
        "officers": NAMES["zhidao"],
        "participants": f"{scene.project.contact}、{scene.project.records_clerk}",
        "opinion": scene.random.choice(topics),
        "advice": "指定专人负责资料。\n文件随工程进度同步收集。",
        "next_visit": scene.in_days(30, 60),
    }


def _apply(scene: Scene) -> Facts:
    return {
        **_counts(scene),
        "client_opinion": "自检合格，申请验收。",
        "contractor_opinion": "归档文件齐全、真实。",
        "supervisor_opinion": "已审查，同意报验。",
    }


def _apply_joint(scene: Scene) -> Facts:
    number = f"云联验〔{scene.today.year}〕{scene.random.randrange(1, 400)}号"
    return {**_apply(scene), "case_number": number}


def _counts(scene: Scene) -> Facts:
    """What the list has: the machine compares."""
    counted = transfer_facts(scene.session, scene.project).counted
    return {
        "volumes": counted["Volumes in all"],
        "text_volumes": counted["Volumes of text"],
        "drawing_volumes": counted["Volumes of drawings"],
        "contact": scene.project.records_clerk,
        "phone": scene.project.phone,
    }


def _receive(_scene: Scene) -> Facts:
    return {"materials": "验收申请表\n案卷目录\n卷内目录\n竣工图", "receiver_phone": place.TELEPHONE}


def _judge(scene: Scene) -> Facts:
    opinions = ("归档文件齐全，案卷符合要求。", "同意上一环节意见。", "抽查案卷，题名、页次与实物相符。")
    return {"opinion": scene.random.choice(opinions)}


def _reason(scene: Scene) -> Facts:
    reasons = ("建设单位要求调整申报内容。", "申报材料与项目实际不一致，退回补正。")
    return {"opinion": scene.random.choice(reasons)}


def _rectify(scene: Scene) -> Facts:
    faults = (
        "部分隐蔽工程验收记录签字不全。",
        "竣工图未加盖竣工图章。",
        "案卷题名未反映单位工程名称。",
        "文件编号与原件不符。",
        "材料进场复试报告缺页。",
    )
    reasons = ("material_missing", "copies_or_seals", "as_builts_incomplete", "arrangement")
    return {
        "reason": scene.random.choice(reasons),
        "problems": "\n".join(scene.random.sample(faults, 3)),
        "due_on": scene.in_days(15, 30),
        **scene.contact,
    }


def _resubmit(_scene: Scene) -> Facts:
    return {"opinion": "已按整改通知逐条整改，更正了文件编号，补齐签章。"}


def _note_gap(scene: Scene) -> Facts:
    """A document of the completion that comes after the acceptance; a second one differs from the first."""
    noted = {gap.scope_code for gap in open_gaps(scene.session, scene.project.id)}
    later = [one for one in documents_of(scene.project.works_type, "E") if one.required and one.code not in noted]
    missing = scene.random.choice(later)
    return {
        "scope_code": missing.code,
        "title": missing.title,
        "opinion": "现为复印件，原件待竣工验收后补交。",
        "due_on": scene.in_days(80, 120),
    }


def _promise(scene: Scene) -> Facts:
    return {"responsible": scene.project.contact, "phone": scene.project.phone}


def _pass(_scene: Scene) -> Facts:
    return {
        "findings": "归档文件材料齐全、准确、系统。\n竣工图编制规范，与实体相符。",
        "opinion": "工程档案符合要求，通过验收。",
    }


def _fill_gap(scene: Scene) -> Facts:
    return {"gap": str(open_gaps(scene.session, scene.project.id)[0].id), "on": scene.today}


def _complete(scene: Scene) -> Facts:
    return {"on": scene.today}


def _file_record(scene: Scene) -> Facts:
    return {"on": scene.today, "number": f"云竣备〔{scene.today.year}〕{scene.random.randrange(1, 500):03d}号"}


def _transfer(scene: Scene) -> Facts:
    return {"on": scene.today, "handed_by": scene.project.records_clerk, "received_by": NAMES["chuangkou"]}


def _certify(_scene: Scene) -> Facts:
    return {"officer": NAMES["chuangkou"], "director": NAMES["qianfa"]}


def _enter(scene: Scene) -> Facts:
    return {"on": scene.today}


def _overdue_clock(scene: Scene) -> str:
    """The deadline that passed first."""
    clocks = open_clocks(scene.session, scene.project.id)
    return next(str(clock.id) for clock in clocks if days_overdue(clock.due_on, scene.today, clock.paused_on))


def _remind(scene: Scene) -> Facts:
    owed = "建设工程档案一套（纸质、电子各一套）\n整改通知所列文件"
    return {"clock": _overdue_clock(scene), "owed": owed, "due_on": scene.in_days(10, 20), **scene.contact}


def _order(scene: Scene) -> Facts:
    return {
        "clock": _overdue_clock(scene),
        "opinion": "经催交后仍未按期移交建设工程档案。",
        "due_on": scene.in_days(25, 35),
        **scene.contact,
    }


def _extension(scene: Scene) -> Facts:
    """More time for the last deadline; what was granted is what was asked for."""
    latest = max(open_clocks(scene.session, scene.project.id), key=lambda clock: clock.due_on)
    return {
        "clock": str(latest.id),
        "due_on": latest.due_on + timedelta(days=60),
        "opinion": "结算未完成，竣工图补充绘制中。",
    }


def _stop(scene: Scene) -> Facts:
    return {"on": scene.today, "opinion": "设计重大调整，暂停施工。"}


def _resume(scene: Scene) -> Facts:
    return {"on": scene.today, "opinion": "变更设计已批准，恢复施工。"}


_FACTS: dict[str, Callable[[Scene], Facts]] = {
    "print_registration": _print_registration,
    "commit": _commit,
    "notify": _notify,
    "guide": _guide,
    "apply_pre": _apply,
    "apply_joint": _apply_joint,
    "decline": _reason,
    "receive": _receive,
    "check": _judge,
    "review": _judge,
    "rectify": _rectify,
    "resubmit": _resubmit,
    "note_gap": _note_gap,
    "promise_gaps": _promise,
    "pass_pre": _pass,
    "pass_joint": _pass,
    "fill_gap": _fill_gap,
    "complete": _complete,
    "file_record": _file_record,
    "apply_transfer": _counts,
    "check_conformity": _judge,
    "review_conformity": _judge,
    "approve_conformity": _judge,
    "rectify_transfer": _rectify,
    "resubmit_transfer": _resubmit,
    "transfer": _transfer,
    "certify": _certify,
    "enter": _enter,
    "remind": _remind,
    "order_correction": _order,
    "request_extension": _extension,
    "extend": _extension,
    "stop": _stop,
    "resume": _resume,
    "withdraw": _reason,
    "reinstate": _reason,
}
