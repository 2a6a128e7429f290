"""The reuses of a layer, and the form that declares one."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views import View

from interface.forms import form_errors
from interface.requests import parameters_of
from layers.parsing import single_values
from layers.visitor import visitor_of
from reuses.forms import ReuseForm
from reuses.queries import reuses_of, visible_layer, visible_layers
from reuses.services import declare_reuse, may_declare


class ReuseListView(View):
    """``/catalogue/{layer}/reutilisations/``: what was made of a layer; absent with it."""

    def get(self, request: HttpRequest, layer: str) -> HttpResponse:
        """Render the list."""
        single_values(parameters_of(request), allowed=())
        row = visible_layer(visitor_of(request), layer)
        return render(request, "reuses/list.html", {"layer": row, "reuses": list(reuses_of(row.slug))})


class NewReuseView(View):
    """``/catalogue/{layer}/reutilisations/nouvelle/``: declare a reuse, without an account."""

    def get(self, request: HttpRequest, layer: str) -> HttpResponse:
        """Render the empty form."""
        single_values(parameters_of(request), allowed=())
        visible_layer(visitor_of(request), layer)
        return self._page(request, layer, ReuseForm(layers=visible_layers(visitor_of(request))))

    def post(self, request: HttpRequest, layer: str) -> HttpResponse:
        """Receive a reuse; a faulty one comes back with all that was typed."""
        visitor = visitor_of(request)
        visible_layer(visitor, layer)
        form = ReuseForm(request.POST, layers=visible_layers(visitor))
        if not form.is_valid():
            return self._page(request, layer, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        if not form.is_trapped:
            if not may_declare(visitor):
                form.add_error(
                    None, _("Trop d’envois en une heure : réessayez plus tard, votre texte est là.")
                )
                return self._page(request, layer, form, status=HTTPStatus.TOO_MANY_REQUESTS)
            values = {name: form.cleaned_data[name] for name in (*ReuseForm.Meta.fields, "layers")}
            declare_reuse(visitor, **values)
        messages.success(request, _("Merci : l’équipe lit votre déclaration avant de l’afficher."))
        return redirect("reuses:list", layer)

    def _page(
        self, request: HttpRequest, slug: str, form: ReuseForm, *, status: HTTPStatus = HTTPStatus.OK
    ) -> HttpResponse:
        own, others = form.layer_choices(first=slug)
        context = {
            "layer": own[0][0],
            "form": form,
            "faults": form_errors(form),
            "own_choice": own[0],
            "other_choices": others,
        }
        return render(request, "reuses/new.html", context, status=status)
