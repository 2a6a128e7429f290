"""Files of dashboards that a worker prepares: requested, opened again with the rights of the moment, written."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy

from dashboards.errors import UnknownPaper
from dashboards.models import PaperJob
from dashboards.paper.document import estimated_seconds, write_paper
from dashboards.paper.layout import PaperLayout, layout_of
from dashboards.reading.dashboard_page import DashboardPage, open_page
from layers.digests import stable_digest
from layers.errors import LayersError
from layers.services.jobs import FileJobKind, JobRun, account_visitor
from layers.visitor import Visitor


class PaperKind(FileJobKind[PaperJob]):
    """Files of dashboards written by a worker."""

    model = PaperJob
    task = "dashboards.prepare"
    related = ("dashboard",)
    exhausted_message = gettext_lazy("La préparation s’est interrompue plusieurs fois.")

    def write(self, job: PaperJob, path: Path, run: JobRun) -> Mapping[str, Any]:
        """Write the panels that the owner may read now."""
        visitor = account_visitor(job.owner_id, job.portal)
        paper = visible_paper(pk=job.pk, slug=job.dashboard.slug, visitor=visitor)
        file = write_paper(paper.page, paper.layout, progress=lambda count: run.report(panels=count))
        path.write_bytes(file.content)
        return {"file_name": file.name}


PAPERS = PaperKind()


@dataclass(frozen=True, slots=True)
class VisiblePaper:
    """A file of a dashboard as who asked for it may see it now."""

    job: PaperJob
    page: DashboardPage

    @property
    def layout(self) -> PaperLayout:
        """How the file is laid out."""
        return layout_of(self.job)


def is_long(page: DashboardPage, layout: PaperLayout) -> bool:
    """Whether a person would wait too long for the file."""
    return estimated_seconds(page, layout) > settings.PREPARED_ABOVE_S


def request_paper(
    page: DashboardPage, visitor: Visitor, layout: PaperLayout, parameters: Mapping[str, Sequence[str]]
) -> PaperJob:
    """Return the job that prepares a file, in the queue.

    A person who asks for the same again gets the same one. ``parameters`` are the filters of the page.

    Raises:
        TooManyRequests, Busy, StorageFull: as ``FileJobKind.request``.
    """
    return PAPERS.request(
        visitor=visitor,
        digest=_digest(page, layout),
        columns=lambda: {
            "dashboard": page.dashboard,
            "parameters": {name: list(values) for name, values in parameters.items()},
            "rights_key": rights_key(page),
            "total_panels": len(page.panels),
            "size": layout.size,
            "orientation": layout.orientation,
            "extension": layout.form,
            "has_tables": layout.has_tables,
        },
    )


def visible_paper(*, pk: UUID, slug: str, visitor: Visitor) -> VisiblePaper:
    """Return a prepared file to who asked for it, as long as the rights are the same on all that it shows.

    Raises:
        UnknownPaper: no such file; somebody else's; or the dashboard or any right on its layers changed since.
    """
    jobs = PaperJob.objects.select_related("dashboard")
    job = jobs.filter(pk=pk, dashboard__slug=slug, portal=visitor.portal).first()
    if job is None or (job.owner_id is not None and job.owner_id != visitor.user_id):
        raise UnknownPaper
    try:
        page = open_page(visitor, slug, job.parameters)
    except LayersError as error:
        raise UnknownPaper from error
    if rights_key(page) != job.rights_key:
        raise UnknownPaper
    return VisiblePaper(job, page)


def request_again(*, paper: VisiblePaper, visitor: Visitor) -> PaperJob:
    """Return a new job for the same file, from the current data.

    Raises:
        TooManyRequests, Busy, StorageFull: as ``request_paper``.
    """
    return request_paper(paper.page, visitor, paper.layout, paper.job.parameters)


def rights_key(page: DashboardPage) -> str:
    """Return what stands for all the rights that a file shows: those on each layer, within the commune of the page."""
    scopes = sorted(scope.key for scope in page.scopes.values())
    rasters = sorted(scope.key for scope in page.rasters.values())
    return _hash(str(page.dashboard.pk), page.visitor.portal, *scopes, *rasters)


def _digest(page: DashboardPage, layout: PaperLayout) -> str:
    """Return what tells two files apart: rights, document, data, filters, layout, language, and the day.

    Panels count from it: periods under way, days until something falls due.
    """
    versions = sorted(f"{slug}={scope.version}" for slug, scope in page.scopes.items())
    versions += sorted(f"{slug}={scope.version}" for slug, scope in page.rasters.items())
    revision = f"{page.dashboard.revision}"
    return _hash(
        rights_key(page),
        revision,
        page.state.query,
        stable_digest(layout),
        get_language() or "",
        f"{timezone.localdate()}",
        *versions,
    )


def _hash(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()
