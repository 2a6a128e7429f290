"""A job of each kind, and workers that do something else than its work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from dashboards.models import Dashboard
from dashboards.paper.services import PAPERS
from datasets.imports.jobs import LOADINGS, READINGS
from datasets.vocabulary import UploadWork
from exports.services import EXPORTS
from layers.models import Job, Raster, RasterVersion, raster_folder
from layers.services.jobs import FileJobKind, JobKind, JobRun
from layers.services.work_folders import private_folder
from layers.vocabulary import JobState
from planning.bulk.services import SHEET_LISTS
from planning.inquiries.paper import REGISTER_FILES
from planning.inventory.paper import INVENTORY_FILES
from planning.models import PublicInquiry
from plui.versions.services import PLAN_UPLOADS
from roadworks.paper import CALENDARS
from tests.plan_versions import plan_version, public_inquiry
from tests.rasters import empty_raster
from tiles.models import RasterUpload
from tiles.rasters.services.uploads import RASTER_UPLOADS

Work = Callable[[Job, JobRun], object]


@dataclass(frozen=True, slots=True)
class JobCase:
    """A kind of job, the columns that say what a job of it is about, and those of a result."""

    kind: JobKind[Any]
    columns: Callable[[], dict[str, Any]]
    result: Callable[[Any], dict[str, Any]] = lambda _job: {}

    @property
    def states(self) -> list[JobState]:
        """The states of the kind: files expire, and nothing else does."""
        return [
            state for state in JobState if state is not JobState.EXPIRED or isinstance(self.kind, FileJobKind)
        ]

    def create(self) -> Job:
        """Store a job that waits."""
        job: Job = self.kind.model._default_manager.create(requested_at=timezone.now(), **self.columns())
        return job


def _export() -> dict[str, Any]:
    return {"layer": "arbres", "extension": "csv", "total_rows": 2, "estimated_s": 1.0}


def _paper() -> dict[str, Any]:
    dashboard, _is_new = Dashboard.objects.get_or_create(slug="ville", title="Ville")
    return {"dashboard": dashboard, "extension": "html", "total_panels": 2}


def _calendar() -> dict[str, Any]:
    return {"year": 2027, "grouping": "commune", "extension": "pdf"}


def _sheet_list() -> dict[str, Any]:
    parameters = {"parcels": ["92048000AB0123"], "faults": [], "layers": ["parcelles"]}
    return {"total_parcels": 1, "parameters": parameters, "extension": "csv"}


def _inventory() -> dict[str, Any]:
    return {"layer": "batiments-patrimoniaux", "extension": "pdf"}


def _register() -> dict[str, Any]:
    inquiry = PublicInquiry.objects.first() or public_inquiry()
    return {"inquiry": inquiry, "extension": "pdf", "parameters": {"site": "https://example.org"}}


def _owner() -> Any:
    return get_user_model()._default_manager.get_or_create(username="anne")[0]


def _raster_upload() -> dict[str, Any]:
    raster = Raster.objects.filter(layer__slug="relief").first() or empty_raster("relief")
    path = private_folder(raster_folder()) / f"given-{uuid4().hex}"
    path.touch()
    return {"owner": _owner(), "raster": raster, "path": path.name, "original_name": "a.tif", "size": 0}


def _raster_version(upload: RasterUpload) -> dict[str, Any]:
    number = upload.raster.versions.count() + 1
    sizes = {"size": 1, "width": 1, "height": 1, "min_zoom": 1, "max_zoom": 2, "srid": 2154}
    grid = {"transform": [1, 0, 0, 0, -1, 0], "bounds": [0, 0, 1, 1]}
    path = private_folder(raster_folder()) / f"{uuid4().hex}.tif"
    path.touch()
    version = RasterVersion.objects.create(
        raster=upload.raster, number=number, path=path.name, **sizes, **grid
    )
    return {"version": version}


def _plan_upload() -> dict[str, Any]:
    return {"owner": _owner(), "path": uuid4().hex, "original_name": "plan.zip", "size": 0}


def _upload(work: UploadWork) -> Callable[[], dict[str, Any]]:
    def columns() -> dict[str, Any]:
        return {"owner": _owner(), "path": uuid4().hex, "original_name": "a.csv", "size": 0, "work": work}

    return columns


CASES = {
    "export": JobCase(EXPORTS, _export),
    "paper": JobCase(PAPERS, _paper),
    "calendar": JobCase(CALENDARS, _calendar),
    "plan": JobCase(PLAN_UPLOADS, _plan_upload, lambda _job: {"version": plan_version()}),
    "sheet list": JobCase(SHEET_LISTS, _sheet_list),
    "inventory": JobCase(INVENTORY_FILES, _inventory),
    "register": JobCase(REGISTER_FILES, _register),
    "raster": JobCase(RASTER_UPLOADS, _raster_upload, _raster_version),
    "reading": JobCase(READINGS, _upload(UploadWork.READ)),
    "loading": JobCase(LOADINGS, _upload(UploadWork.LOAD)),
}
FILE_CASES = {name: case for name, case in CASES.items() if isinstance(case.kind, FileJobKind)}


def replace_work(patch: pytest.MonkeyPatch, case: JobCase, work: Work) -> None:
    """Have the workers of a kind do ``work``; those that write a file write ``rows`` into it then."""

    def write(job: Job, path: Path, run: JobRun) -> dict[str, Any]:
        work(job, run)
        path.write_text("rows")
        return {"file_name": "file"}

    def do(job: Job, run: JobRun) -> dict[str, Any]:
        work(job, run)
        return case.result(job)

    if isinstance(case.kind, FileJobKind):
        patch.setattr(case.kind, "write", write)
    else:
        patch.setattr(case.kind, "work", do)
