"""The import of people from a CSV: what a file would change, then doing it."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from gisportal.accounts.people.changes import apply_plan
from gisportal.accounts.people.imports import decode, plan_import
from gisportal.accounts.people.team import fillable_groups
from interface.forms import FormError, form_errors
from layers.errors import InvalidParameter
from layers.visitor import visitor_of
from management.people.forms import ImportForm
from management.people.presenters import change_rows
from management.people.views import PeoplePage


class ImportView(PeoplePage):
    """``/gestion/personnes/import/``: the form, the preview of a file, and its import."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the form."""
        return self._render(request, ImportForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Render the preview of a file, or import its text: ``apply`` is ``invite`` or ``quiet``."""
        if "text" in request.POST:
            text, form = request.POST["text"], ImportForm()
        else:
            form = ImportForm(request.POST, request.FILES)
            if not form.is_valid():
                return self._render(request, form)
            text = ""
        try:
            text = text or decode(form.cleaned_data["file"].read())
            plan = plan_import(visitor_of(request), text, invites=request.POST.get("apply") == "invite")
        except InvalidParameter as error:
            return self._render(request, form, fault=str(error.detail))
        if request.POST.get("apply") and plan.plan.changes:
            batch = apply_plan(visitor_of(request), plan.plan)
            return redirect("management:people-batch", batch.pk)
        context = {
            "plan": plan,
            "text": text,
            "new_rows": change_rows(plan.new),
            "changed_rows": change_rows(plan.changed),
        }
        return render(request, "management/people/import_preview.html", self.frame() | context)

    def _render(self, request: HttpRequest, form: ImportForm, *, fault: str = "") -> HttpResponse:
        faults = [FormError(fault)] if fault else form_errors(form)
        status = HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK
        groups = fillable_groups(visitor_of(request)).order_by("name")
        context = {"form": form, "groups": groups, "faults": faults}
        return render(request, "management/people/import.html", self.frame() | context, status=status)
