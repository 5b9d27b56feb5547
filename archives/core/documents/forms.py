"""The papers we can print: their codes, their names in both languages and the shape of what they say."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from archives.core.documents import facility_papers, papers, pipeline_papers
from archives.core.language import DEFAULT_LANGUAGE


@dataclass(frozen=True, slots=True)
class Form:
    """A kind of paper. `shape` is the TypedDict of its data."""

    code: str
    chinese: str
    english: str
    shape: type[Mapping[str, object]]

    def title(self, language: str) -> str:
        """What stands at the top of the paper."""
        return self.chinese if language == DEFAULT_LANGUAGE else self.english

    def checked(self, data: Mapping[str, object]) -> dict[str, Any]:
        """The data if they have this form's shape; otherwise pydantic's ValidationError names what is wrong."""
        fields: dict[str, Any] = TypeAdapter[Any](self.shape).validate_python(dict(data))
        return fields


_ALL = (
    Form("registration_form", "建设工程档案报建登记表", "Project registration form", papers.RegistrationForm),
    Form("commitment", "建设工程档案报送责任书", "Commitment to submit the project archive", papers.Commitment),
    Form("notice", "建设工程档案移交告知书", "Notice of transfer requirements", papers.Notice),
    Form("guidance_record", "建设工程档案业务指导记录", "Guidance record", papers.GuidanceRecord),
    Form("acceptance_receipt", "建设工程档案受理回执", "Acknowledgement of application", papers.AcceptanceReceipt),
    Form("rectification_notice", "建设工程档案整改通知", "Rectification notice", papers.RectificationNotice),
    Form("pre_acceptance_opinion", "建设工程档案预验收意见书", "Pre-acceptance opinion", papers.PreAcceptanceOpinion),
    Form(
        "joint_acceptance_opinion",
        "联合验收档案验收意见",
        "Joint acceptance: opinion on the archive",
        papers.JointAcceptanceOpinion,
    ),
    Form("gap_commitment", "建设工程档案容缺承诺书", "Commitment to supply missing documents", papers.GapCommitment),
    Form("transfer_form", "建设工程档案移交书", "Transfer form", papers.TransferForm),
    Form("receipt_certificate", "建设工程档案接收证明", "Receipt certificate", papers.ReceiptCertificate),
    Form("overdue_notice", "建设工程档案催交通知", "Overdue notice", papers.OverdueNotice),
    Form("correction_order", "限期改正通知书", "Order to correct within a time limit", papers.CorrectionOrder),
    Form("volume_cover", "案卷封面", "Volume cover", papers.VolumeCover),
    Form("contents_list", "卷内目录", "Volume contents list", papers.ContentsList),
    Form("note_sheet", "卷内备考表", "Volume note sheet", papers.NoteSheet),
    Form("spine_labels", "案卷脊背", "Spine labels", papers.SpineLabels),
    Form("volume_catalogue", "案卷目录", "Volume catalogue", papers.VolumeCatalogue),
    Form("accession_register", "城建档案总登记簿", "Accession register", papers.AccessionRegister),
    Form("storage_labels", "存放地址标签", "Storage labels", papers.StorageLabels),
    Form("pipeline_sheet", "地下管线现状资料", "Sheet of existing pipelines", pipeline_papers.PipelineSheet),
    Form("pipeline_map", "地下管线图", "Map of underground pipelines", pipeline_papers.PipelineMap),
    Form("facility_card", "城建档案馆（室）达标对照表", "Report card of an archives", facility_papers.FacilityCard),
    Form("facility_reminder", "年报催报通知", "Reminder of the yearly return", facility_papers.FacilityReminder),
    Form("grade_certificate", "城建档案馆（室）等级证书", "Certificate of grade", facility_papers.GradeCertificate),
)

FORMS: Mapping[str, Form] = {form.code: form for form in _ALL}
