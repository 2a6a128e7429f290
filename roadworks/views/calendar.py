"""The works of a year by commune or by company, on screen and as one A3 sheet that the worker prepares."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from interface.requests import filled, parameters_of
from layers.errors import InvalidParameter, UnknownFeature
from layers.parsing import single_values
from layers.visitor import visitor_of
from layers.vocabulary import JobState
from roadworks.models import CalendarJob
from roadworks.paper import (
    CALENDARS,
    GROUPING_TITLES,
    calendar_context,
    request_calendar,
    visible_calendar,
)
from roadworks.presenters.timelines import BY_COMMUNE, GROUPINGS
from roadworks.queries import works_scope

_PARAMETERS = ("annee", "par")
_YEARS = range(2000, 2101)


class CalendarView(View):
    """``/travaux/calendrier/?annee=2027&par=entreprise``: what the visitor reads of a year."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the calendar."""
        year, grouping = _question(request, parameters_of(request))
        context = calendar_context(works_scope(visitor_of(request)), year=year, grouping=grouping)
        return render(request, "roadworks/calendar.html", context)


class CalendarRequestView(View):
    """``/travaux/calendrier/a3/``: the button that has the sheet of a year prepared."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Request the sheet, and show its own page."""
        sent = {name: request.POST.getlist(name) for name in request.POST if name != "csrfmiddlewaretoken"}
        year, grouping = _question(request, sent)
        return _page_of(request_calendar(visitor=visitor_of(request), year=year, grouping=grouping))


@method_decorator(never_cache, name="dispatch")
class CalendarJobPage(View):
    """Base of the views of a sheet: only who requested it sees it, under their current rights."""

    def job(self, pk: UUID) -> CalendarJob:
        """Return the job of the sheet.

        Raises:
            UnknownFeature: it is not this visitor's, or not any more.
            UnknownParameter: the address has one, and none is read here.
        """
        single_values(parameters_of(self.request), allowed=())
        return visible_calendar(pk=pk, visitor=visitor_of(self.request))[0]


class CalendarJobView(CalendarJobPage):
    """``/travaux/calendrier/a3/{id}/``: where the sheet is; works without script, by its link that reads it again."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show the state of the job."""
        job = self.job(pk)
        context = {
            "prepared": job,
            "state": JobState(job.state),
            "grouping": dict(GROUPING_TITLES)[job.grouping],
            "year": str(job.year),
            "back": _address(job),
        }
        return render(request, "roadworks/calendar_job.html", context)


class CalendarFileView(CalendarJobPage):
    """``/travaux/calendrier/a3/{id}/fichier/``: the sheet, to who asked for it."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Send the file, or redirect to its page when there is none (yet, or any more)."""
        job = self.job(pk)
        if job.state != JobState.READY:
            return redirect("roadworks:year-job", pk)
        try:
            body = job.path.open("rb")
        except FileNotFoundError as error:
            raise UnknownFeature(_("Ce fichier n’est plus gardé."), parameter="id") from error
        request.META.pop("HTTP_ACCEPT_ENCODING", None)  # sent as it is: its length is in the header
        response = FileResponse(
            body, as_attachment=True, filename=job.file_name, content_type="application/pdf"
        )
        response["Content-Security-Policy"] = "sandbox"
        return response


class CancelCalendarView(CalendarJobPage):
    """The button that forgets the sheet, finished or not."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Remove it, and show the calendar again."""
        job = self.job(pk)
        CALENDARS.remove(job)
        return redirect(_address(job))


class RetryCalendarView(CalendarJobPage):
    """The button that asks again, after an error, or when the file is not stored any more."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Request the same sheet again, and show its own page."""
        job = self.job(pk)
        visitor = visitor_of(request)
        return _page_of(request_calendar(visitor=visitor, year=job.year, grouping=job.grouping))


def _page_of(job: CalendarJob) -> HttpResponse:
    response = redirect("roadworks:year-job", job.pk)
    response.status_code = 303
    return response


def _address(job: CalendarJob) -> str:
    return f"{reverse('roadworks:year')}?annee={job.year}&par={job.grouping}"


def _question(request: HttpRequest, parameters: dict[str, list[str]]) -> tuple[int, str]:
    """Return the year and the grouping of a request: this year by commune where it says nothing."""
    query = single_values(filled(parameters), allowed=_PARAMETERS)
    today = timezone.localdate(visitor_of(request).instant)
    year, grouping = _year(query.get("annee", str(today.year))), query.get("par", BY_COMMUNE)
    if grouping not in GROUPINGS:
        raise InvalidParameter(f"par={grouping[:40]}", parameter="par")
    return year, grouping


def _year(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:5]) in _YEARS):
        raise InvalidParameter(f"annee={text[:40]}", parameter="annee")
    return int(text)
