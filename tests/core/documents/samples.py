"""One filled-in paper of every form, typed as a feature would fill it."""

from collections.abc import Mapping

from archives.core.documents import facility_papers, papers, pipeline_papers

INSTITUTION = "江城市城建档案馆"
PROJECT: papers.Project = {
    "code": "2026-0017",
    "name": "滨江路综合管廊及道路改造工程（二期）",
    "client": "江城市城市建设投资有限公司",
    "address": "江北区滨江路1号至218号",
}
GUIDE: papers.Contact = {"name": "周敏", "phone": "0800-5550101"}
CLERK: papers.Contact = {"name": "吴晓", "phone": "0800-5550102"}
COUNTS: list[papers.Count] = [
    {"name": "文字材料", "quantity": 42, "unit": "卷"},
    {"name": "图纸", "quantity": 18, "unit": "卷"},
    {"name": "电子文件", "quantity": 1536.5, "unit": "MB"},
]
STEPS: list[papers.Step] = [
    {"step": "经办", "person": "周敏", "opinion": "案卷齐全，符合要求", "date": "2026-03-02"},
    {"step": "审核", "person": "郑平", "opinion": "同意", "date": "2026-03-03"},
    {"step": "签发", "person": "何为", "opinion": "同意发出", "date": "2026-03-05"},
]
GAPS: list[papers.Gap] = [
    {"code": "E1-9", "name": "竣工验收备案表", "reason": "备案手续办理中", "due": "2026-04-15"},
    {"code": "A4-3", "name": "施工招投标文件", "reason": "原件在审计部门", "due": "2026-05-06"},
]


def volume(place: int, unit: str = "综合管廊") -> papers.VolumeRow:
    """A volume of the transfer list."""
    return {
        "number": f"{place:03d}",
        "title": f"滨江路综合管廊第{place}段施工技术文件（K{place}+150～K{place}+900）",
        "text_pages": 100 + place,
        "drawings": place % 7,
        "others": place % 2,
        "compiler": "江城市第二建筑工程公司",
        "compiled": "2026-02-11",
        "retention": "长期",
        "secrecy": "内部",
        "remarks": f"盒{place}",
        "unit": unit,
        "archival_code": f"E1-0017-{place:03d}",
        "accession_number": f"{20260000 + place}",
        "shelf": f"03-12-04-{place}",
    }


def transfer(volumes: int) -> papers.TransferForm:
    """A transfer with that many volumes in two unit works."""
    half = volumes // 2
    return {
        "institution": INSTITUTION,
        "number": "2026-YJ-0012",
        "date": "2026-03-05",
        "project": PROJECT,
        "accepted": "2026-01-20",
        "counts": COUNTS,
        "volumes": [volume(place, "综合管廊" if place <= half else "滨江路道路") for place in range(1, volumes + 1)],
        "handed_by": "吴晓",
        "received_by": "周敏",
        "remarks": "随交光盘两张。",
    }


REGISTRATION: papers.RegistrationForm = {
    "institution": INSTITUTION,
    "number": "2026-BJ-0017",
    "date": "2025-03-05",
    "qr": "2026-BJ-0017",
    "project": {
        **PROJECT,
        "works_type": "市政道路",
        "class_code": "E1-1",
        "scale": "大型",
        "key_level": "市级",
        "started": "2025-03-20",
        "completed": "2026-01-31",
        "cost": 12850.5,
        "location": "X 3385120.5，Y 36512880.2",
    },
    "parties": [
        {"role": "建设单位", "name": PROJECT["client"], "contact": "吴晓", "phone": "0800-5550102"},
        {"role": "设计单位", "name": "江城市市政工程设计研究院", "contact": "冯岚"},
        {"role": "施工单位", "name": "江城市第二建筑工程公司"},
        {"role": "监理单位", "name": "正信工程监理有限公司", "contact": "韩立", "phone": "0800-5550104"},
    ],
    "permits": [
        {"kind": "建设工程规划许可证", "number": "建字第500105202600017号", "date": "2025-01-08"},
        {"kind": "建筑工程施工许可证", "number": "500105202603050101"},
    ],
    "units": [
        {"code": "01", "name": "综合管廊", "works_type": "管线", "measures": "长度 3.2 km，断面 4.5 m×3.6 m"},
        {"code": "02", "name": "滨江路道路", "works_type": "道路", "measures": "长度 3.2 km，宽度 40 m"},
    ],
    "agent": {"name": "吴晓", "identity": "证件尾号0021", "phone": "0800-5550102"},
    "registered_by": "周敏",
    "remarks": "二期范围不含1号泵站。",
}

