"""What the city will be, before anybody plays it: the same every time, complete, and in working hours."""

from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path
from random import Random

import pypdfium2
import pytest
from ezdxf.filemanagement import readfile

from archives.accession.contents import check_content, format_of
from archives.core.clock import local
from archives.demo import evidence, place
from archives.demo.plots import PLOTS, SIZES, Plot
from archives.demo.records import PHASES, RARE, Works, documents_of, volumes_of
from archives.demo.stories import story_of
from archives.demo.works import chapters
from archives.organisations.rules import credit_code_fits
from archives.procedure.workflow import STATES

TODAY = date(2026, 11, 24)


def test_the_same_day_gives_the_same_city() -> None:
    assert chapters(SIZES["S"], TODAY) == chapters(SIZES["S"], TODAY)


def test_the_city_has_every_state_and_the_promised_size() -> None:
    found = chapters(SIZES["M"], TODAY)
    assert {one.plot.state for one in found} == set(STATES)
    assert len(found) >= 60
    assert sum(len(one.volumes) for one in found) == 2000
    assert 14_000 < sum(len(items) for one in found for _, items in one.volumes) < 16_000
    assert not [name for name, count in Counter(one.project["name"] for one in found).items() if count > 1]


@pytest.mark.parametrize("plot", PLOTS, ids=lambda plot: f"{plot.state}-{plot.days_ago}")
def test_a_story_runs_forward_in_working_hours_and_ends_before_today(plot: Plot) -> None:
    story = story_of(plot, TODAY, Random(1))
    moments = [event.at for event in story]
    assert all(before < after for before, after in pairwise(moments))
    assert all(local(at).weekday() < 5 and 9 <= local(at).hour < 18 for at in moments)
    assert story[-1].day < TODAY
    assert story[0].step == "register"


@pytest.mark.parametrize("works_type", ["building", "road", "bridge", "tunnel", "rail", "pipeline", "other"])
def test_records_hold_everything_that_the_archives_require(works_type: str) -> None:
    works = Works("云川样本工程", {"client": "甲"}, date(2024, 1, 8), date(2025, 6, 2), works_type=works_type)
    items = [item for _, listed in volumes_of(works, 16, Random(2)) for item in listed]
    wanted = {one.code for phase in PHASES for one in documents_of(works_type, phase) if one.required}
    assert wanted
    assert wanted <= {item["scope_code"] for item in items}
    assert not RARE & wanted
    assert {item["responsible"] for item in items} == {"甲"}


@pytest.mark.parametrize("count", [1, 2, 4, 5, 16, 40])
def test_as_many_volumes_come_as_are_asked_for(count: int) -> None:
    works = Works("云川样本工程", {"client": "甲"}, date(2024, 1, 8), date(2025, 6, 2))
    volumes = list(volumes_of(works, count, Random(3)))
    assert [volume["volume_no"] for volume, _ in volumes] == [f"{number:03d}" for number in range(1, count + 1)]


def test_invented_credit_codes_fit() -> None:
    random = Random(4)
    assert all(credit_code_fits(place.credit_code(random)) for _ in range(50))


def test_documents_are_real_pdf_and_drawings_open_elsewhere(tmp_path: Path) -> None:
    works = Works("云川样本工程", {"client": "甲"}, date(2024, 1, 8), date(2025, 6, 2))
    volumes = list(volumes_of(works, 16, Random(5)))
    items = [listed[0] for _, listed in volumes]
    written = next(item for item in items if item["scope_code"] == "A1-01")
    drawn = next(item for item in items if str(item["scope_code"]).startswith("D"))
    for name, content in evidence.files_of([written, drawn], works.name, Random(6)):
        path = tmp_path / Path(name).name
        path.write_bytes(content)
        assert check_content(path.name, format_of(path, path.name)[0]) is None
        if path.suffix == ".dxf":
            assert str(drawn["title"]) in [said.dxf.text for said in readfile(path).modelspace().query("TEXT")]
        else:
            pages = int(str(written["page_to"])) - int(str(written["page_from"])) + 1
            assert len(pypdfium2.PdfDocument(content)) == pages
