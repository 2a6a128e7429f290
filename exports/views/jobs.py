"""``/telechargements/{id}/``: the progress of a prepared export, its file, and cancelling, deleting or asking again."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from export_formats.registry import Format
from export_formats.services import export_sent
from exports.errors import UnknownExport
from exports.models import ExportJob
from exports.services import (
    EXPORTS,
    VisibleExport,
    is_long_export,
    request_again,
    request_export,
    visible_export,
)
from layers.errors import InvalidParameter
from layers.parsing.query import PREPARING, Parameters, single_values
from layers.queries import Selection
from layers.visitor import Credential, visitor_of
from layers.vocabulary import JobState


def pop_preparing(parameters: dict[str, list[str]]) -> str:
    """Take ``preparer`` off the parameters of an export and return it: ``1``, ``0``, or empty when it is not there.

    Raises:
        InvalidParameter: another value.
    """
    preparing = parameters.pop(PREPARING, None)
    if preparing is None:
        return ""
    if len(preparing) != 1 or preparing[0] not in {"0", "1"}:
        raise InvalidParameter(_("preparer attend 0 ou 1."), parameter=PREPARING)
    return preparing[0]


def waits_apart(request: HttpRequest, selection: Selection, kind: Format, preparing: str) -> bool:
    """Whether the client is a person in a browser, who watches a page better than they wait for a file."""
    is_person = (
        request.method == "GET"
        and "text/html" in request.headers.get("Accept", "")
        and "Range" not in request.headers
        and visitor_of(request).credential in {Credential.NONE, Credential.SESSION}
        and not visitor_of(request).is_observed
    )
    return is_person and preparing != "0" and (preparing == "1" or is_long_export(selection, kind))


def redirect_to_job(selection: Selection, kind: Format, parameters: Parameters) -> HttpResponse:
    """Prepare the export and redirect to its page."""
    return _page_of(request_export(selection=selection, kind=kind, parameters=parameters))


def _page_of(job: ExportJob) -> HttpResponse:
    response = redirect("exports:job", job.pk)
    response.status_code = 303
    response["Cache-Control"] = "private, no-store"
    return response


@method_decorator(never_cache, name="dispatch")
class ExportPage(View):
    """Base of the views of a prepared export: only who asked for it sees it, with their present rights."""

    def export(self, pk: UUID) -> VisibleExport:
        """Return the export.

        Raises:
            UnknownExport: it is not this visitor's, or not any more.
            UnknownParameter: the address has one, and none is read here.
        """
        single_values(dict(self.request.GET.lists()), allowed=())
        return visible_export(pk=pk, visitor=visitor_of(self.request))


class ExportJobView(ExportPage):
    """The page: works without script, by its link that reads it again."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Show where the export is."""
        export = self.export(pk)
        notice, parameters = reverse("exports:notice", args=[export.scope.slug]), export.job.parameters
        context: dict[str, Any] = {
            "prepared": export.job,
            "scope": export.scope,
            "kind": export.kind,
            "state": JobState(export.job.state),
            "elapsed": export.job.elapsed_s,
            "estimated": max(1, round(export.job.estimated_s)),
            "notice": f"{notice}?{urlencode(parameters, doseq=True)}" if parameters else notice,
            "parameters": [(name, ", ".join(values)) for name, values in parameters.items()],
        }
        return render(request, "exports/job.html", context)


class ExportFileView(ExportPage):
    """The file of a prepared export, to who asked for it."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """Send the file, or redirect to the page when there is none (yet, or any more)."""
        export = self.export(pk)
        if export.job.state != JobState.READY:
            return redirect("exports:job", pk)
        try:
            body = export.job.path.open("rb")
        except FileNotFoundError as error:
            raise UnknownExport from error
        _signal(export)
        request.META.pop("HTTP_ACCEPT_ENCODING", None)  # sent as it is: its length is in the header
        name, kind = export.job.file_name, export.kind.media_type
        return FileResponse(body, as_attachment=True, filename=name, content_type=kind)


def _signal(export: VisibleExport) -> None:
    """Signal a download."""
    export_sent.send(
        sender=ExportFileView,
        scope=export.joined,
        extension=export.kind.extension,
        rows=export.job.rows,
        question=export.job.parameters,
    )


class CancelExportView(ExportPage):
    """The button that cancels."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Cancel what is not finished, and show the page."""
        EXPORTS.cancel(self.export(pk).job)
        return redirect("exports:job", pk)


class DeleteExportView(ExportPage):
    """The button that forgets the export and its file."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Remove it, and show the others of an account."""
        export = self.export(pk)
        EXPORTS.remove(export.job)
        if export.job.owner_id is None:
            return redirect("explorer:layer", export.scope.slug)
        messages.success(request, _("Le téléchargement « %s » est supprimé.") % export.scope.layer.title)
        return redirect(reverse("accounts:home") + "#telechargements")


class RetryExportView(ExportPage):
    """Prepare again, after an error, a cancellation, or when the file has expired."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Request the same question again and show its own page."""
        return _page_of(request_again(job=self.export(pk).job, visitor=visitor_of(request)))