COMMITMENT: papers.Commitment = {
    "institution": INSTITUTION,
    "number": "2026-ZR-0017",
    "date": "2025-03-06",
    "project": PROJECT,
    "started": "2025-03-20",
    "completed": "2026-01-31",
    "client_head": {"name": "李建国", "phone": "0800-5550100"},
    "archivist": CLERK,
    "archives_contact": GUIDE,
    "deadline": "竣工验收后3个月内",
    "clause": "《建设工程质量管理条例》第五十九条",
}

NOTICE: papers.Notice = {
    "institution": INSTITUTION,
    "number": "城档告〔2026〕17号",
    "date": "2025-03-07",
    "project": PROJECT,
    "permit": "500105202603050101",
    "deadline": "竣工验收后3个月内",
    "clause": "《城市建设档案管理规定》第六条",
    "contact": GUIDE,
    "keepers": ["建设单位", "设计单位", "施工单位", "监理单位", "城建档案馆"],
    "scope": [
        {"code": "A1", "name": "立项文件", "marks": []},
        *[
            papers.ScopeRow(code=f"A1-{place}", name=f"立项文件第{place}种", marks=["▲", "", "△", "", "▲"])
            for place in range(1, 61)
        ],
    ],
    "scope_source": "GB/T 50328-2014 附录A（未核对）",
}

GUIDANCE: papers.GuidanceRecord = {
    "institution": INSTITUTION,
    "number": "2026-ZD-0003",
    "date": "2025-06-10",
    "project": PROJECT,
    "visited": "2025-06-10",
    "place": "项目部会议室",
    "stage": "主体施工",
    "officers": ["周敏", "郑平"],
    "participants": ["吴晓", "韩立"],
    "content": "查看已形成的施工文件及隐蔽工程验收记录。\n查看竣工测量安排。",
    "advice": ["补齐隐蔽工程验收记录签章。", "覆土前完成管线竣工测量。"],
    "next_visit": "2025-09-10",
}

RECEIPT: papers.AcceptanceReceipt = {
    "institution": INSTITUTION,
    "number": "2026-SL-0021",
    "date": "2026-02-26",
    "project": PROJECT,
    "matter": "工程档案预验收申请",
    "counts": COUNTS,
    "materials": [
        {"name": "预验收申请表", "copies": 1, "form": "原件", "remarks": "签章齐全"},
        {"name": "移交目录", "copies": 2, "form": "电子件"},
    ],
    "submitted_by": CLERK,
    "received_by": GUIDE,
    "promised": "2026-03-05",
}

RECTIFICATION: papers.RectificationNotice = {
    "institution": INSTITUTION,
    "number": "城档整〔2026〕5号",
    "date": "2026-02-28",
    "secrecy": "内部",
    "project": PROJECT,
    "subject": "移交2026-YJ-0012",
    "round": 2,
    "problems": [
        {"place": "案卷003，第7件", "message": "缺责任者签章", "clause": "GB/T 50328-2014 4.2.5"},
        {"place": "竣工图 结-12", "message": "未加盖竣工图章"},
    ],
    "due": "2026-03-15",
    "contact": GUIDE,
}

PRE_ACCEPTANCE: papers.PreAcceptanceOpinion = {
    "institution": INSTITUTION,
    "number": "城档预验〔2026〕9号",
    "date": "2026-03-05",
    "qr": "城档预验〔2026〕9号",
    "project": PROJECT,
    "planning_permit": "建字第500105202600017号",
    "construction_permit": "500105202603050101",
    "counts": COUNTS,
    "findings": ["工程档案齐全、系统。", "竣工图与工程实际一致，图章签字齐全。"],
    "passed": True,
    "conclusion": "该工程档案预验收合格，可以组织竣工验收。",
    "supplement_due": "2026-06-05",
    "steps": STEPS,
    "copies": ["市住房和城乡建设局", "市工程质量监督站"],
}

JOINT_ACCEPTANCE: papers.JointAcceptanceOpinion = {
    "institution": INSTITUTION,
    "number": "城档联验〔2026〕4号",
    "date": "2026-03-05",
    "project": PROJECT,
    "planning_permit": "建字第500105202600017号",
    "case_number": "LY-2026-0044",
    "counts": COUNTS,
    "findings": ["工程档案基本齐全。"],
    "passed": False,
    "conclusion": "所列材料补齐前不予通过。",
    "gaps": GAPS,
    "steps": STEPS,
    "copies": ["市联合验收窗口"],
}

