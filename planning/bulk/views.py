"""Lists of parcels: what a list means, before the worker writes its sheets; then the page of the file, and the file."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlencode
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from explorer.editing.uploaded_tables import read_sheet
from interface.requests import filled, parameters_of
from interface.territory import visible_communes
from layers.errors import BadRequest, UnknownFeature
from layers.parsing import single_values
from layers.parsing.query import Parameters
from layers.visitor import Visitor, visitor_of
from layers.vocabulary import JobState
from planning.bulk.formats import LIST_FORMATS
from planning.bulk.parsing import (
    FILE,
    FORMAT,
    GEOMETRY,
    LINES,
    MAX_ADDRESSES,
    MAX_INLINE,
    MAX_PARCELS,
    SECTION,
    list_lines,
    sent_places,
    table_text,
)
from planning.bulk.queries.parcel_lists import ParcelList, listed_parcels, selected_parcels
from planning.bulk.services import (
    SHEET_LISTS,
    inline_sheets,
    request_again,
    request_sheets,
    visible_list,
)
from planning.models import SheetListJob
from planning.presenters.documents import sheet_document
from planning.views import AppliesView, json_answer, named_document

SELECTION = "selection"


class ParcelListView(View):
    """``/urbanisme/ici/liste/``: lines pasted or sent, or parameters of the items of the layer of parcels."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the form, with the parcels that the parameters select."""
        return _answer(request, filled(parameters_of(request)), "")

    def post(self, request: HttpRequest) -> HttpResponse:
        """Render what the lines mean; those of a file join the field, where they can be corrected."""
        try:
            text = _sent_text(request)
        except BadRequest as error:
            return _page(request, {}, request.POST.get(LINES, ""), None, fault=error.detail)
        return _answer(request, {}, text)


def _sent_text(request: HttpRequest) -> str:
    upload = request.FILES.get(FILE)
    if upload is None:
        return str(request.POST.get(LINES, ""))
    return table_text(read_sheet(upload=upload))


def _answer(request: HttpRequest, parameters: Parameters, text: str) -> HttpResponse:
    try:
        parcels = _parcels(visitor_of(request), parameters, text)
    except BadRequest as error:
        return _page(request, parameters, text, None, fault=error.detail)
    return _page(request, parameters, text, parcels)


def _parcels(visitor: Visitor, parameters: Parameters, text: str) -> ParcelList | None:
    """Return the parcels of a list or of a selection; None without either."""
    if parameters:
        return selected_parcels(visitor, parameters)
    lines = list_lines(text)
    return listed_parcels(visitor, lines) if lines else None


def _page(
    request: HttpRequest, parameters: Parameters, text: str, parcels: ParcelList | None, *, fault: str = ""
) -> HttpResponse:
    count = len(parcels.identifiers) if parcels else 0
    context: dict[str, Any] = {
        "text": text,
        "selection": urlencode(parameters, doseq=True),
        "parcels": parcels,
        "count": count,
        "fault": fault,
        "formats": [each for each in LIST_FORMATS.values() if count <= each.max_parcels],
        "excluded": [each for each in LIST_FORMATS.values() if count > each.max_parcels],
        "communes": visible_communes(visitor_of(request)),
        "commune": "".join(parameters.get("commune", ())),
        "section": "".join(parameters.get(SECTION, ())),
        "most": MAX_PARCELS,
        "most_addresses": MAX_ADDRESSES,
    }
    status = HTTPStatus.BAD_REQUEST if fault else HTTPStatus.OK
    return render(request, "planning/bulk/list.html", context, status=status)


class SheetListRequestView(View):
    """``/urbanisme/ici/liste/fichier/``: the button that has the sheets of a list written."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest) -> HttpResponse:
        """Request the file, and show its own page."""
        sent = {name: request.POST.getlist(name) for name in request.POST if name != "csrfmiddlewaretoken"}
        values = single_values(sent, allowed=(LINES, SELECTION, FORMAT))
        text, visitor = values.get(LINES, ""), visitor_of(request)
        parameters = parse_qs(values.get(SELECTION, ""), keep_blank_values=True)
        try:
            parcels = _parcels(visitor, parameters, text) or ParcelList()
            job = request_sheets(visitor=visitor, parcels=parcels, extension=values.get(FORMAT, ""))
        except BadRequest as error:
            return _page(request, parameters, text, None, fault=error.detail)
        return _page_of(job)


@method_decorator(never_cache, name="dispatch")
class SheetListPage(View):
    """Base of the views of a file: only who requested it sees it, under their current rights."""

    def job(self, pk: UUID) -> SheetListJob:
        """Return the job of the file.

        Raises:
            UnknownFeature: it is not this visitor's, or not any more.
            UnknownParameter: the address has one, and none is read here.
        """
        single_values(parameters_of(self.request), allowed=())
        return visible_list(pk=pk, visitor=visitor_of(self.request))


class SheetListJobView(SheetListPage):
    """``/urbanisme/ici/liste/{id}/``: where the file is; works without script, by its link that reads it again."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show the state of the job."""
        job = self.job(pk)
        context = {
            "prepared": job,
            "state": JobState(job.state),
            "format": LIST_FORMATS[job.extension],
            "faults": len(job.parameters["faults"]),
        }
        return render(request, "planning/bulk/job.html", context)


