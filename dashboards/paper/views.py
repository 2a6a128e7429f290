"""The print page of a dashboard: its layout is chosen here, its file comes at once or from a worker, groups get it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from dashboards.errors import UnknownPaper
from dashboards.models import PaperJob
from dashboards.paper.document import write_paper
from dashboards.paper.layout import LAYOUT, PaperFile, PaperLayout, filters_in, parse_layout
from dashboards.paper.presenters import job_context, print_context
from dashboards.paper.services import (
    PAPERS,
    VisiblePaper,
    is_long,
    request_again,
    request_paper,
    visible_paper,
)
from dashboards.paper.subscriptions import SubscriptionForm, offered_groups, subscribe, unsubscribe
from dashboards.reading.dashboard_page import DashboardPage, open_page
from export_formats.services import export_slot
from interface.requests import parameters_of
from layers.parsing import single_values
from layers.visitor import visitor_of
from layers.vocabulary import JobState

# The file is a page of its own: it runs nothing and is in no frame, opened from here as from a disk.
_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "frame-ancestors 'none'"
)


@method_decorator(never_cache, name="dispatch")
class PaperView(View):
    """The choice of a layout; with a kind of file in the address, the file itself, or the page of its job."""

    def get(self, request: HttpRequest, dashboard: str) -> HttpResponseBase:
        """Show the choices, or give the file."""
        visitor, parameters = visitor_of(request), parameters_of(request)
        layout = parse_layout(parameters)
        page = open_page(visitor, dashboard, parameters, allowed=LAYOUT)
        if layout is None:
            return render(request, "dashboards/paper/print.html", print_context(page, visitor))
        return self.file(page, layout)

    def file(self, page: DashboardPage, layout: PaperLayout) -> HttpResponseBase:
        """Return the file, or redirect to the page of its progress."""
        visitor, parameters = visitor_of(self.request), filters_in(parameters_of(self.request))
        if is_long(page, layout):
            return _page_of(request_paper(page, visitor, layout, parameters))
        with export_slot(visitor):
            return _sent(write_paper(page, layout))


def _sent(file: PaperFile) -> HttpResponse:
    response = HttpResponse(file.content, content_type=file.media_type)
    response["Content-Disposition"] = content_disposition_header(True, file.name) or "attachment"
    response["Content-Security-Policy"] = _POLICY
    return response


def _page_of(job: PaperJob) -> HttpResponse:
    response = redirect("dashboards:paper-job", job.dashboard.slug, job.pk)
    response.status_code = 303
    return response


@method_decorator(never_cache, name="dispatch")
class PaperPage(View):
    """Base of the views of a prepared file: only the person who requested it sees it, under their current rights."""

    def paper(self, dashboard: str, pk: UUID) -> VisiblePaper:
        """Return the file.

        Raises:
            UnknownPaper: it is not this visitor's, or not any more.
            UnknownParameter: the address has one, and none is read here.
        """
        single_values(parameters_of(self.request), allowed=())
        return visible_paper(pk=pk, slug=dashboard, visitor=visitor_of(self.request))


class PaperJobView(PaperPage):
    """The page: works without script, by its link that reads it again."""

    def get(self, request: HttpRequest, dashboard: str, pk: UUID) -> HttpResponse:
        """Show where the file is."""
        return render(request, "dashboards/paper/job.html", job_context(self.paper(dashboard, pk)))


class PaperFileView(PaperPage):
    """A prepared file, to who asked for it."""

    def get(self, request: HttpRequest, dashboard: str, pk: UUID) -> HttpResponseBase:
        """Send the file, or redirect to the page when there is none (yet, or any more)."""
        paper = self.paper(dashboard, pk)
        if paper.job.state != JobState.READY:
            return redirect("dashboards:paper-job", dashboard, pk)
        try:
            body = paper.job.path.open("rb")
        except FileNotFoundError as error:
            raise UnknownPaper from error
        request.META.pop("HTTP_ACCEPT_ENCODING", None)  # sent as it is: its length is in the header
        name, kind = paper.job.file_name, paper.layout.media_type
        response = FileResponse(body, as_attachment=True, filename=name, content_type=kind)
        response["Content-Security-Policy"] = _POLICY
        return response


class CancelPaperView(PaperPage):
    """The button that forgets the file, finished or not."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, dashboard: str, pk: UUID) -> HttpResponse:
        """Remove it, and show the print page with the same filters."""
        paper = self.paper(dashboard, pk)
        PAPERS.remove(paper.job)
        return _back(paper.page)


class RetryPaperView(PaperPage):
    """The button that asks again, after an error, or when the file is not kept any more."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, dashboard: str, pk: UUID) -> HttpResponse:
        """Request the same file again and show its own page."""
        paper = self.paper(dashboard, pk)
        return _page_of(request_again(paper=paper, visitor=visitor_of(request)))


class SubscribeView(View):
    """The form that has the dashboard sent to a group, under the filters of the address."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, dashboard: str) -> HttpResponse:
        """Set it and show the print page again; a form that cannot be read comes back with its faults."""
        visitor, parameters = visitor_of(request), parameters_of(request)
        page = open_page(visitor, dashboard, parameters)
        form = SubscriptionForm(request.POST, groups=offered_groups(visitor, page.dashboard))
        if not form.is_valid():
            context = print_context(page, visitor, form=form)
            return render(request, "dashboards/paper/print.html", context, status=422)
        subscribe(visitor=visitor, dashboard=page.dashboard, requested=form.requested, parameters=parameters)
        messages.success(request, _("Le groupe « %s » recevra ce tableau de bord.") % form.requested.group)
        return _back(page)


class UnsubscribeView(View):
    """The button that sends a dashboard to a group no more."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, dashboard: str, pk: int) -> HttpResponse:
        """Remove the subscription and show the print page again."""
        visitor = visitor_of(request)
        page = open_page(visitor, dashboard, parameters_of(request))
        unsubscribe(visitor=visitor, dashboard=page.dashboard, pk=pk)
        messages.success(request, _("L’envoi est supprimé."))
        return _back(page)


def _back(page: DashboardPage) -> HttpResponse:
    """Show the print page, under the same filters."""
    address = reverse("dashboards:print", args=[page.dashboard.slug])
    return redirect(f"{address}?{page.state.query}" if page.state.query else address)