GAP_COMMITMENT: papers.GapCommitment = {
    "institution": INSTITUTION,
    "number": "2026-RQ-0004",
    "date": "2026-03-05",
    "project": PROJECT,
    "opinion_number": "城档联验〔2026〕4号",
    "gaps": GAPS,
    "responsible": CLERK,
    "clause": "《建设工程质量管理条例》第五十九条",
}

CERTIFICATE: papers.ReceiptCertificate = {
    "institution": INSTITUTION,
    "number": "城档接〔2026〕12号",
    "date": "2026-03-12",
    "qr": "http://127.0.0.1:8000/verify/2026-12",
    "project": PROJECT,
    "planning_permit": "建字第500105202600017号",
    "construction_permit": "500105202603050101",
    "transfer_number": "2026-YJ-0012",
    "received": "2026-03-10",
    "counts": COUNTS,
    "accession_numbers": "20260001至20260060",
    "basis": "《城市建设档案管理规定》",
    "officer": "周敏",
    "director": "何为",
}

OVERDUE: papers.OverdueNotice = {
    "institution": INSTITUTION,
    "number": "城档催〔2026〕3号",
    "date": "2026-05-06",
    "project": PROJECT,
    "due": "2026-04-20",
    "days_overdue": 16,
    "clause": "《城市建设档案管理规定》第六条",
    "respond_by": "2026-05-20",
    "owed": ["竣工图18卷", "声像档案"],
    "contact": GUIDE,
}

CORRECTION: papers.CorrectionOrder = {
    "institution": "江城市住房和城乡建设局",
    "number": "江住建改〔2026〕1号",
    "date": "2026-06-01",
    "project": PROJECT,
    "facts": "经两次催交，至今仍未移交。",
    "due": "2026-04-20",
    "clause": "《建设工程质量管理条例》第十七条",
    "correct_by": "2026-06-30",
    "fine_clause": "《建设工程质量管理条例》第五十九条",
    "fine_from": 10000,
    "fine_to": 100000,
    "persons_share": "5%～10%",
    "remedies": "如对本通知不服，可依法申请行政复议或者提起行政诉讼。",
    "contact": {"name": "沈清", "phone": "0800-5550110"},
}

COVERS: papers.VolumeCover = {
    "institution": INSTITUTION,
    "date": "2026-03-12",
    "volumes": [
        {
            "archival_code": f"E1-0017-{place:03d}",
            "title": f"滨江路综合管廊及道路改造工程（二期）第{place}段施工技术文件、隐蔽工程验收记录",
            "compiler": "江城市第二建筑工程公司",
            "first_date": "2025-03-20",
            "last_date": "2026-01-31",
            "secrecy": "内部",
            "retention": "长期",
            "total": 60,
            "position": place,
            "accession_number": f"{20260000 + place}",
            "qr": f"E1-0017-{place:03d}",
        }
        for place in (1, 2)
    ],
}


def contents(items: int) -> papers.Contents:
    """A volume with that many documents."""
    return {
        "archival_code": f"E1-0017-{items:03d}",
        "title": "综合管廊施工技术文件",
        "items": [
            {
                "sequence": place,
                "document_number": f"SG-{place:04d}",
                "creator": "江城市第二建筑工程公司",
                "title": f"第{place}段隐蔽工程检查（验收）记录及报验单",
                "date": "2025-08-09",
                "pages": str(place * 4 - 3),
                "remarks": "复印件" if place == 2 else "",
            }
            for place in range(1, items + 1)
        ],
    }


CONTENTS: papers.ContentsList = {
    "institution": INSTITUTION,
    "date": "2026-03-12",
    "volumes": [contents(45), contents(3)],
}

NOTES: papers.NoteSheet = {
    "institution": INSTITUTION,
    "date": "2026-03-12",
    "volumes": [
        {
            "archival_code": "E1-0017-001",
            "title": "综合管廊施工技术文件",
            "pages": 186,
            "text_pages": 171,
            "drawings": 12,
            "photographs": 3,
            "remarks": "第12页系复印件，原件存建设单位。",
            "compiled_by": "吴晓",
            "compiled": "2026-02-11",
            "checked_by": "周敏",
            "checked": "2026-03-01",
        },
        {"archival_code": "E1-0017-002", "pages": 90, "text_pages": 90, "drawings": 0, "photographs": 0},
    ],
}


def spine(place: int, depth: int) -> papers.Spine:
    """A label for a box of that depth."""
    return {
        "archival_code": f"E1-0017-{place:03d}",
        "title": f"滨江路综合管廊及道路改造工程（二期）第{place}段DN300给水管K3+150施工技术文件",
        "depth": depth,
        "retention": "长期",
        "secrecy": "内部",
        "shelf": "03-12-04",
        "qr": f"E1-0017-{place:03d}",
    }


