"""Reporting a problem on a feature: a page of its own, and a form within the side panel."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views import View

from explorer.reports.forms import ReportForm
from explorer.reports.services import may_send, send_report
from explorer.vocabulary import ReportCategory
from interface.requests import is_fragment, parameters_of
from interface.titles import feature_title
from layers import access
from layers.parsing import single_values
from layers.queries import feature as find_feature
from layers.visitor import visitor_of


class ReportView(View):
    """The form, and what is sent with it."""

    def get(self, request: HttpRequest, layer: str, pk: int) -> HttpResponse:
        """Render the empty form."""
        single_values(parameters_of(request), known=())
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
        self._send(request, context, form)
        return self._thank(request, context)

    def _context(self, request: HttpRequest, layer: str, pk: int) -> dict[str, Any]:
        scope = access.scope(visitor_of(request), layer)
        record = find_feature(scope, pk)
        addresses = {"address": reverse("explorer:feature", args=[layer, pk])}
        return addresses | {"scope": scope, "pk": pk, "feature_title": feature_title(scope, record)}

    def _send(self, request: HttpRequest, context: dict[str, Any], form: ReportForm) -> None:
        send_report(
            visitor=visitor_of(request),
            scope=context["scope"],
            pk=context["pk"],
            category=ReportCategory(form.cleaned_data["category"]),
            message=form.cleaned_data["message"],
            email=form.cleaned_data["email"],
        )

    def _thank(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        """Confirm: in place for htmx, on the page of the feature otherwise."""
        if is_fragment(request):
            return self._render(request, context | {"is_sent": True})
        messages.success(request, _("Signalement transmis aux services. Merci."))
        return redirect(context["address"])

    def _render(
        self, request: HttpRequest, context: dict[str, Any], *, status: HTTPStatus = HTTPStatus.OK
    ) -> HttpResponse:
        name = "form" if is_fragment(request) else "page"
        response = render(request, f"explorer/reports/{name}.html", context, status=status)
        patch_vary_headers(response, ["HX-Request"])
        return response
