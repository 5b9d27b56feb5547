"""Which pages are pictured, in whose name, and where in the city the examples are."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from archives.accession.models import Transfer, TransferList
from archives.catalogue.models import ACCESSIONED, ElectronicFile, Item, Volume
from archives.catalogue.service import VOLUME
from archives.core.history import Revision
from archives.pipelines.models import STORE, Dataset, SavedArea, SurveyVersion
from archives.procedure.models import Paper
from archives.projects.models import Project

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Look:
    """How a page is looked at."""

    language: str
    width: int
    height: int
    scheme: Scheme = "light"

    def __str__(self) -> str:
        return f"{self.language[:2]}-{self.width}-{self.scheme}"


DESK = Look("zh_Hans_CN", 1280, 800)
LONG = Look("zh_Hans_CN", 1280, 1000)
ENGLISH = Look("en", 1280, 800)
SMALL = Look("zh_Hans_CN", 1120, 680)


@dataclass(frozen=True, slots=True)
class Shot:
    """One page: the picture's name, who looks, where, and what is pressed first.

    `paper` says that it is a PDF, of which the first page is pictured; `status` is what the page answers.
    """

    name: str
    login: str
    path: str
    presses: tuple[str, ...] = ()
    look: Look = DESK
    paper: bool = False
    status: int = 200


UNFOLD = '.tree-node[aria-expanded="false"]:visible [data-twist]'

SHOTS = (
    Shot("login", "", "/login"),
    Shot("home", "chuangkou", "/"),
    Shot("overdue", "chuangkou", "/overdue"),
    Shot("projects", "chuangkou", "/projects"),
    Shot("project", "chuangkou", "/projects/{collecting}"),
    Shot("project-edit", "chuangkou", "/projects/{collecting}/edit"),
    Shot("project-new", "chuangkou", "/projects/new"),
    Shot("project-import", "chuangkou", "/projects/import"),
    Shot("parties", "chuangkou", "/projects/{collecting}/parties"),
    Shot("units", "chuangkou", "/projects/{collecting}/units"),
    Shot("unit-new", "chuangkou", "/projects/{collecting}/units/new"),
    Shot("project-history", "chuangkou", "/projects/{accessioned}/history"),
    Shot("procedure", "chuangkou", "/projects/{applied}/procedure"),
    Shot("procedure-gaps", "jiancha", "/projects/{gaps}/procedure"),
    Shot("procedure-done", "chuangkou", "/projects/{accessioned}/procedure"),
    Shot("move-commit", "chuangkou", "/projects/{registered}/procedure/commit"),
    Shot("move-receive", "chuangkou", "/projects/{applied}/procedure/receive"),
    Shot("move-rectify", "jiancha", "/projects/{received}/procedure/rectify"),
    Shot("move-refused", "jiancha", "/projects/{registered}/procedure/check"),
    Shot("transfer", "chuangkou", "/projects/{received}/transfer"),
    Shot("scope", "chuangkou", "/projects/{received}/scope"),
    Shot("list-faulty", "zhulu", "/projects/{faulty_project}/transfer/lists/{faulty}"),
    Shot("list-taken", "zhulu", "/projects/{taken_project}/transfer/lists/{taken}"),
    Shot("machine-check", "jiancha", "/projects/{received}/transfer/check"),
    Shot("holdings", "kufang", "/projects/{certified}/holdings"),
    Shot("register", "kufang", "/accession-register"),
    Shot("organisations", "zhulu", "/organisations"),
    Shot("organisation", "zhulu", "/organisations/1"),
    Shot("organisation-new", "zhulu", "/organisations/new"),
    Shot("volumes", "zhulu", "/catalogue"),
    Shot("items", "zhulu", "/catalogue/items"),
    Shot("tree", "zhulu", "/catalogue/tree", (UNFOLD,) * 5),
    Shot("volume", "zhulu", "/catalogue/volumes/{volume}"),
    Shot("volume-edit", "zhulu", "/catalogue/volumes/{volume}/edit"),
    Shot("volume-history", "zhulu", "/catalogue/volumes/{changed}/history"),
    Shot("volume-codes", "zhulu", "/catalogue/volumes/{volume}/codes"),
    Shot("item", "zhulu", "/catalogue/items/{item}"),
    Shot("item-new", "zhulu", "/catalogue/volumes/{volume}/items/new"),
    Shot("bulk", "zhulu", "/catalogue/volumes/edit?ids={volume}&change=note&set-note=%E5%B7%B2%E6%A0%B8%E5%AF%B9"),
    Shot("renumber", "zhulu", "/catalogue/volumes/{volume}/items/renumber?first=2"),
    Shot("own-fields", "zhulu", "/catalogue/fields"),
    Shot("codes", "zhulu", "/catalogue/projects/{certified}/codes"),
    Shot("deadlines", "zhulu", "/reference/deadlines"),
    Shot("calendar", "zhulu", "/reference/calendar"),
    Shot("classes", "zhulu", "/reference/classes"),
    Shot("scopes", "zhulu", "/reference/scopes/"),
    Shot("terms", "zhulu", "/reference/terms/"),
    Shot("forms", "zhulu", "/reference/forms"),
    Shot("search", "zhulu", "/search?q=%E5%9B%BE"),
    Shot("jobs", "zhulu", "/jobs"),
    Shot("account", "zhulu", "/account"),
    Shot("not-found", "zhulu", "/catalogue/volumes/0", status=404),
    Shot("client-home", "client1", "/"),
    Shot("people", "sysadmin", "/accounts"),
    Shot("person-new", "sysadmin", "/accounts/new"),
    Shot("office", "sysadmin", "/office"),
    Shot("admin-home", "sysadmin", "/"),
    Shot("person", "secadmin", "/accounts/4"),
    Shot("permissions", "secadmin", "/permissions"),
    Shot("audit", "auditadmin", "/audit"),
    Shot("bureau-home", "bureau", "/"),
    Shot("pipe-map", "engineer", "/pipelines/map"),
    Shot("pipe-map-area", "engineer", "/pipelines/map?area={area}"),
    Shot("pipe-area", "engineer", "/pipelines/areas/{area}"),
    Shot("pipe-segment", "engineer", "/pipelines/segments/{segment}"),
    Shot("pipe-surveys", "zhulu", "/pipelines/surveys"),
    Shot("pipe-survey-new", "zhulu", "/pipelines/surveys/new"),
    Shot("pipe-survey", "zhulu", "/pipelines/surveys/{survey}"),
    Shot("pipe-survey-faulty", "zhulu", "/pipelines/surveys/{faulty_survey}"),
    Shot("pipe-findings", "jiancha", "/pipelines/surveys/{faulty_survey}/1/findings?rule=D1"),
    Shot("pipe-project", "zhulu", "/projects/{survey_project}/pipelines"),
    Shot("pipe-sheets", "liyong", "/pipelines/sheets"),
    Shot("standards-reached", "bureau", "/facilities"),
    Shot("standards-region", "bureau", "/facilities?region=990000"),
    Shot("standards-behind", "bureau", "/facilities/behind?region=990000&target=T9&scope=pooled&verdict=missed"),
    Shot("standards-area", "bureau", "/facilities/areas/990200"),
    Shot("standards-targets", "bureau", "/facilities/standards"),
    Shot("returns", "bureau", "/facilities/returns"),
    Shot("standards-compared", "bureau", "/facilities/compare?region=990000&by=years"),
    Shot("gradings", "bureau", "/facilities/grading"),
    Shot("grading-result", "bureau", "/facilities/grading/1"),
    Shot("grading-scheme", "bureau", "/facilities/grading/schemes/1"),
)

GUIDE_SHOTS = (
    Shot("home", "chuangkou", "/"),
    Shot("home-en", "chuangkou", "/", look=ENGLISH),
    Shot("procedure-en", "jiancha", "/projects/{gaps}/procedure", look=ENGLISH),
    Shot("volume-en", "zhulu", "/catalogue/volumes/{volume}", look=ENGLISH),
    Shot("register-project", "chuangkou", "/projects/new", look=LONG),
    Shot("procedure", "chuangkou", "/projects/{applied}/procedure", look=LONG),
    Shot("commit", "chuangkou", "/projects/{registered}/procedure/commit"),
    Shot("transfer", "chuangkou", "/projects/{received}/transfer", look=LONG),
    Shot("faults", "zhulu", "/projects/{faulty_project}/transfer/lists/{faulty}", look=LONG),
    Shot("machine-check", "jiancha", "/projects/{received}/transfer/check"),
    Shot("rectify", "jiancha", "/projects/{received}/procedure/rectify"),
    Shot("gaps", "jiancha", "/projects/{gaps}/procedure", look=LONG),
    Shot("certificate", "chuangkou", "/projects/{certificate_project}/papers/{certificate}", paper=True),
    Shot("tree", "zhulu", "/catalogue/tree", (UNFOLD,) * 5),
    Shot("volumes", "zhulu", "/catalogue"),
    Shot("volume", "zhulu", "/catalogue/volumes/{volume}", look=LONG),
    Shot("history", "zhulu", "/catalogue/volumes/{changed}/history"),
    Shot(
        "bulk",
        "zhulu",
        "/catalogue/volumes/edit?project={accessioned}&all=1&change=note&set-note=%E5%B7%B2%E6%A0%B8%E5%AF%B9",
        look=LONG,
    ),
    Shot("contents", "zhulu", "/catalogue/volumes/{volume}/contents.pdf", paper=True),
    Shot("holdings", "kufang", "/projects/{certified}/holdings"),
    Shot("accession-register", "kufang", "/accession-register"),
    Shot("search", "zhulu", "/search?q=%E7%87%83%E6%B0%94", look=LONG),
    Shot("search-narrowed", "zhulu", "/search?q=%E7%AB%A3%E5%B7%A5%E5%9B%BE&kind=volume&class=E&order=newest"),
    Shot(
        "search-empty",
        "zhulu",
        "/search?q=%E4%BA%91%E5%B7%9D%E7%A4%BA%E4%BE%8B%E5%9F%8E%E6%8A%95%E6%9C%89%E9%99%90%E5%B7%A5%E5%8F%B8&kind=project",
        look=SMALL,
    ),
    Shot("pipe-map", "engineer", "/pipelines/map", look=SMALL),
    Shot("pipe-area", "engineer", "/pipelines/areas/{area}", look=LONG),
    Shot("pipe-segment", "engineer", "/pipelines/segments/{segment}"),
    Shot("pipe-survey-new", "zhulu", "/pipelines/surveys/new"),
    Shot("pipe-survey", "zhulu", "/pipelines/surveys/{faulty_survey}", look=LONG),
    Shot("standards-region", "bureau", "/facilities?region=990000", look=LONG),
    Shot("standards-behind", "bureau", "/facilities/behind?region=990000&target=T9&scope=pooled&verdict=missed"),
    Shot("standards-area", "bureau", "/facilities/areas/990200", look=LONG),
    Shot("standards-card", "bureau", "/facilities/areas/990200/card.pdf", paper=True),
    Shot("standards-targets", "bureau", "/facilities/standards"),
    Shot("standards-compared", "bureau", "/facilities/compare?region=990000&by=years", look=LONG),
    Shot("grading-scheme", "bureau", "/facilities/grading/schemes/1", look=LONG),
    Shot("grading-result", "bureau", "/facilities/grading/1", look=LONG),
    Shot("grading-certificate", "bureau", "/facilities/grading/1/certificate.pdf", paper=True),
)


def examples(session: Session) -> dict[str, str]:
    """Names of places in addresses, each with an example that the city has."""
    places = {state: code for code, state in session.execute(select(Project.code, Project.state))}
    return places | _lists(session) | _records(session) | _papers(session) | _pipelines(session)


def _pipelines(session: Session) -> dict[str, str]:
    """Surveys in the archive and at the counter, an area that is kept, and one line."""
    found: dict[str, str] = {}
    wanted = select(Dataset, SurveyVersion.errors).join(SurveyVersion, SurveyVersion.dataset_id == Dataset.id)
    for dataset, errors in session.execute(wanted.order_by(Dataset.id)):
        found["faulty_survey" if errors else "survey"] = dataset.number
        if dataset.project_id:
            found["survey_project"] = session.get_one(Project, dataset.project_id).code
    area = session.scalars(select(SavedArea.id).where(SavedArea.name != "")).first()
    segment = session.scalars(select(STORE.segment.c.fid).order_by(STORE.segment.c.fid)).first()
    return found | {"area": str(area), "segment": str(segment)}


def _lists(session: Session) -> dict[str, str]:
    wanted = (
        select(TransferList.id, TransferList.faults, TransferList.taken_at, Project.code)
        .join(Transfer, Transfer.id == TransferList.transfer_id)
        .join(Project, Project.id == Transfer.project_id)
        .order_by(TransferList.faults)
    )
    found: dict[str, str] = {}
    for list_id, faults, taken_at, code in session.execute(wanted):
        if taken_at:
            found |= {"taken": str(list_id), "taken_project": code}
        elif faults:
            found |= {"faulty": str(list_id), "faulty_project": code}
    return found


def _records(session: Session) -> dict[str, str]:
    """A volume in the holdings and one of its items, with an electronic file."""
    filed = (
        select(Volume.id, Item.id)
        .join(Item, Item.volume_id == Volume.id)
        .join(ElectronicFile, ElectronicFile.item_id == Item.id)
        .where(Volume.state == ACCESSIONED, Volume.secrecy <= 1)
        .order_by(Volume.id)
    )
    found = session.execute(filed).first()
    return _changed(session) | ({"volume": str(found[0]), "item": str(found[1])} if found else {})


def _changed(session: Session) -> dict[str, str]:
    """A volume whose fields were others before."""
    changed = select(Revision.subject_id).join(Volume, Volume.id == Revision.subject_id)
    found = session.scalars(changed.where(Revision.subject_kind == VOLUME, Volume.secrecy <= 1)).first()
    return {"changed": str(found)} if found else {}


def _papers(session: Session) -> dict[str, str]:
    """The last receipt certificate, and a project with a gap list."""
    papers = select(Paper.id, Paper.form, Project.code).join(Project, Project.id == Paper.project_id).order_by(Paper.id)
    found: dict[str, str] = {}
    for paper_id, form, code in session.execute(papers):
        if form == "receipt_certificate":
            found |= {"certificate": str(paper_id), "certificate_project": code}
        if form == "gap_commitment":
            found["gaps"] = code
    return found