ENGLISH_SPINE: papers.Spine = {
    "archival_code": "A1-1-0001-012",
    "title": "Ring Road North, section 3: as-built survey",
    "depth": 20,
    "qr": "A1-1-0001-012",
}

SPINES: papers.SpineLabels = {
    "institution": INSTITUTION,
    "date": "2026-03-12",
    "labels": [
        *(spine(place, depth) for place, depth in enumerate((20, 30, 40, 50, 20, 20, 30), start=1)),
        ENGLISH_SPINE,
    ],
}

CATALOGUE: papers.VolumeCatalogue = {
    "institution": INSTITUTION,
    "date": "2026-03-12",
    "scope": "E类 市政工程",
    "project": PROJECT,
    "volumes": [volume(place) for place in range(1, 41)],
}

REGISTER: papers.AccessionRegister = {
    "institution": INSTITUTION,
    "date": "2026-03-31",
    "first_date": "2026-01-01",
    "last_date": "2026-03-31",
    "entries": [
        {
            "accession_number": f"{20260000 + place}",
            "date": "2026-03-10",
            "archival_code": f"E1-0017-{place:03d}",
            "title": f"滨江路综合管廊第{place}段施工技术文件",
            "source": PROJECT["client"],
            "quantity": "1卷",
            "retention": "长期",
            "secrecy": "内部",
            "shelf": f"03-12-04-{place}",
            "received_by": "周敏",
        }
        for place in range(1, 61)
    ],
}

SHELVES: papers.StorageLabels = {
    "institution": INSTITUTION,
    "date": "2026-03-12",
    "labels": [
        {"code": f"03-{row:02d}-04", "name": f"三号库第{row}列第四节", "qr": f"03-{row:02d}-04"} for row in range(1, 28)
    ],
}


def drawing(words: str) -> pipeline_papers.Drawing:
    """A drawing with a line and some words."""
    return {
        "svg": '<svg xmlns="http://www.w3.org/2000/svg" width="165mm" height="80mm" viewBox="0 0 165 80">'
        '<rect x="1" y="1" width="163" height="78" fill="none" stroke="#000000" stroke-width="0.4"/>'
        '<path d="M10 20L150 60" stroke="#00ffff" stroke-width="0.4"/>'
        f'<text x="20" y="12" font-family="Noto Sans SC" font-size="4">{words}</text></svg>',
        "width": 165,
        "height": 80,
        "scale": "1:500",
    }


WATER: pipeline_papers.Sum = {"name": "给水（配水）", "count": 41, "length": "1312.60", "length3d": "1313.02"}


def water_line(place: int) -> pipeline_papers.Line:
    """A segment of the result table."""
    return {
        "start": f"JS{place:03d}",
        "end": f"JS{place + 1:03d}",
        "size": "DN300",
        "material": "球墨铸铁",
        "burial": "直埋",
        "start_depth": f"1.{place:02d}",
        "end_depth": f"1.{place + 1:02d}",
        "start_height": f"235.{place:02d}",
        "end_height": f"234.{place:02d}",
        "reference": "管顶",
        "owner": "江城市供水集团有限公司",
        "built": "2012-05",
        "length": f"32.{place:02d}",
    }


PIPELINE_SHEET: pipeline_papers.PipelineSheet = {
    "institution": INSTITUTION,
    "number": "2026-XZ-0007",
    "date": "2026-03-12",
    "secrecy": "内部",
    "qr": "http://127.0.0.1:8000/verify?code=7KQ3M-9WXYZ-ABCDE-23456",
    "preview": False,
    "project": PROJECT["name"],
    "recipient": PROJECT["client"],
    "purpose": "申请建设工程规划许可证",
    "contact": "吴晓 0800-5550102",
    "area": "12345 m²",
    "kinds": "给水、燃气",
    "as_of": "2026-03-10",
    "result": "馆藏记录41段：平面长度1312.60 m。",
    "plane": {"system": "CGCS2000 3度带", "central_meridian": "108°", "heights": "1985国家高程基准"},
    "drawing": drawing("JS001 DN300"),
    "by_kind": [WATER],
    "by_owner": [{**WATER, "name": "江城市供水集团有限公司", "contact": "韩立 0800-5550133"}],
    "total": {**WATER, "name": "合计"},
    "groups": [{"kind": "给水（配水）", "sum": WATER, "lines": [water_line(place) for place in range(1, 41)]}],
    "left_out": 1,
    "positions": [
        {"point": f"JS{place:03d}", "x": f"3359{place:03d}.250", "y": f"5123{place:02d}.125"} for place in range(1, 42)
    ],
    "hand_overs": [{"number": "2026-GX-0001-1", "name": "江北区管线普查", "surveyed": "2025-11-30"}],
    "statements": ["本资料为截至所载日期本馆馆藏管线档案的记载。", "动土前应在现场探测、核实。"],
    "steps": [
        {"step": "经办", "person": "周敏", "date": "2026-03-10"},
        {"step": "审核", "person": "郑平", "date": "2026-03-11"},
        {"step": "签发", "person": "何为", "date": "2026-03-12"},
    ],
    "copy": 2,
    "copies": 3,
    "valid_until": "2026-06-10",
    "code": "7KQ3M-9WXYZ-ABCDE-23456",
    "verify_at": "http://127.0.0.1:8000/verify",
}

