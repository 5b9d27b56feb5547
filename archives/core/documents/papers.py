"""What each printed paper says, as types: a feature fills one of these and hands it to `render`.

Dates are ISO strings (YYYY-MM-DD), counts plain numbers, every other value text in the reader's own language.
What a paper may leave out is `NotRequired`; a field not named here is refused.
"""

from typing import NotRequired

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

exact = with_config(ConfigDict(extra="forbid"))


# Parts that several papers share


@exact
class Paper(TypedDict):
    """The head of every paper with a number of its own."""

    institution: str
    number: str
    date: str
    secrecy: NotRequired[str]
    qr: NotRequired[str]  # what the square code in the head says, e.g. the address that verifies the paper


@exact
class Project(TypedDict):
    """The works that a paper is about."""

    code: str
    name: str
    client: str
    address: str


@exact
class Contact(TypedDict):
    """A person to ring."""

    name: str
    phone: str


@exact
class Count(TypedDict):
    """How much of one kind was handed over, e.g. drawings, 12, volumes."""

    name: str
    quantity: int | float
    unit: str


@exact
class Step(TypedDict):
    """One signature in a chain of approval."""

    step: str
    person: str
    opinion: str
    date: str


@exact
class Gap(TypedDict):
    """A document still owed, with the day it is due."""

    code: str
    name: str
    reason: str
    due: str


# Papers of the workflow


@exact
class ProjectDetails(Project):
    """A project as it is registered; `scale` is 大/中/小型, `key_level` 国家/省/市/县, costs are in 10 000 yuan."""

    works_type: str
    class_code: str
    scale: NotRequired[str]
    key_level: NotRequired[str]
    started: NotRequired[str]
    completed: NotRequired[str]
    cost: NotRequired[int | float]
    location: NotRequired[str]


@exact
class Party(TypedDict):
    """A party to the works: client, surveyor, designer, contractor, supervisor."""

    role: str
    name: str
    contact: NotRequired[str]
    phone: NotRequired[str]


@exact
class Permit(TypedDict):
    """A permit with its number, e.g. the planning permit."""

    kind: str
    number: str
    date: NotRequired[str]


@exact
class Unit(TypedDict):
    """A unit works; `measures` is its size in words, e.g. 建筑面积 12 000 m²，地上 18 层."""

    code: str
    name: str
    works_type: str
    measures: str


@exact
class Agent(TypedDict):
    """Who registers for the client, with the number of the identity card shown."""

    name: str
    identity: str
    phone: str


@exact
class RegistrationForm(Paper):
    """报建登记表."""

    project: ProjectDetails
    parties: list[Party]
    permits: list[Permit]
    units: list[Unit]
    agent: NotRequired[Agent]
    registered_by: NotRequired[str]
    remarks: NotRequired[str]


@exact
class Commitment(Paper):
    """建设工程档案报送责任书. `deadline` and `clause` come from the deadline table; `terms` replaces our wording."""

    project: Project
    started: NotRequired[str]
    completed: NotRequired[str]
    client_head: Contact
    archivist: Contact  # the client's 资料员
    archives_contact: Contact
    deadline: str  # e.g. 竣工验收后3个月内
    clause: str
    terms: NotRequired[list[str]]


@exact
class ScopeRow(TypedDict):
    """A line of the filing scope; `marks` has ▲ (must), △ (may) or "" for each keeper; a heading has no marks."""

    code: str
    name: str
    marks: list[str]


@exact
class Notice(Paper):
    """告知书 with the filing scope attached."""

    project: Project
    permit: NotRequired[str]
    deadline: str
    clause: str
    requirements: NotRequired[list[str]]
    contact: Contact
    keepers: list[str]  # the columns of the marks: 建设单位, 设计单位, 施工单位, 监理单位, 城建档案馆
    scope: list[ScopeRow]
    scope_source: str  # which table of which standard, and whether it was verified


@exact
class GuidanceRecord(Paper):
    """业务指导记录."""

    project: Project
    visited: str
    place: str
    stage: str
    officers: list[str]
    participants: list[str]
    content: str
    advice: list[str]
    next_visit: NotRequired[str]


@exact
class Material(TypedDict):
    """Something handed in at the counter; `form` says original, copy or electronic."""

    name: str
    copies: int
    form: str
    remarks: NotRequired[str]


@exact
class AcceptanceReceipt(Paper):
    """受理回执. `promised` is the last day on which the archives answers."""

    project: Project
    matter: str
    counts: list[Count]
    materials: list[Material]
    submitted_by: Contact
    received_by: Contact
    promised: str


@exact
class Fault(TypedDict):
    """One problem to put right, where it is, and the clause that says so."""

    place: str
    message: str
    clause: NotRequired[str]


@exact
class RectificationNotice(Paper):
    """整改通知. `round` counts the notices given for the same transfer."""

    project: Project
    subject: str  # what was checked, e.g. 移交 2026-YJ-0012
    round: int
    problems: list[Fault]
    due: str
    contact: Contact


@exact
class PreAcceptanceOpinion(Paper):
    """建设工程档案预验收意见书."""

    project: Project
    planning_permit: NotRequired[str]
    construction_permit: NotRequired[str]
    counts: list[Count]
    findings: list[str]
    passed: bool
    conclusion: str
    supplement_due: NotRequired[str]
    steps: list[Step]
    copies: NotRequired[list[str]]


