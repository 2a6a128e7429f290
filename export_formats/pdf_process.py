"""The child that turns a page into PDF: shut in by the sandbox, it has no network and sees no file but its own.

Nothing else imports WeasyPrint, whose libraries take seconds to load: the fork server has them, the portal never.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from weasyprint import HTML
from weasyprint.urls import URLFetcher

if TYPE_CHECKING:
    from sandbox.child import Job

# Tagged, with a title and a language, and text alternatives of pictures: PDF/UA-1 (ISO 14289-1).
VARIANT = "pdf/ua-1"


def data_fetcher() -> URLFetcher:
    """Return what resolves addresses in a page: those that hold their own data (RFC 2397), none else."""
    return URLFetcher(allowed_protocols=("data",), allow_redirects=False)


def serve(job: Job) -> None:
    """Answer with the PDF of the page in the job's file, its count of pages, and the first page of each name in it."""
    page = HTML(string=job.file.read().decode(), url_fetcher=data_fetcher())
    document = page.render(pdf_variant=VARIANT)
    content = document.write_pdf(pdf_variant=VARIANT)
    names: dict[str, int] = {}
    for index, sheet in enumerate(document.pages):
        for name in sheet.anchors:
            names.setdefault(name, index)  # what goes on over several pages is on each of them
    job.channel.send({"pages": len(document.pages), "names": names}, content)
