"""Hand-overs of an invented city: from files to lines that staff see, in a process of its own, beside the bare load.

`python -m bench.handovers FILE …` takes files in and answers with its figures as JSON.
"""

import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import func, select

from archives.core.audit import AuditEntry
from archives.core.files import ContentStore
from archives.core.jobs import DONE, Job, JobLine, Worker
from archives.demo.handover import Style, write_handover
from archives.demo.network import network
from archives.demo.streets import EPSG
from archives.features import REGISTRY
from archives.pipelines.drafts import HandoverDraft
from archives.pipelines.surveys import service
from archives.pipelines.surveys.files import LIMITS, unpacked
from archives.pipelines.surveys.jobs import enqueue_reading
from bench.harness import Result
from bench.instances import OPERATOR, Instance, scratch_instance
from bench.pipelines_store import bare_load
from gis.survey.model import Survey

SEGMENTS = {"S": 100_000, "M": 1_000_000}
REPEATS = {"S": 3, "M": 1}
STYLES: tuple[Style, ...] = ("csv", "gpkg")
SECTION = "pipelines"
IMPORT_BAR, GIGABYTES = 4.0, 1.5
"""Times the bare load; memory of an import of a million segments, the process with all its libraries included."""
Figures = dict[str, Any]


def measure(size: str) -> Iterator[Result]:
    """Both kinds of files, each import beside a bare load of the same rows."""
    survey = network(size=SEGMENTS[size])
    with TemporaryDirectory(prefix="chengdang-bench-") as folder:
        for style in STYLES:
            place = Path(folder, style)
            place.mkdir()
            files = write_handover(place, survey, style)
            bare, ours = [], []
            for _ in range(REPEATS[size]):
                bare.append(_bare(survey))
                ours.append(_in_own_process(files))
            yield from _results(size, style, bare, ours)


def _results(size: str, style: str, bare: list[Figures], ours: list[Figures]) -> Iterator[Result]:
    plain, plain_work = (statistics.median(one[name] for one in bare) for name in ("seconds", "work"))
    whole, work = (statistics.median(one[name] for one in ours) for name in ("seconds", "work"))
    rows = f"{ours[0]['segments']} segments and {ours[0]['points']} points"
    yield Result(SECTION, f"{style}: bare load of {rows} with R*Trees, one transaction", plain, "s")
    yield Result(SECTION, f"{style}: files to lines that staff see, all checks", whole, "s", whole / plain, IMPORT_BAR)
    yield Result(SECTION, f"{style}: the same in the processor's time", work, "s", work / plain_work)
    for name in ("reading", "checking", "storing"):
        yield Result(SECTION, f"{style}: of that, {name}", statistics.median(one[name] for one in ours), "s")
    peak = max(one["gigabytes"] for one in ours)
    bar = 1.0 if size == "M" else None
    yield Result(SECTION, f"{style}: most memory of the import", peak, "GB", peak / GIGABYTES, bar)


def _bare(survey: Survey) -> Figures:
    with scratch_instance() as instance, instance.backend.writing() as session:
        load = bare_load(session.connection(), survey.points, survey.segments)
        began, work = time.perf_counter(), time.process_time()
        load()
        session.commit()
        return {"seconds": time.perf_counter() - began, "work": time.process_time() - work}


def _in_own_process(files: list[Path]) -> Figures:
    command = [sys.executable, "-m", __spec__.name, *map(str, files)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603  # our own module
    found: Figures = json.loads(done.stdout)
    return found


def take_in(files: list[Path]) -> Figures:
    """Take files in as the page does, the worker's part included."""
    with scratch_instance() as instance:
        began, work = time.perf_counter(), time.process_time()
        job_id = _brought(instance, files)
        job = Worker(instance.backend, instance.settings, REGISTRY.job_kinds).finish(job_id)
        seconds, worked = time.perf_counter() - began, time.process_time() - work
        if job.state != DONE or job.result is None:
            raise ValueError(f"{job.state}: {job.result}")
        with instance.backend.reading() as session:
            told = select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "pipelines.read")
            if session.scalar(told) != 1:
                raise ValueError("an import is one entry of the audit")
        return {
            **job.result,
            **_parts(instance, job_id),
            "seconds": seconds,
            "work": worked,
            "gigabytes": most_memory(),
        }


def _parts(instance: Instance, job_id: int) -> Figures:
    """Seconds of each part, by the times in the job's log."""
    with instance.backend.reading() as session:
        job = session.get_one(Job, job_id)
        lines = session.scalars(select(JobLine.at).where(JobLine.job_id == job_id).order_by(JobLine.id)).all()
    moments = [job.started_at, *lines[1:3], job.ended_at]
    steps = [(later - earlier).total_seconds() for earlier, later in pairwise(filter(None, moments))]
    return dict(zip(("reading", "checking", "storing"), steps, strict=True))


def _brought(instance: Instance, files: list[Path]) -> int:
    draft = HandoverDraft(source="census", crs=f"EPSG:{EPSG}")
    with ContentStore(instance.settings.quarantine).on_trial() as quarantine:
        brought = [one for file in files for one in _unpacked(quarantine, file)]
        with instance.backend.writing() as session:
            dataset, version = service.bring(session, OPERATOR, draft, 0, brought)
            return enqueue_reading(session, OPERATOR, dataset, version, {}).id


def _unpacked(quarantine: ContentStore, file: Path) -> list[service.Brought]:
    with file.open("rb") as stream:
        return unpacked(quarantine, stream, file.name, LIMITS.file_bytes)


def most_memory() -> float:
    """The most that this process held at a time, in gigabytes.

    The kernel's own note of it stands before `getrusage`, which also counts what was there before this program began.
    """
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii", errors="ignore").splitlines()
    except OSError:
        lines = []
    told = next((line for line in lines if line.startswith("VmHWM")), "")
    kilobytes = int(told.split()[1]) if told else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return kilobytes * 1024 / 1e9


if __name__ == "__main__":
    print(json.dumps(take_in([Path(file) for file in sys.argv[1:]])))
