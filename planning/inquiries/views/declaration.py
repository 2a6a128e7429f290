"""``/gestion/plui/{version}/enquete/``: a planner puts a staged version to inquiry, changes it, withdraws it."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from interface.forms import form_errors
from interface.requests import parameters_of
from layers.parsing import single_values
from layers.visitor import visitor_of
from planning.inquiries.forms import InquiryForm
from planning.inquiries.queries import declared_version
from planning.inquiries.services import declare_inquiry, withdraw_inquiry
from planning.models import PublicInquiry
from plui.models import PlanVersion
from plui.versions.views.management import PlanManagementView


class DeclarationView(PlanManagementView):
    """The form of an inquiry."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Render it."""
        single_values(parameters_of(request), allowed=())
        version, inquiry = declared_version(visitor_of(request), pk)
        return _page(request, version, inquiry, InquiryForm(visitor_of(request), instance=inquiry))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Store it, or withdraw it."""
        visitor = visitor_of(request)
        version, inquiry = declared_version(visitor, pk)
        if inquiry is not None and request.POST.get("action") == "withdraw":
            withdraw_inquiry(visitor=visitor, inquiry=inquiry)
            messages.success(request, _("L’enquête est retirée : sa page n’existe plus."))
            return redirect("plui:version", pk)
        form = InquiryForm(visitor, request.POST, instance=inquiry)
        if not form.is_valid():
            return _page(request, version, inquiry, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        inquiry = declare_inquiry(visitor=visitor, version=version, form=form)
        messages.success(request, _("L’enquête est annoncée sur la page publique."))
        return redirect("inquiries:inquiry", inquiry.slug)


def _page(
    request: HttpRequest,
    version: PlanVersion,
    inquiry: PublicInquiry | None,
    form: InquiryForm,
    *,
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    context = {"version": version, "inquiry": inquiry, "form": form, "faults": form_errors(form)}
    return render(request, "planning/inquiries/declaration.html", context, status=status)
