"""What the city builds: the registration of each project with its unit works, as raw values of any door."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from archives.demo import place
from archives.demo.plots import EMPTY_HANDED, Plot, Size
from archives.demo.records import Raw, Works, volumes_of
from archives.demo.stories import Event, story_of

SEED = "云川"
SUBJECTS: dict[str, tuple[tuple[str, str], ...]] = {
    "building": (
        ("示例花园住宅小区一期", "I1"),
        ("演示第一中学教学楼", "I4"),
        ("样本人民医院门诊楼", "I5"),
        ("虚构图书馆", "I3"),
        ("示范政务服务中心", "I2"),
        ("模拟体育馆", "I6"),
        ("范文商业广场", "I7"),
        ("样本公寓", "I1"),
        ("演示小学综合楼", "I4"),
        ("示例科技大厦", "I2"),
        ("虚构博物馆", "I3"),
        ("试点安置房", "I1"),
    ),
    "road": (("示例大道", "E1-1"), ("样本路", "E1-2"), ("演示街", "E1-2"), ("站前广场道路", "E1-4")),
    "bridge": (("云川示例大桥", "E2-1"), ("样本互通立交桥", "E2-2"), ("虚构人行桥", "E2-1")),
    "tunnel": (("望岭样本隧道", "E4"), ("演示下穿隧道", "E4")),
    "rail": (("虚构轨道一号线", "F4-2"), ("演示公交枢纽", "F4-1")),
    "pipeline": (
        ("示例大道给水管线", "Q2"),
        ("样本片区燃气管线", "Q4"),
        ("演示街排水管线", "Q3"),
        ("川南电力管线", "Q6"),
    ),
    "other": (("样本公园", "J1"), ("虚构雕塑园", "J7")),
}
"""What is built of each works type, with its class; further ones are numbered sections."""
_BUILDERS = {
    "road": ("云川示例城投有限公司", "云川示范交通建设有限公司"),
    "bridge": ("云川示例城投有限公司", "云川示范交通建设有限公司"),
    "tunnel": ("云川示范交通建设有限公司",),
    "rail": ("云川虚构轨道集团有限公司",),
    "pipeline": ("云川示例供水有限公司", "云川样本燃气有限公司"),
}
"""Who has such works built; all others anybody."""
_LINE_TYPES = {"Q2": "给水", "Q3": "排水", "Q4": "燃气", "Q6": "电力"}


FILED_LATER = timedelta(days=45)
"""How long it takes to arrange the records before a list is brought."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """One project of the city: its plot and story, its registration, and the lists it hands in."""

    plot: Plot
    story: Sequence[Event]
    project: Raw
    units: Sequence[Raw]
    seed: str
    volumes: Sequence[tuple[Raw, list[Raw]]] = field(default=(), repr=False)

    def random(self, what: str) -> Random:
        """Chance for one purpose, the same every time."""
        return Random(f"{self.seed}/{what}")

    def day_of(self, step: str) -> date | None:
        """The first day of a step."""
        return next((event.day for event in self.story if event.step == step), None)


def chapters(size: Size, today: date) -> list[Chapter]:
    """Every project of the city, the same for the same day."""
    seen: defaultdict[str, int] = defaultdict(int)
    weights = [plot.volumes if _has_list(plot) else 0 for plot in size.plots]
    shares = _shared(size.volumes, weights)
    found = []
    for number, (plot, share) in enumerate(zip(size.plots, shares, strict=True), 1):
        found.append(_chapter(plot, f"{SEED}/{number}", seen[plot.works_type], share, today))
        seen[plot.works_type] += 1
    return found


def _has_list(plot: Plot) -> bool:
    return EMPTY_HANDED not in plot.turns and plot.state not in {
        "registered",
        "committed",
        "notified",
        "guided",
        "withdrawn",
    }


def _shared(total: int, weights: Sequence[int]) -> list[int]:
    """`total` divided by weight, to the last one."""
    whole, given, shares = sum(weights), 0, []
    for index in range(len(weights)):
        upto = total * sum(weights[: index + 1]) // whole
        shares.append(upto - given)
        given = upto
    return shares


def _chapter(plot: Plot, seed: str, ordinal: int, share: int, today: date) -> Chapter:
    random = Random(seed)
    story = story_of(plot, today, random)
    project = _project(plot, ordinal, story[0].day, random)
    units = list(_units(project, random, several=plot.works_type == "building" and plot.volumes > 2))
    blank = Chapter(plot, story, project, units, seed)
    volumes = list(_volumes(blank, share)) if share else []
    return Chapter(plot, story, project, units, seed, volumes)


def _project(plot: Plot, ordinal: int, day: date, random: Random) -> Raw:
    subjects = SUBJECTS[plot.works_type]
    subject, class_code = subjects[ordinal % len(subjects)]
    district = place.DISTRICTS[ordinal // len(subjects)]
    start = day + timedelta(days=random.randrange(40, 90))
    return {
        "name": f"云川{district}{subject}工程",
        "works_type": plot.works_type,
        "class_code": class_code,
        "address": place.address(district, random),
        "district": district,
        "coordinates": place.coordinates(random),
        "acceptance": plot.mode,
        "scale": ("small", "medium", "large")[min(plot.volumes, 5) // 2],
        "key_level": random.choice(("", "", "", "county", "municipal", "municipal", "provincial")),
        "secrecy": "internal" if class_code in {"Q4", "Q6"} else "public",
        "planned_start": start,
        "planned_end": start + timedelta(days=random.randrange(240, 700)),
        "contact": place.person(random),
        "phone": place.telephone(random),
        "records_clerk": place.person(random),
        **_parties(plot, ordinal, random),
        **_permits(day, random),
    }


def _parties(plot: Plot, ordinal: int, random: Random) -> Raw:
    clients = _BUILDERS.get(plot.works_type) or place.firms("client")
    contractors = random.sample(place.firms("contractor"), 2 if plot.volumes > 2 else 1)
    return {
        "client": clients[ordinal % len(clients)],
        "agent": place.firms("agent")[0] if plot.volumes > 3 else "",
        "surveyor": random.choice(place.firms("surveyor")),
        "designer": random.choice(place.firms("designer")),
        "contractors": "；".join(contractors),
        "supervisor": random.choice(place.firms("supervisor")),
    }


def _permits(day: date, random: Random) -> Raw:
    number = random.randrange(1, 400)
    return {
        "approval_no": f"云发改投资〔{day.year}〕{number}号",
        "land_planning_permit": f"地字第5299{day.year}{number:05d}号",
        "land_permit": f"云国用（{day.year}）第{number:04d}号",
        "planning_permit": f"建字第5299{day.year}{number + 7:05d}号",
        "construction_permit": f"5299{day.year}{day.month:02d}{day.day:02d}{number:04d}",
    }


def _units(project: Raw, random: Random, *, several: bool) -> Iterator[Raw]:
    names = ("1号楼", "2号楼", "地下室") if several else (_unit_name(str(project["works_type"])),)
    for number, name in enumerate(names, 1):
        technical = _technical(project, random)
        yield {"code": f"{number:02d}", "name": name, **{f"technical.{key}": value for key, value in technical.items()}}


def _unit_name(works_type: str) -> str:
    return {"building": "主楼", "road": "道路主线", "bridge": "主桥", "pipeline": "主干管", "rail": "区间"}.get(
        works_type, "主体"
    )


def _technical(project: Raw, random: Random) -> Raw:
    """The technical data of a works type; what the city does not know of a type stays empty."""
    match project["works_type"]:
        case "building":
            return _building(random)
        case "road":
            return _road(random)
        case "bridge":
            return _bridge(random)
        case "pipeline":
            return _pipeline(project, random)
        case "tunnel" | "rail":
            return {"length": random.randrange(400, 4000), "cross_section": "单洞双车道", "clearance": 5}
        case _:
            return {}


def _building(random: Random) -> Raw:
    storeys = random.randrange(4, 30)
    area = storeys * random.randrange(600, 1500)
    return {
        "floor_area": area,
        "site_area": random.randrange(2000, 30_000),
        "height": f"{storeys * 3.3:.1f}",
        "storeys_above": storeys,
        "storeys_below": random.randrange(3),
        "structure_type": random.choice(("框架", "框架剪力墙", "剪力墙", "钢结构")),
        "foundation_type": random.choice(("桩基础", "筏板基础", "独立基础")),
        "buildings": 1,
        "budget": area // 3,
    }


def _road(random: Random) -> Raw:
    start, end = random.sample(place.STREETS, 2)
    return {
        "start_point": start,
        "end_point": end,
        "length": random.randrange(600, 6000),
        "width": random.choice((18, 24, 30, 40)),
        "road_grade": random.choice(("城市主干路", "城市次干路", "城市支路")),
        "cross_section": random.choice(("一块板", "两块板", "三块板")),
        "load": "BZZ-100",
        "pavement": "沥青混凝土",
    }


def _bridge(random: Random) -> Raw:
    spans = random.randrange(3, 12)
    return {
        "crosses": "云川河",
        "length": spans * 30 + 12,
        "deck_length": spans * 30,
        "width": random.choice((12, 24, 32)),
        "spans": spans,
        "span": f"{spans}×30",
        "clearance": 7,
        "load": "城-A级",
        "structure_type": random.choice(("预应力混凝土连续梁", "钢箱梁", "拱桥")),
    }


def _pipeline(project: Raw, random: Random) -> Raw:
    start, end = random.sample(place.STREETS, 2)
    return {
        "line_type": _LINE_TYPES[str(project["class_code"])],
        "start_point": start,
        "end_point": end,
        "diameter": random.choice(("DN300", "DN400", "DN600", "DN800")),
        "material": random.choice(("球墨铸铁", "钢", "PE", "混凝土")),
        "length": random.randrange(300, 5000),
        "burial_depth": random.choice(("0.8", "1.2", "1.6", "2.4")),
        "laying_method": random.choice(("直埋", "顶管", "管沟")),
        "owner": project["client"],
    }


def _volumes(chapter: Chapter, count: int) -> Iterator[tuple[Raw, list[Raw]]]:
    """The records by unit works; with several, preparation and completion belong to the project as a whole."""
    random = chapter.random("volumes")
    names = [str(unit["name"]) for unit in chapter.units]
    if len(names) == 1:
        yield from volumes_of(_works(chapter), count, random)
        return
    shares = _shared(count, [len(names), *(2 for _ in names)])
    yield from volumes_of(_works(chapter), shares[0], random, "AE")
    for name, share in zip(names, shares[1:], strict=True):
        yield from volumes_of(_works(chapter, name), share, random, "BCD")


def _works(chapter: Chapter, unit: str = "") -> Works:
    """The works as the list knows it: what was made until a month and a half before it was brought."""
    brought = chapter.day_of("bring_list")
    if brought is None:
        raise ValueError(f"no list is brought in the state {chapter.plot.state}")
    return works_of(chapter, brought - FILED_LATER, unit)


def works_of(chapter: Chapter, ended: date, unit: str = "") -> Works:
    """A project's works, or one of its unit works, with what was made until `ended`."""
    project, started = chapter.project, chapter.day_of("begin_works")
    makers = {part: str(project[part]) for part in ("client", "surveyor", "designer", "supervisor")}
    makers["contractor"] = str(project["contractors"]).split("；")[0]
    return Works(str(project["name"]) + unit, makers, started or ended, ended, unit, chapter.plot.works_type)