class SheetListFileView(SheetListPage):
    """``/urbanisme/ici/liste/{id}/fichier/``: the file, to who asked for it."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Send the file, or redirect to its page when there is none (yet, or any more)."""
        job = self.job(pk)
        if job.state != JobState.READY:
            return redirect("planning:list-job", pk)
        try:
            body = job.path.open("rb")
        except FileNotFoundError as error:
            raise UnknownFeature(_("Ce fichier n’est plus gardé."), parameter="id") from error
        request.META.pop("HTTP_ACCEPT_ENCODING", None)  # sent as it is: its length is in the header
        kind = LIST_FORMATS[job.extension].media_type
        response = FileResponse(body, as_attachment=True, filename=job.file_name, content_type=kind)
        response["Content-Security-Policy"] = "sandbox"
        return response


class CancelSheetListView(SheetListPage):
    """The button that forgets the file, finished or not."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Remove it, and show the form again."""
        SHEET_LISTS.remove(self.job(pk))
        return redirect("planning:list")


class RetrySheetListView(SheetListPage):
    """The button that asks again, after an error, or when the file is not stored any more."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Request the same list again, and show its own page."""
        return _page_of(request_again(job=self.job(pk), visitor=visitor_of(request)))


def _page_of(job: SheetListJob) -> HttpResponse:
    response = redirect("planning:list-job", job.pk)
    response.status_code = 303
    return response


@method_decorator(csrf_exempt, name="dispatch")
class SentPlacesView(AppliesView):
    """``/api/planning/applies``: a place in the address (GET), a geometry or identifiers of parcels in a body (POST).

    The credentials that a browser attaches by itself are checked by ``gisportal.accounts.middleware``.
    """

    def post(self, request: HttpRequest) -> JsonResponse:
        """Answer with the sheet of a geometry, the sheets of some parcels, or the job that writes those of many."""
        single_values(parameters_of(request), allowed=())
        sent, visitor = sent_places(request.content_type or "", request.body), visitor_of(request)
        if sent.geometry:
            return json_answer(named_document(visitor, GEOMETRY, sent.geometry))
        parcels = listed_parcels(visitor, sent.lines)
        if len(parcels.identifiers) > MAX_INLINE:
            return _accepted(request, visitor, parcels)
        sheets = [sheet_document(each.sheet, visitor.plan) for each in inline_sheets(visitor, parcels)]
        return json_answer({"sheets": sheets, **_faults_document(parcels)})


def _accepted(request: HttpRequest, visitor: Visitor, parcels: ParcelList) -> JsonResponse:
    """Request the file of many parcels, and answer where it will be (202, RFC 9110, 15.3.3)."""
    job = request_sheets(visitor=visitor, parcels=parcels, extension="csv")
    address = request.build_absolute_uri(reverse("planning:list-job", args=[job.pk]))
    file = request.build_absolute_uri(reverse("planning:list-file", args=[job.pk]))
    count = len(parcels.identifiers)
    response = json_answer({"job": address, "file": file, "count": count, **_faults_document(parcels)})
    response.status_code, response["Location"] = HTTPStatus.ACCEPTED, address
    return response


def _faults_document(parcels: ParcelList) -> dict[str, Any]:
    """Return the identifiers that have no sheet, by their place in the list from 1, and those that are repeated."""
    return {
        "faults": [
            {"number": each.number, "parcel": each.text, "reason": each.reason, "near": list(each.near)}
            for each in parcels.faults
        ],
        "repeats": [
            {"number": number, "first": first, "parcel": identifier}
            for number, first, identifier in parcels.repeats
        ],
    }