@exact
class JointAcceptanceOpinion(Paper):
    """联合验收档案验收意见, with what may come later."""

    project: Project
    planning_permit: NotRequired[str]
    construction_permit: NotRequired[str]
    case_number: NotRequired[str]  # the number of the joint acceptance itself
    counts: list[Count]
    findings: list[str]
    passed: bool
    conclusion: str
    gaps: list[Gap]
    steps: list[Step]
    copies: NotRequired[list[str]]


@exact
class GapCommitment(Paper):
    """容缺承诺书, given by the client."""

    project: Project
    opinion_number: NotRequired[str]
    gaps: list[Gap]
    responsible: Contact
    clause: str
    terms: NotRequired[list[str]]


@exact
class VolumeRow(TypedDict):
    """A volume as a line of the transfer list or the volume catalogue; pages, drawings and others are counted apart."""

    number: str
    title: str
    text_pages: int
    drawings: int
    others: int
    compiler: str
    compiled: str
    retention: str
    secrecy: str
    remarks: NotRequired[str]
    unit: NotRequired[str]  # unit works; the list is divided where it changes
    archival_code: NotRequired[str]
    accession_number: NotRequired[str]
    shelf: NotRequired[str]


@exact
class TransferForm(Paper):
    """建设工程档案移交书 and the 移交目录 behind it."""

    project: Project
    accepted: NotRequired[str]  # the day of completion acceptance
    counts: list[Count]
    volumes: list[VolumeRow]
    handed_by: NotRequired[str]
    received_by: NotRequired[str]
    remarks: NotRequired[str]


@exact
class ReceiptCertificate(Paper):
    """建设工程档案接收证明."""

    project: Project
    planning_permit: NotRequired[str]
    construction_permit: NotRequired[str]
    transfer_number: str
    received: str
    counts: list[Count]
    accession_numbers: NotRequired[str]
    basis: str
    officer: NotRequired[str]
    director: NotRequired[str]


@exact
class OverdueNotice(Paper):
    """催交通知. `due` has passed; `respond_by` is the new day."""

    project: Project
    due: str
    days_overdue: int
    clause: str
    respond_by: str
    owed: list[str]
    contact: Contact


@exact
class CorrectionOrder(Paper):
    """限期改正通知书, issued by the competent authority. Fines are yuan; `persons_share` is e.g. 5%–10%."""

    project: Project
    facts: str
    due: str
    clause: str
    correct_by: str
    fine_clause: str
    fine_from: int
    fine_to: int
    persons_share: NotRequired[str]
    remedies: NotRequired[str]
    contact: Contact


# Papers of the catalogue


@exact
class Sheet(TypedDict):
    """The head of a paper that goes with the volumes and has no number of its own."""

    institution: str
    date: str


@exact
class Cover(TypedDict):
    """One volume's cover; `position` of `total` volumes."""

    archival_code: str
    title: str
    compiler: str
    first_date: str
    last_date: str
    secrecy: str
    retention: str
    total: NotRequired[int]
    position: NotRequired[int]
    accession_number: NotRequired[str]
    microform: NotRequired[str]
    institution_code: NotRequired[str]
    qr: NotRequired[str]


@exact
class VolumeCover(Sheet):
    """案卷封面, a page a volume."""

    volumes: list[Cover]


@exact
class ItemRow(TypedDict):
    """A document as a line of the contents list; `pages` is its first page, the last line's first to last."""

    sequence: int
    document_number: str
    creator: str
    title: str
    date: str
    pages: str
    remarks: NotRequired[str]


@exact
class Contents(TypedDict):
    """One volume's contents."""

    archival_code: str
    title: str
    items: list[ItemRow]


@exact
class ContentsList(Sheet):
    """卷内目录, numbered from page 1 in every volume."""

    volumes: list[Contents]


@exact
class Note(TypedDict):
    """One volume's note; `pages` is the total, then what it is made of."""

    archival_code: str
    title: NotRequired[str]
    pages: int
    text_pages: int
    drawings: int
    photographs: int
    remarks: NotRequired[str]
    compiled_by: NotRequired[str]
    compiled: NotRequired[str]
    checked_by: NotRequired[str]
    checked: NotRequired[str]


@exact
class NoteSheet(Sheet):
    """卷内备考表, a page a volume."""

    volumes: list[Note]


@exact
class Spine(TypedDict):
    """One label for the back of a box that is `depth` mm deep (20, 30, 40 or 50)."""

    archival_code: str
    title: str
    depth: int
    retention: NotRequired[str]
    secrecy: NotRequired[str]
    shelf: NotRequired[str]
    qr: str


@exact
class SpineLabels(Sheet):
    """案卷脊背: sheets of labels to cut."""

    labels: list[Spine]


@exact
class VolumeCatalogue(Sheet):
    """案卷目录 of a project, or of whatever `scope` says."""

    scope: str
    project: NotRequired[Project]
    volumes: list[VolumeRow]


@exact
class AccessionEntry(TypedDict):
    """A line of the accession register; `quantity` in words, e.g. 3卷."""

    accession_number: str
    date: str
    archival_code: str
    title: str
    source: str
    quantity: str
    retention: str
    secrecy: str
    shelf: NotRequired[str]
    received_by: NotRequired[str]
    remarks: NotRequired[str]


@exact
class AccessionRegister(Sheet):
    """城建档案总登记簿 from one day to another. 5 000 entries take some 4 s and 0.8 GB: print more by the month."""

    first_date: str
    last_date: str
    entries: list[AccessionEntry]


@exact
class StorageLabel(TypedDict):
    """A label for a shelf or a place on it."""

    code: str
    name: str
    qr: str


@exact
class StorageLabels(Sheet):
    """存放地址标签: sheets of labels to cut."""

    labels: list[StorageLabel]
