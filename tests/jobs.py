"""A job of each kind, and workers that do something else than its work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from dashboards.models import Dashboard
from dashboards.paper.services import PAPERS
from exports.services import EXPORTS
from layers.models import Job
from layers.services.jobs import FileJobKind, JobKind, JobRun

Work = Callable[[Job, JobRun], object]


@dataclass(frozen=True, slots=True)
class JobCase:
    """A kind of job, and the columns that say what a job of it is about."""

    kind: JobKind[Any]
    columns: Callable[[], dict[str, Any]]

    def create(self) -> Job:
        """Store a job that waits."""
        job: Job = self.kind.model._default_manager.create(requested_at=timezone.now(), **self.columns())
        return job


def _export() -> dict[str, Any]:
    return {"layer": "arbres", "extension": "csv", "total_rows": 2, "estimated_s": 1.0}


def _paper() -> dict[str, Any]:
    dashboard, _is_new = Dashboard.objects.get_or_create(slug="ville", title="Ville")
    return {"dashboard": dashboard, "extension": "html", "total_panels": 2}


CASES = {
    "export": JobCase(EXPORTS, _export),
    "paper": JobCase(PAPERS, _paper),
}
FILE_CASES = {name: case for name, case in CASES.items() if isinstance(case.kind, FileJobKind)}


def replace_work(patch: pytest.MonkeyPatch, kind: JobKind[Any], work: Work) -> None:
    """Have the workers of a kind do ``work``; those that write a file write ``rows`` into it then."""

    def write(job: Job, path: Path, run: JobRun) -> dict[str, Any]:
        work(job, run)
        path.write_text("rows")
        return {"file_name": "file"}

    def do(job: Job, run: JobRun) -> dict[str, Any]:
        work(job, run)
        return {}

    if isinstance(kind, FileJobKind):
        patch.setattr(kind, "write", write)
    else:
        patch.setattr(kind, "work", do)
