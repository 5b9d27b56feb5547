"""What lies under the invented city's streets: a row for each kind of main, with its place, size and materials.

Places follow the order from the red line of GB 50289; each kind keeps to its own level, so that crossings stay clear.
"""

from dataclasses import dataclass
from typing import Literal

Where = Literal["all", "main", "arterial", "old", "outside", "not_old", "old_local", "industrial", "some", "avenue"]
"""The streets a kind lies under; see `archives.demo.laying`."""
Side = Literal["out", "kerbs", "short"]
"""Where a branch ends: beyond the red line of its own side, at both kerbs, or a few steps off."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A branch that some of the points of a main have: what stands at its end, its size in mm and its reach."""

    name: str
    share: float
    size: float
    side: Side = "out"
    feature: bool = False
    """Whether the name is a 特征; otherwise an 附属物."""


@dataclass(frozen=True, slots=True)
class Main:
    """A kind of main (CJJ 61 codes) and how it is laid.

    `place` is the distance from the street's middle where it is `central`, else from the red line; `side` +1 is east
    or north. `depth` in metres is to the top, for drains and tunnels to the invert. `sizes` in mm by rank of street
    (width alone for a circle). `materials` are (first year, code, name).
    """

    major: str
    minor: str
    where: Where
    side: int
    place: float
    depth: float
    sizes: tuple[tuple[float, ...], ...]
    materials: tuple[tuple[int, str, str], ...]
    owner: str
    spacing: float
    burial: tuple[str, str] = ("ZM", "直埋")
    straight: tuple[tuple[str, float], ...] = ()
    """Appurtenances of points where nothing branches off, with their shares; the rest are 直线点."""
    branching: str = ""
    """The appurtenance where lines meet; without one the point is a 三通, 四通 or 多通."""
    branches: tuple[Branch, ...] = ()
    central: bool = False
    drain: bool = False
    reference: str = "top"
    pressure: tuple[str, ...] = ("", "", "")
    voltage: tuple[str, ...] = ("", "", "")
    holes: tuple[int, ...] = (0, 0, 0)


def _round(*sizes: float) -> tuple[tuple[float, ...], ...]:
    return tuple((size,) for size in sizes)


def _from(year: int, code: str, name: str) -> tuple[tuple[int, str, str], ...]:
    return ((year, code, name),)


_WATER = "云川示例供水有限公司"
_DRAINS = "云川示例排水管理处"
_GAS = "云川样本燃气有限公司"
_HEAT = "云川示范热力有限公司"
_POWER = "云川演示供电公司"
_LAMPS = "云川示例照明管理所"
_TELECOM = "云川虚构通信有限公司"
_TELEVISION = "云川范文广播电视网络有限公司"
_GASES = "云川模拟工业气体有限公司"
_RECLAIMED = "云川示例再生水有限公司"
_PARKS = "云川演示园林管理所"
_SIGNALS = "云川虚构交通设施管理所"
_TELEPHONE = "云川示例电信有限公司"
_TUNNEL = "云川示范综合管廊有限公司"

_IRON = ((1975, "ZT", "铸铁"), (1996, "QM", "球墨铸铁"), (2012, "PE", "聚乙烯"))
_DUCTILE = ((1975, "ZT", "铸铁"), (1994, "QM", "球墨铸铁"))
_STEEL = _from(1975, "G", "钢")
_STEEL_OR_PE = ((1995, "G", "钢"), (2004, "PE", "聚乙烯"))
_CONCRETE = ((1975, "T", "混凝土"), (2006, "PE", "聚乙烯"))
_COPPER = _from(1980, "TZ", "铜")
_FIBRE = _from(1999, "GX", "光纤")
_DUCTS = ("GK", "管块")
_PIPED = ("GM", "管埋")
_VALVES = (("阀门井", 0.16),)
_HANDHOLES = (("手孔", 0.75), ("人孔", 0.25))