FACILITY_CARD: facility_papers.FacilityCard = {
    "institution": INSTITUTION,
    "date": "2026-03-12",
    "area": "江城市",
    "year": "2025",
    "edition": "“十一五”规划指标（2006）",
    "scheme": "“十一五”规划",
    "facts": [{"label": "层级", "value": "设区市"}, {"label": "人口", "value": "600,000"}],
    "results": [
        {"target": "T6", "name": "人员数量", "actual": "30 人", "required": "25–40 人", "verdict": "达标", "gap": ""},
        {
            "target": "T9",
            "name": "馆库面积",
            "actual": "2350 平方米",
            "required": "3000 平方米",
            "verdict": "未达标",
            "gap": "差 650 平方米",
        },
    ],
    "summary": "适用指标 2 项：达标 1 项，未达标 1 项，不明 0 项。",
    "signatures": [{"label": "填报人", "value": "王填报"}, {"label": "签发人", "value": ""}],
}

FACILITY_REMINDER: facility_papers.FacilityReminder = {
    "institution": INSTITUTION,
    "date": "2026-03-12",
    "year": "2025",
    "letters": [
        {
            "to": "江城市住房和城乡建设局",
            "area": "江城市",
            "code": "990100",
            "given_back": False,
            "reason": "",
            "until": "2026-03-31",
        },
        {
            "to": "河口县住房和城乡建设局",
            "area": "河口县",
            "code": "990123",
            "given_back": True,
            "reason": "库房面积大于总面积",
            "until": "2026-03-31",
        },
    ],
}

GRADE_CERTIFICATE: facility_papers.GradeCertificate = {
    "institution": INSTITUTION,
    "number": "2026-KP-0001",
    "date": "2026-03-12",
    "graded": "江城市城市建设档案馆",
    "area": "江城市",
    "year": "2025",
    "scheme": "演示考评办法",
    "scheme_source": "演示用，非正式办法",
    "points": "91.5",
    "total": "100",
    "grade": "演示一级",
    "assessors": "5",
    "approved_by": "许监督",
}

PIPELINE_MAP: pipeline_papers.PipelineMap = {
    "institution": INSTITUTION,
    "date": "2026-03-12",
    "secrecy": "内部",
    "heading": "滨江路综合地下管线图",
    "paper": "A3",
    "landscape": True,
    "drawing": drawing("滨江路综合地下管线图"),
    "printed_by": "周敏",
    "watermark": "2026-SJ-0003 吴晓",
}

SAMPLES: Mapping[str, Mapping[str, object]] = {
    "registration_form": REGISTRATION,
    "commitment": COMMITMENT,
    "notice": NOTICE,
    "guidance_record": GUIDANCE,
    "acceptance_receipt": RECEIPT,
    "rectification_notice": RECTIFICATION,
    "pre_acceptance_opinion": PRE_ACCEPTANCE,
    "joint_acceptance_opinion": JOINT_ACCEPTANCE,
    "gap_commitment": GAP_COMMITMENT,
    "transfer_form": transfer(40),
    "receipt_certificate": CERTIFICATE,
    "overdue_notice": OVERDUE,
    "correction_order": CORRECTION,
    "volume_cover": COVERS,
    "contents_list": CONTENTS,
    "note_sheet": NOTES,
    "spine_labels": SPINES,
    "volume_catalogue": CATALOGUE,
    "accession_register": REGISTER,
    "storage_labels": SHELVES,
    "pipeline_sheet": PIPELINE_SHEET,
    "pipeline_map": PIPELINE_MAP,
    "facility_card": FACILITY_CARD,
    "facility_reminder": FACILITY_REMINDER,
    "grade_certificate": GRADE_CERTIFICATE,
}
