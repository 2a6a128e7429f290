"""The file of a dashboard, for one visitor: its content read, laid out, and written."""

from __future__ import annotations

from django.utils.timezone import localdate

from dashboards.models import PaperForm
from dashboards.paper.content import Progress, read_content
from dashboards.paper.definitions import PaperFile, PaperLayout
from dashboards.paper.document import document
from dashboards.paper.pdf import pdf_of
from dashboards.reading.dashboard_page import DashboardPage

# Seconds, measured on two cores: reading and drawing a panel, and laying the sheet out in a child that is awake.
_PANEL_S = {PaperForm.PDF: 0.5, PaperForm.HTML: 0.3}
_SHEET_S = {PaperForm.PDF: 2.0, PaperForm.HTML: 0.5}


def estimated_seconds(page: DashboardPage, layout: PaperLayout) -> float:
    """Return about how long the file takes."""
    return _SHEET_S[layout.form] + _PANEL_S[layout.form] * len(page.panels)


def write_paper(page: DashboardPage, layout: PaperLayout, *, progress: Progress | None = None) -> PaperFile:
    """Return a dashboard as a file.

    Raises:
        Busy, TooSlow, ExportFailed: as ``pdf_of``.
        django.db.Error: the database is away.
    """
    html = document(read_content(page, progress=progress), layout)
    content = pdf_of(html) if layout.form is PaperForm.PDF else html.encode()
    name = f"{page.dashboard.slug}-{localdate(page.visitor.instant)}.{layout.form.value}"
    return PaperFile(name, layout.media_type, content)
