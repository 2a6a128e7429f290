"""``/gestion/fiche-urbanisme/``: the rules of the sheet « Ce qui s’applique ici », which join a layer without code."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from interface.forms import form_errors
from layers import access
from layers.visitor import visitor_of
from management.frame import ManagementView
from planning.forms import LAYERS_LIST, CautionFormSet, RuleForm
from planning.models import ApplicableRule
from planning.services import delete_row, every_rule, find_rule, try_cautions, write_rule


class RuleListView(ManagementView):
    """The rules in the order of the sheet, and whether their layer is there."""

    tab = "management:sheet-rules"
    is_for_administrators = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the list."""
        rules = every_rule()
        scopes = access.scopes_by_slug(visitor_of(request), [rule.layer for rule in rules if rule.layer])
        rows = [(rule, scopes.get(rule.layer)) for rule in rules]
        return render(request, "management/sheet_rules/list.html", {**self.frame(), "rows": rows})


class RuleView(ManagementView):
    """A rule with its cautions, or a new one."""

    tab = "management:sheet-rules"
    is_for_administrators = True

    def get(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Render the form."""
        rule = self._rule(pk)
        return self._page(
            request, rule, RuleForm(visitor_of(request), instance=rule), CautionFormSet(instance=rule)
        )

    def post(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Store the rule, or delete it."""
        rule, visitor = self._rule(pk), visitor_of(request)
        if request.POST.get("deed") == "delete" and pk is not None:
            delete_row(visitor, rule)
            messages.success(request, _("La règle est supprimée."))
            return redirect("management:sheet-rules")
        form, cautions = (
            RuleForm(visitor, request.POST, instance=rule),
            CautionFormSet(request.POST, instance=rule),
        )
        are_valid = [form.is_valid(), cautions.is_valid()]
        if all(are_valid) and try_cautions(form, cautions):
            write_rule(visitor, form, cautions)
            messages.success(request, _("La règle est enregistrée : la fiche la suit déjà."))
            return redirect("management:sheet-rules")
        return self._page(request, rule, form, cautions, status=HTTPStatus.UNPROCESSABLE_ENTITY)

    def _rule(self, pk: int | None) -> ApplicableRule:
        rule = ApplicableRule() if pk is None else find_rule(pk)
        if rule is None:
            raise Http404
        return rule

    def _page(
        self,
        request: HttpRequest,
        rule: ApplicableRule,
        form: RuleForm,
        cautions: Any,
        *,
        status: HTTPStatus = HTTPStatus.OK,
    ) -> HttpResponse:
        faults = [*form_errors(form), *(fault for each in cautions.forms for fault in form_errors(each))]
        layers = [each for each in access.visible(visitor_of(request)) if each.definition.geometry.is_located]
        context = {
            **self.frame(),
            "rule": rule,
            "form": form,
            "cautions": cautions,
            "faults": faults,
            "layers": layers,
            "layers_list": LAYERS_LIST,
        }
        return render(request, "management/sheet_rules/rule.html", context, status=status)
