"""``/gestion/plui/``: give a package, read its findings and what it changes, accept, submit, publish, undo."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from interface.forms import FormError, form_errors
from interface.map_config import layer_config, map_config
from interface.requests import filled, parameters_of
from interface.territory import visible_communes
from layers import access
from layers.errors import InvalidParameter, LayersError, StorageFull, status_of
from layers.parsing import single_values
from layers.visitor import Visitor, visitor_of
from layers.vocabulary import JobState
from plui.catalogue import INFORMATIONS_SURF, ZONES
from plui.loading.access import may_load, may_publish
from plui.loading.queries import change_counts
from plui.loading.services import (
    PlanVersionSubject,
    accept_finding,
    discard_version,
    undo_publication,
    withdraw_acceptance,
)
from plui.models import PlanVersion
from plui.versions import parsing, queries
from plui.versions.forms import AcceptanceForm, FirstDayForm, PackageForm
from plui.versions.presenters import documents, findings
from plui.versions.services import PLAN_UPLOADS, accept_similar, request_staging, set_first_day
from plui.vocabulary import PlanState
from publication.review.forms import DecisionForm
from publication.review.presenters import decision_panel, submission_of
from publication.review.services import decide
from publication.review.views import decision_fault, decision_words, refusal_status


class PlanManagementView(LoginRequiredMixin, View):
    """What each view starts from: who has not signed in goes to do so, who manages no plan finds no page."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer who loads plans or decides of them, whatever the method.

        Raises:
            UnknownFeature: they do neither.
        """
        if request.user.is_authenticated:
            queries.check_manages(visitor_of(request))
        return super().dispatch(request, *args, **kwargs)


class VersionListView(PlanManagementView):
    """Every version with its state, and the form of a package."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the list."""
        return _list_page(request, PackageForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Give a package to the workers."""
        visitor = visitor_of(request)
        form, fault = PackageForm(request.POST, request.FILES), None
        if form.is_valid():
            try:
                upload = request_staging(visitor=visitor, **form.cleaned_data)
                return redirect("plui:upload", upload.pk)
            except LayersError as error:
                fault = error
                form.add_error("file", error.detail)
        return _list_page(request, form, fault)


def _list_page(request: HttpRequest, form: PackageForm, fault: LayersError | None = None) -> HttpResponse:
    context = {
        "form": form,
        "faults": form_errors(form),
        "limit": settings.DATASET_UPLOAD_MAX_BYTES,
        "can_load": may_load(visitor_of(request)),
        "versions": [documents.version_line(version) for version in queries.loaded_versions()],
        "uploads": queries.own_uploads(visitor_of(request)),
    }
    status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
    return render(
        request,
        "plui/versions/list.html",
        context,
        status=status_of(fault) if isinstance(fault, StorageFull) else status,
    )


class UploadView(PlanManagementView):
    """A package on its way: how far the worker is, why it was refused; then its version."""

    def get(self, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
        """Render the page, or go to the version that was made."""
        upload = queries.own_upload(visitor_of(request), key)
        context = {
            "upload": upload,
            "state": JobState(upload.state),
            "rows": findings.refused_rows(upload.findings[:200]),
        }
        return render(request, "plui/versions/upload.html", context)

    def post(self, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
        """Cancel it."""
        PLAN_UPLOADS.cancel(queries.own_upload(visitor_of(request), key))
        return redirect("plui:upload", key)


class VersionView(PlanManagementView):
    """A version: its report, its findings on a map, what it would do, and the decision."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Render the page."""
        return _version_page(request, queries.managed_version(visitor_of(request), pk))


def _version_page(
    request: HttpRequest,
    version: PlanVersion,
    faults: list[FormError] | None = None,
    *,
    decision: DecisionForm | None = None,
    status: int = HTTPStatus.BAD_REQUEST,
) -> HttpResponse:
    visitor = visitor_of(request)
    query = parsing.read_finding_query(
        single_values(filled(parameters_of(request)), allowed=parsing.NAMES),
        codes=findings.codes_of(version),
        tables=findings.tables_of(version),
    )
    page = findings.finding_page(version, query)
    subject = PlanVersionSubject(version)
    submission = submission_of(subject)
    is_staged = version.state == PlanState.STAGED
    report = documents.report_of(version)
    context: dict[str, Any] = {
        "version": version,
        "line": documents.version_line(version),
        "author": documents.author_name(version),
        "report": report,
        "report_sentence": documents.report_sentence(report),
        "cleaned": documents.cleaned_pieces(version, queries.pieces_of(version)),
        "page": page,
        "features": findings.finding_features(page),
        "map": plan_map(visitor, findings.finding_features(page)),
        "counts": change_counts(version) if is_staged else {},
        "panel": decision_panel(subject, visitor, submission=submission, threads=[], form=decision),
        "submission": submission,
        "is_staged": is_staged,
        "can_edit": is_staged and may_load(visitor),
        "can_undo": version.state == PlanState.ONLINE and may_publish(visitor),
        "day_form": FirstDayForm(initial={"in_force_from": version.in_force_from}),
        "faults": faults or [],
    }
    return render(request, "plui/versions/version.html", context, status=status if faults else HTTPStatus.OK)


def plan_map(
    visitor: Visitor, features: dict[str, Any], *, with_annulments: bool = False
) -> dict[str, Any] | None:
    """Return the configuration of a map of numbered features over the zones online; None without features.

    ``with_annulments``: and over the informations, which have the perimeters of what a court annulled.
    """
    if not features["features"]:
        return None
    config: dict[str, Any] = map_config(visible_communes(visitor), portal=visitor.portal)
    slugs = [ZONES.slug, *([INFORMATIONS_SURF.slug] if with_annulments else [])]
    scopes = access.scopes_by_slug(visitor, slugs)
    config["layers"] = [layer_config(scopes[slug]) for slug in slugs if slug in scopes]
    config["items"] = features
    return config


class DecisionView(PlanManagementView):
    """Submit, approve now or at a day, send back, take back."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Decide as the form says, then show the version."""
        visitor = visitor_of(request)
        version = queries.managed_version(visitor, pk)
        subject, form = PlanVersionSubject(version), DecisionForm(request.POST, now=visitor.instant)
        if not form.is_valid():
            return _version_page(request, version, form_errors(form), decision=form)
        try:
            token = request.POST.get("token", "")
            decided = decide(subject=subject, visitor=visitor, token=token, **form.cleaned_data)
        except LayersError as error:
            status = refusal_status(error)
            return _version_page(request, version, [decision_fault(error)], decision=form, status=status)
        messages.success(request, decision_words(decided, subject))
        return redirect("plui:version", pk)


class AcceptanceView(PlanManagementView):
    """Accept a finding, or all open ones of a code under a size; take an acceptance back."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Write it, then show the list where it was."""
        visitor = visitor_of(request)
        version = queries.managed_version(visitor, pk)
        if key := request.POST.get("withdraw", ""):
            withdraw_acceptance(visitor=visitor, version=version, key=key[:64])
            return redirect(_to_findings(request, pk))
        form = AcceptanceForm(request.POST)
        if not form.is_valid():
            return _version_page(request, version, form_errors(form))
        try:
            count = _accept(visitor, version, form.cleaned_data)
        except LayersError as error:
            return _version_page(request, version, [FormError(error.detail, "id_reason", _("Motif"))])
        messages.success(request, ngettext("%d constat accepté.", "%d constats acceptés.", count) % count)
        return redirect(_to_findings(request, pk))


def _accept(visitor: Visitor, version: PlanVersion, values: dict[str, Any]) -> int:
    if values["key"]:
        accept_finding(visitor=visitor, version=version, key=values["key"], reason=values["reason"])
        return 1
    return accept_similar(
        visitor=visitor, version=version, reason=values["reason"], code=values["code"], most=values["most"]
    )


def _to_findings(request: HttpRequest, pk: int) -> str:
    query = request.GET.urlencode()
    address = redirect("plui:version", pk).url
    return f"{address}?{query}#constats" if query else f"{address}#constats"


class ActionView(PlanManagementView):
    """What is done to a version beside its decision: undo, discard, the first day."""

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Do what ``action`` says."""
        visitor = visitor_of(request)
        version = queries.managed_version(visitor, pk)
        action = request.POST.get("action", "")
        try:
            if action == "undo":
                undo_publication(visitor=visitor, version=version)
                messages.success(request, _("« %s » n’est plus en ligne.") % version.title)
            elif action == "discard":
                discard_version(visitor=visitor, version=version)
                messages.success(request, _("« %s » est supprimée.") % version.title)
                return redirect("plui:list")
            elif action == "day":
                return _set_day(request, visitor, version)
            else:
                raise InvalidParameter(_("action attend undo, discard ou day."), parameter="action")
        except LayersError as error:
            return _version_page(request, version, [FormError(error.detail)], status=status_of(error))
        return redirect("plui:version", pk)


def _set_day(request: HttpRequest, visitor: Visitor, version: PlanVersion) -> HttpResponse:
    form = FirstDayForm(request.POST)
    if not form.is_valid():
        return _version_page(request, version, form_errors(form))
    set_first_day(visitor=visitor, version=version, day=form.cleaned_data["in_force_from"])
    return redirect("plui:version", version.pk)


_MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "jsonl": "application/x-ndjson"}


class FindingsFileView(PlanManagementView):
    """The findings of a version as CSV, or as lines of JSON."""

    def get(self, request: HttpRequest, pk: int, extension: str) -> HttpResponse:
        """Send the file."""
        version = queries.managed_version(visitor_of(request), pk)
        write = findings.findings_csv if extension == "csv" else findings.findings_lines
        return file_response(
            write(version), _MEDIA_TYPES[extension], f"constats-{version.idurba}.{extension}"
        )


def file_response(
    content: str | bytes, media_type: str, name: str, *, is_inline: bool = False
) -> HttpResponse:
    """Return a file that no cache stores."""
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'{"inline" if is_inline else "attachment"}; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response
