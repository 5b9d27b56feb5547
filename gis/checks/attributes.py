"""Rules A1 to A6: attributes that contradict each other, their class or the calendar."""

import re
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from gis.checks.content import day_number
from gis.checks.network import Network, as_text
from gis.checks.results import POINT, SEGMENT, Part
from gis.checks.settings import RuleSetting, names
from gis.checks.subject import Subject
from gis.frame import Frame, Mask, Text

_NUMBER = re.compile(r"(\d+(?:\.\d+)?)\s*(MPA|KPA|KV|V)?")


def overfull_ducts(on: Subject, rule: RuleSetting) -> Iterator[Part]:
    """A1: more ducts used than there are; more cables than the used ducts can hold."""
    on.need_segments()
    holes, used, cables = (on.network.segments.number(name) for name in ("holes", "holes_used", "cables"))
    on.need(np.isfinite(used), "no_ducts")
    over = np.flatnonzero(used > holes)
    yield Part("", SEGMENT, over, used[over], holes[over], "holes_used")
    most = used * rule.limit("cables_per_hole")
    full = np.flatnonzero(cables > most)
    yield Part("cables", SEGMENT, full, cables[full], most[full], "cables")


def burial_against_ducts(on: Subject, _rule: RuleSetting) -> Iterator[Part]:
    """A2: ducts in what is buried directly; a duct bank without ducts."""
    on.need_segments()
    network = on.network
    holes = np.nan_to_num(network.segments.number("holes"))
    direct = np.flatnonzero(network.segment_in("burial", {"ZM"}) & (holes > 0))
    bank = np.flatnonzero(network.segment_in("burial", {"GK"}) & (holes <= 0))
    yield Part("", SEGMENT, direct, holes[direct], column="holes")
    yield Part("none", SEGMENT, bank, column="holes")


def material_against_class(on: Subject, _rule: RuleSetting) -> Iterator[Part]:
    """A3: a material that pipes of this class are not made of."""
    on.need_segments()
    network = on.network
    numbers, values = network.coded(network.segments, "material")
    on.need(np.array([bool(value) for value in values], dtype=bool), "no_materials")
    fits = names()["material_for"]
    wrong = np.zeros(len(network.segments), dtype=bool)
    for at, value in enumerate(values):
        if value in fits:
            wrong |= (numbers == at) & ~network.major_is(network.segment_kind, *fits[value].split("|"))
    rows = np.flatnonzero(wrong)
    yield Part("", SEGMENT, rows, as_text(network.segments, "material")[rows], _majors(network)[rows], "material")


def _majors(network: Network) -> Text:
    return network.segments.text("major")


def pressure_and_voltage(on: Subject, rule: RuleSetting) -> Iterator[Part]:
    """A4: gas without pressure, power without voltage, or a value that neither has."""
    on.need_segments()
    network = on.network
    gas, power = (network.major_is(network.segment_kind, major) for major in ("RQ", "DL"))
    on.need(gas | power, "no_gas_or_power")
    most = rule.limit("most_pressure")
    for column, of, sound in (
        ("pressure", gas, lambda value: _is_pressure(network, value, most)),
        ("voltage", power, lambda value: _is_voltage(network, value)),
    ):
        empty, strange = _judged(network, column, sound)
        lacking = np.flatnonzero(of & empty & ~network.inside_well)
        yield Part("", SEGMENT, lacking, column=column)
        wrong = np.flatnonzero(of & strange)
        yield Part("strange", SEGMENT, wrong, as_text(network.segments, column)[wrong], column=column)


def _judged(network: Network, column: str, sound: Callable[[str], bool]) -> tuple[Mask, Mask]:
    """Which cells are empty and which are filled with no such value."""
    numbers, values = network.coded(network.segments, column)
    empty = np.array([not value for value in values], dtype=bool)
    strange = np.array([bool(value) and not sound(value) for value in values], dtype=bool)
    return (empty[numbers], strange[numbers]) if len(values) else (np.zeros(0, bool), np.zeros(0, bool))


def _is_pressure(network: Network, value: str, most: float) -> bool:
    """A class of gas pressure, or a number of MPa (or kPa)."""
    if network.codes.value("pressure", value) is not None or value in names()["pressures"]:
        return True
    found = _NUMBER.fullmatch(value.strip().upper())
    if found is None or found[2] in {"KV", "V"}:
        return False
    return 0 < float(found[1]) / (1000 if found[2] == "KPA" else 1) <= most


def _is_voltage(network: Network, value: str) -> bool:
    """A voltage in use, in kV where no unit stands."""
    found = _NUMBER.fullmatch(value.strip().upper())
    if found is None or found[2] in {"MPA", "KPA"}:
        return network.codes.value("voltage", value) is not None
    kilovolts = float(found[1]) / (1000 if found[2] == "V" else 1)
    return f"{kilovolts:g}" in names()["voltages"]


def impossible_dates(on: Subject, rule: RuleSetting) -> Iterator[Part]:
    """A5: built after it was surveyed, in the future, or before there were such pipes. Days are as precise as told."""
    network = on.network
    on.need(
        np.array([frame.has("built_on") for frame in (network.points, network.segments)], dtype=bool), "no_build_dates"
    )
    today = int(f"{on.context.today:%Y%m%d}")
    for table, frame in ((POINT, network.points), (SEGMENT, network.segments)):
        built, precision = _days(network, frame, "built_on")
        surveyed, other = _days(network, frame, "surveyed_on")
        written, limit = as_text(frame, "built_on"), as_text(frame, "surveyed_on")
        known = built > 0
        after = known & (surveyed > 0) & _later(built, surveyed, np.minimum(precision, other))
        future = known & ~after & _later(built, np.full(len(built), today), precision)
        early = known & (built // 10_000 < rule.limit("earliest_year"))
        rows = np.flatnonzero(after)
        yield Part("", table, rows, written[rows], limit[rows], "built_on")
        for case, wrong in (("future", future), ("early", early)):
            rows = np.flatnonzero(wrong)
            yield Part(case, table, rows, written[rows], column="built_on")


def _days(network: Network, frame: Frame, column: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Days as YYYYMMDD and their known digits; 0 for no date."""
    numbers, values = network.coded(frame, column)
    read = np.array([day_number(value) or (0, 0) for value in values], dtype=np.int64).reshape(-1, 2)
    return (read[numbers, 0], read[numbers, 1]) if len(values) else (read[:, 0], read[:, 1])


def _later(first: NDArray[np.int64], second: NDArray[np.int64], digits: NDArray[np.int64]) -> Mask:
    """Whether a day is later than another in the digits that both have."""
    cut = 10 ** (8 - np.clip(digits, 0, 8))
    later: Mask = first // cut > second // cut
    return later


def changes_along(on: Subject, _rule: RuleSetting) -> Iterator[Part]:
    """A6: owner or pressure changes from one pipe to the next where nothing branches."""
    on.need_segments()
    network, ends = on.network, on.network.ends
    at = ends.through(ends.own)
    first, second = ends.segment[at.first], ends.segment[at.second]
    for column in ("owner", "pressure"):
        numbers, values = network.coded(network.segments, column)
        told = np.array([bool(value) for value in values], dtype=bool)[numbers]
        wrong = told[first] & told[second] & (numbers[first] != numbers[second])
        written = as_text(network.segments, column)
        one, other = written[first[wrong]], written[second[wrong]]
        swap = np.asarray(one > other, dtype=bool)
        yield Part("", POINT, at.node[wrong], np.where(swap, other, one), np.where(swap, one, other), column)
