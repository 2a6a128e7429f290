"""Administration of the reports, for staff who handle them; it never shows the addresses of reporters."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from administration.portal_admin import PortalAdmin
from explorer.models import FeatureReport
from explorer.reports.queries import handling
from explorer.reports.services import follow_report
from explorer.vocabulary import ReportState
from layers.visitor import visitor_of


@admin.register(FeatureReport)
class FeatureReportAdmin(PortalAdmin):
    """What people reported: read, followed, closed; never written here."""

    list_display = ["created_at", "category", "subject", "state"]
    list_filter = ["state", "category", "layer"]
    search_fields = ["message", "layer"]
    date_hierarchy = "created_at"
    actions = ["start", "close"]
    hidden_columns = ("email",)
    fields = [
        "subject", "category", "message", "author", "created_at", "updated_at", "answer", "answered_at",
        "state",
    ]  # fmt: skip
    readonly_fields = [
        "subject", "category", "message", "author", "created_at", "updated_at", "answer", "answered_at",
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[FeatureReport]:
        """Select the reports that this person handles."""
        handled = handling(visitor_of(request)).reports
        return super().get_queryset(request).filter(pk__in=handled.order_by().values("pk"))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **options: Any) -> Any:
        """Offer no state of what is answered but to what is: answers are written on the pages of reports."""
        form = super().get_form(request, obj, change, **options)
        state = form.base_fields.get("state")
        if isinstance(state, forms.ChoiceField) and (obj is None or obj.state != ReportState.ANSWERED):
            state.choices = [choice for choice in ReportState.choices if choice[0] != ReportState.ANSWERED]
        return form

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never: reports come from the pages."""
        return False

    def save_model(self, request: HttpRequest, obj: FeatureReport, form: Any, change: bool) -> None:
        """Write the state alone, by the service that knows what closing means."""
        follow_report(obj, state=ReportState(obj.state))

    @admin.display(description=_("objet"))
    def subject(self, report: FeatureReport) -> SafeString:
        """Link to the sheet of the feature."""
        address = reverse("explorer:feature", args=[report.layer, report.feature])
        text = report.title or f"{report.layer} n° {report.feature}"
        return format_html('<a href="{}">{}</a>', address, text)

    @admin.action(description=_("Prendre en charge les signalements choisis"), permissions=["change"])
    def start(self, request: HttpRequest, queryset: QuerySet[FeatureReport]) -> None:
        """Mark reports as being dealt with."""
        for report in queryset:
            follow_report(report, state=ReportState.IN_PROGRESS)

    @admin.action(description=_("Clore les signalements choisis"), permissions=["change"])
    def close(self, request: HttpRequest, queryset: QuerySet[FeatureReport]) -> None:
        """Close reports, which deletes the addresses given for an answer."""
        for report in queryset:
            follow_report(report, state=ReportState.CLOSED)
