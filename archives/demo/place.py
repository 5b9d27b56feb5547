"""The invented city: its districts, streets, people and organisations. Nothing here exists, and the names say so."""

from dataclasses import dataclass
from random import Random

from archives.organisations.rules import SIGNS, WEIGHTS

CITY = "云川市"
INSTITUTION = "云川市城市建设档案馆"
INSTITUTION_CODE = "YC01"
TELEPHONE = "0999-5550100"
DISTRICTS = ("云东区", "云西区", "川南区", "川北区", "新泽区", "望岭县")
STREETS = ("示例大道", "样本路", "演示街", "范文路", "模拟大道", "试点路", "云麓街", "川流路", "晴岚路", "长桥街")
LONGITUDES, LATITUDES = (107.602, 107.718), (30.284, 30.376)
"""The city's extent in degrees of CGCS2000."""

_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
_GIVEN_NAMES = ("示例", "样本", "演示", "虚构", "模拟", "范文", "试填", "假名")
_REGION = "529900"
"""A division code that is not given to any place."""


@dataclass(frozen=True, slots=True)
class Firm:
    """An invented organisation and the part it takes in works."""

    part: str
    name: str


_FIRMS = {
    "client": (
        "云川示例城投有限公司",
        "云川样本置业有限公司",
        "云川演示教育投资有限公司",
        "云川示范交通建设有限公司",
        "云川虚构轨道集团有限公司",
        "云川示例供水有限公司",
        "云川样本燃气有限公司",
        "云川演示文旅发展有限公司",
        "云川虚构产业园管理委员会",
        "云川示范医疗中心筹建处",
    ),
    "agent": ("云川示例代建管理有限公司",),
    "surveyor": ("云川样本地质勘察院", "云川示例岩土工程有限公司"),
    "designer": (
        "云川示例建筑设计院有限公司",
        "云川样本市政设计院有限公司",
        "云川演示规划设计有限公司",
    ),
    "contractor": (
        "云川示例建工集团有限公司",
        "云川样本路桥工程有限公司",
        "云川演示安装工程有限公司",
        "云川虚构市政建设有限公司",
        "云川范文装饰工程有限公司",
        "云川模拟隧道工程有限公司",
    ),
    "supervisor": (
        "云川示例工程监理有限公司",
        "云川样本建设监理有限公司",
        "云川演示项目管理有限公司",
    ),
}
FIRMS = tuple(Firm(part, name) for part, names in _FIRMS.items() for name in names)


def firms(part: str) -> list[str]:
    """The names of those that take a part."""
    return [firm.name for firm in FIRMS if firm.part == part]


def person(random: Random) -> str:
    """Somebody's name."""
    return random.choice(_SURNAMES) + random.choice(_GIVEN_NAMES)


def telephone(random: Random) -> str:
    """A number under an area code that nobody has."""
    return f"0999-555{random.randrange(200, 10_000):04d}"


def credit_code(random: Random) -> str:
    """A unified social credit code whose last sign fits."""
    body = f"91{_REGION}MA" + "".join(random.choice(SIGNS) for _ in range(7))
    total = sum(weight * SIGNS.index(sign) for weight, sign in zip(WEIGHTS, body, strict=True))
    return body + SIGNS[-total % 31]


def address(district: str, random: Random) -> str:
    """An address in a district."""
    return f"{CITY}{district}{random.choice(STREETS)}{random.randrange(1, 300)}号"


def coordinates(random: Random) -> str:
    """A point in the city, as a form shows it."""
    return f"{random.uniform(*LONGITUDES):.6f}, {random.uniform(*LATITUDES):.6f}"