# fmt: off
MAINS: tuple[Main, ...] = (
    Main("JS", "JP", "all", -1, 2.6, 1.65, _round(200, 300, 400), _IRON, _WATER, 26, straight=_VALVES,
         branches=(Branch("消防栓", 0.14, 100, "short"), Branch("水表井", 0.62, 100))),
    Main("JS", "SS", "arterial", -1, 13.5, 2.7, _round(600, 600, 800), _DUCTILE, _WATER, 29,
         straight=(("阀门井", 0.1), ("排气阀", 0.08))),
    Main("JS", "ZS", "main", 1, 6.2, 2.48, _round(150, 150, 200), _from(2008, "PE", "聚乙烯"), _RECLAIMED, 27,
         straight=_VALVES, branches=(Branch("水表井", 0.2, 100),)),
    Main("JS", "JY", "avenue", -1, 15.5, 2.45, _round(800, 800, 1000), _from(1988, "G", "钢"), _WATER, 29,
         straight=(("排气阀", 0.1),)),
    Main("JS", "LS", "arterial", -1, 6.4, 1.15, _round(100, 100, 100), _from(2005, "PE", "聚乙烯"), _PARKS, 27,
         straight=(("阀门井", 0.1),), branches=(Branch("阀门井", 0.5, 50, "short"),)),
    Main("PS", "YS", "not_old", -1, 1.8, 3.2, _round(400, 400, 500), _CONCRETE, _DRAINS, 23,
         straight=(("雨水井", 1.0),), branching="雨水井", branches=(Branch("雨水箅", 0.8, 300, "kerbs"),),
         central=True, drain=True, reference="invert"),
    Main("PS", "WS", "not_old", 1, 2.0, 4.6, _round(300, 300, 400), _CONCRETE, _DRAINS, 23,
         straight=(("污水井", 1.0),), branching="污水井",
         branches=(Branch("化粪池", 0.5, 300), Branch("入户", 0.25, 200, feature=True)),
         central=True, drain=True, reference="invert"),
    Main("PS", "HS", "old_local", -1, 4.0, 3.2, _round(400, 400, 500), _from(1975, "T", "混凝土"), _DRAINS, 21,
         straight=(("检查井", 1.0),), branching="检查井",
         branches=(Branch("雨水箅", 0.5, 300, "kerbs"), Branch("化粪池", 0.3, 300)),
         central=True, drain=True, reference="invert"),
    Main("RQ", "TR", "outside", 1, 2.6, 1.27, _round(160, 200, 315), _STEEL_OR_PE, _GAS, 27,
         straight=(("阀门井", 0.1), ("阴保测试桩", 0.04)), branches=(Branch("调压箱", 0.45, 63),),
         pressure=("低压", "中压B", "中压A")),
    Main("RQ", "MQ", "old", 1, 3.2, 1.27, _round(150, 150, 200), _from(1982, "ZT", "铸铁"), _GAS, 25,
         straight=(("凝水缸", 0.15), ("阀门井", 0.1)), branches=(Branch("调压箱", 0.3, 80),),
         pressure=("低压", "低压", "中压B")),
    Main("RL", "RS", "main", 1, 4.4, 2.1, _round(150, 200, 300), _from(1992, "G", "钢"), _HEAT, 27,
         straight=(("补偿器", 0.12), ("检修井", 0.15), ("阀门井", 0.08)), branches=(Branch("换热站", 0.12, 150),),
         pressure=("1.6", "1.6", "1.6")),
    Main("RL", "ZQ", "industrial", 1, 7.8, 2.05, _round(150, 200, 250), _from(1990, "G", "钢"), _HEAT, 27,
         straight=(("疏水", 0.1), ("补偿器", 0.12)), pressure=("1.0", "1.0", "1.0")),
    Main("DL", "GD", "all", 1, 1.0, 0.75, ((200.0, 100.0), (400.0, 200.0), (600.0, 250.0)), _COPPER, _POWER, 29,
         burial=_DUCTS, straight=(("手孔", 0.7), ("人孔", 0.3)), branching="人孔",
         branches=(Branch("环网柜", 0.08, 200), Branch("配电箱", 0.3, 200)),
         voltage=("0.38", "10", "10"), holes=(2, 8, 12)),
    Main("DL", "LD", "main", -1, 0.0, 0.7, _round(50, 50, 50), _COPPER, _LAMPS, 24, burial=_PIPED,
         straight=(("路灯", 0.94), ("手孔", 0.06)), branching="手孔",
         voltage=("0.38", "0.38", "0.38"), holes=(1, 1, 1)),
    Main("DL", "XH", "arterial", -1, -0.5, 0.6, _round(100, 100, 100), _COPPER, _SIGNALS, 30, burial=_PIPED,
         straight=(("手孔", 0.6),), branching="手孔", branches=(Branch("信号灯", 0.12, 50, "short"),),
         voltage=("0.38", "0.38", "0.38"), holes=(1, 1, 1)),
    Main("TX", "XX", "all", -1, 1.0, 0.97, ((220.0, 110.0), (330.0, 220.0), (440.0, 220.0)), _FIBRE, _TELECOM, 29,
         burial=_DUCTS, straight=_HANDHOLES, branching="人孔", branches=(Branch("交接箱", 0.3, 110),),
         holes=(2, 6, 8)),
    Main("TX", "DH", "old", -1, 1.9, 1.0, ((180.0, 90.0), (270.0, 180.0), (360.0, 180.0)), _COPPER, _TELEPHONE, 28,
         burial=_DUCTS, straight=_HANDHOLES, branching="人孔", branches=(Branch("接线箱", 0.3, 90),),
         holes=(2, 6, 8)),
    Main("TX", "DS", "arterial", -1, 4.8, 0.97, ((110.0, 110.0), (220.0, 110.0), (220.0, 110.0)), _FIBRE,
         _TELEVISION, 29, burial=_DUCTS, straight=_HANDHOLES, branching="人孔",
         branches=(Branch("接线箱", 0.2, 110),), holes=(1, 2, 2)),
    Main("TX", "GB", "some", -1, 3.8, 0.97, _round(50, 50, 50), _from(1985, "TZ", "铜"), _TELEVISION, 29,
         burial=_PIPED, straight=_HANDHOLES, branching="人孔", holes=(1, 1, 1)),
    Main("GY", "YQ", "industrial", 1, 9.2, 1.25, _round(80, 100, 150), _from(1986, "G", "钢"), _GASES, 27,
         straight=(("阀门井", 0.12),), pressure=("1.6", "1.6", "1.6")),
    Main("GY", "DQ", "industrial", 1, 10.2, 1.25, _round(80, 100, 150), _from(1986, "G", "钢"), _GASES, 27,
         straight=(("阀门井", 0.12),), pressure=("0.8", "0.8", "0.8")),
    Main("QT", "ZH", "avenue", 1, 8.0, 5.8, ((2400.0, 2600.0),) * 3, _from(2016, "T", "混凝土"), _TUNNEL, 30,
         burial=("ZH", "综合管廊"), straight=(("投料口", 0.1), ("通风口", 0.15), ("检修井", 0.15)),
         central=True, reference="invert"),
    Main("QT", "BM", "some", 1, 5.4, 1.35, _round(100, 100, 150), _STEEL, "权属不明", 25),
)
"""23 kinds of the eight majors."""
# fmt: on

DRAIN_STEPS = {
    "YS": (400.0, 400.0, 500.0, 500.0, 600.0, 600.0, 800.0, 800.0, 1000.0, 1000.0, 1200.0),
    "WS": (300.0, 300.0, 400.0, 400.0, 500.0, 500.0, 600.0, 600.0, 800.0),
    "HS": (500.0, 600.0, 800.0, 800.0, 1000.0),
}
"""Diameters of a trunk in mm from its upper end, one for each piece of street."""
INTERCEPTOR = (800.0, 800.0, 1000.0, 1000.0, 1200.0, 1200.0)
"""Diameters of the foul interceptor along the bank, from one pumping station to the next."""
