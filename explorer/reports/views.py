"""Reporting a problem on a feature, on a page or in the side panel; and the pages of who handles the reports."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views import View

from explorer.models import FeatureReport
from explorer.reports.forms import AnswerForm, ReportForm
from explorer.reports.presenters import follow_up_address, followed, layer_choices, named, state_choices
from explorer.reports.queries import (
    HandledReports,
    handling,
    mail_of,
    page_of,
    parse_question,
    report_of_key,
)
from explorer.reports.services import answer_report, follow_report, may_send, send_report
from explorer.vocabulary import ReportCategory, ReportState
from interface.requests import is_fragment, parameters_of
from interface.titles import feature_title
from layers import access
from layers.errors import InvalidParameter
from layers.parsing import single_values
from layers.queries import feature as find_feature
from layers.visitor import visitor_of


class ReportView(View):
    """The form, and what is sent with it."""

    def get(self, request: HttpRequest, layer: str, pk: int) -> HttpResponse:
        """Render the empty form."""
        single_values(parameters_of(request), allowed=())
        return self._render(request, self._context(request, layer, pk) | {"form": ReportForm()})

    def post(self, request: HttpRequest, layer: str, pk: int) -> HttpResponse:
        """Receive a report; a faulty one comes back with all that was typed."""
        context, form = self._context(request, layer, pk), ReportForm(request.POST)
        if not form.is_valid():
            return self._render(request, context | {"form": form}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        if form.is_trapped:
            return self._thank(request, context)
        if not may_send(visitor_of(request)):
            form.add_error(
                None, _("Trop de signalements en une heure : réessayez plus tard, votre texte est là.")
            )
            return self._render(request, context | {"form": form}, status=HTTPStatus.TOO_MANY_REQUESTS)
        report = self._send(request, context, form)
        return self._thank(request, context | {"report": report, "follow_up": follow_up_address(report)})

    def _context(self, request: HttpRequest, layer: str, pk: int) -> dict[str, Any]:
        scope = access.scope(visitor_of(request), layer)
        record = find_feature(scope, pk)
        addresses = {"address": reverse("explorer:feature", args=[layer, pk])}
        return addresses | {"scope": scope, "pk": pk, "feature_title": feature_title(scope, record)}

    def _send(self, request: HttpRequest, context: dict[str, Any], form: ReportForm) -> FeatureReport:
        return send_report(
            visitor=visitor_of(request),
            scope=context["scope"],
            pk=context["pk"],
            title=context["feature_title"],
            category=ReportCategory(form.cleaned_data["category"]),
            message=form.cleaned_data["message"],
            email=form.cleaned_data["email"],
        )

    def _thank(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        """Confirm: in place for htmx, on the page that follows the report otherwise; a robot gets no number."""
        if is_fragment(request):
            return self._render(request, context | {"is_sent": True})
        messages.success(request, _("Signalement transmis aux services. Merci."))
        return redirect(context.get("follow_up", context["address"]))

    def _render(
        self, request: HttpRequest, context: dict[str, Any], *, status: HTTPStatus = HTTPStatus.OK
    ) -> HttpResponse:
        name = "form" if is_fragment(request) else "page"
        response = render(request, f"explorer/reports/{name}.html", context, status=status)
        patch_vary_headers(response, ["HX-Request"])
        return response


class ReportFollowUpView(View):
    """``/signalements/suivi/{key}/``: number, state, dates and answer of a report, for whoever has the address."""

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        """Render the page, which names the feature only where its reader may see it now.

        Raises:
            Http404: the address is not one that was given out, or the report was deleted.
        """
        single_values(parameters_of(request), allowed=())
        report = report_of_key(key)
        if report is None:
            raise Http404(_("Cette adresse ne suit aucun signalement : vérifiez qu’elle est entière."))
        scopes = {scope.slug: scope for scope in access.visible(visitor_of(request))}
        context = {"report": report, "entry": followed(scopes.get(report.layer), report)}
        response = render(request, "explorer/reports/follow_up.html", context)
        response["Cache-Control"] = "private, no-store"
        return response


class ReportListView(View):
    """``/signalements/``: the reports that the visitor handles; absent for who edits no layer."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render a page of reports."""
        handled = _handling(request)
        slugs = [scope.slug for scope in handled.scopes]
        question = parse_question(parameters_of(request), layers=slugs)
        page = page_of(handled.matching(question), question.page)
        context = {
            "page": page,
            "entries": named(handled, list(page)),
            "states": state_choices(handled, question),
            "layers": layer_choices(handled, question),
        }
        return render(request, "explorer/reports/list.html", context)


class ReportDetailView(View):
    """``/signalements/{id}/``: one report, its answer and its state."""

    # What each button does to the state.
    _STATES = {
        "prendre": ReportState.IN_PROGRESS,
        "clore": ReportState.CLOSED,
        "rouvrir": ReportState.NEW,
    }

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Render the report."""
        single_values(parameters_of(request), allowed=())
        handled = _handling(request)
        return self._render(request, handled, _report(handled, pk), AnswerForm())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Answer, or change the state."""
        handled = _handling(request)
        report = _report(handled, pk)
        action = request.POST.get("action", "")
        if action == "repondre":
            return self._answer(request, handled, report)
        if action not in self._STATES:
            raise InvalidParameter(_("Action inconnue : « %s ».") % action[:40], parameter="action")
        follow_report(report, state=self._STATES[action])
        messages.success(request, _("L’état du signalement est changé."))
        return redirect("explorer:followed-report", pk)

    def _answer(self, request: HttpRequest, handled: HandledReports, report: FeatureReport) -> HttpResponse:
        form = AnswerForm(request.POST)
        if not form.is_valid():
            return self._render(request, handled, report, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        (entry,) = named(handled, [report])
        is_sent = answer_report(report, **form.cleaned_data, is_linked=not entry.is_gone)
        text = (
            _("La réponse part par courriel.") if is_sent else _("La réponse est gardée avec le signalement.")
        )
        messages.success(request, text)
        return redirect("explorer:followed-report", report.pk)

    def _render(
        self,
        request: HttpRequest,
        handled: HandledReports,
        report: FeatureReport,
        form: AnswerForm,
        *,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> HttpResponse:
        (entry,) = named(handled, [report])
        context = {"entry": entry, "report": report, "form": form, "mail": mail_of(report)}
        return render(request, "explorer/reports/detail.html", context, status=status)


def _handling(request: HttpRequest) -> HandledReports:
    """Return the reports that the visitor handles.

    Raises:
        Http404: nothing.
    """
    handled = handling(visitor_of(request))
    if not handled.is_handler:
        raise Http404
    return handled


def _report(handled: HandledReports, pk: int) -> FeatureReport:
    """Return a report that is handled.

    Raises:
        Http404: there is none, or it is on a feature that the visitor may not change.
    """
    report = handled.reports.select_related("author").filter(pk=pk).first()
    if report is None:
        raise Http404
    return report
