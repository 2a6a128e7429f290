"""``/gestion/acces/sur/{layer}/``: who sees a layer, by recipient, by commune, by field, and account by account."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from interface.forms import form_errors
from interface.wording import written_titles
from layers import access
from layers.errors import Busy, TooCostly, TooSlow, UnknownLayer
from layers.models import NAME_MAX, Layer
from layers.visitor import visitor_of
from management.rights.forms import PastDateForm, ProtectedFieldForm
from management.rights.layer_tables import commune_table, field_lines
from management.rights.past_rights import past_words
from management.rights.queries import LayerReaders, layer_readers, layer_rights
from management.rights.services import MONTHS, protect_field, unprotect_field
from management.rights.views import RightsView, csv_answer, layer_or_404, removed_words


class LayerRightsView(RightsView):
    """``/gestion/acces/sur/{layer}/``: who sees a layer, and why."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Render the page."""
        visitor = visitor_of(request)
        layer = layer_or_404(visitor, slug)
        try:
            rights = layer_rights(visitor, layer)
        except (Busy, TooCostly, TooSlow) as error:
            messages.error(request, error.detail)
            return redirect(f"{reverse('management:rights')}?couche={slug}")
        return render(
            request,
            "management/rights/layer.html",
            {
                **self.frame(),
                "layer": layer,
                "rights": rights,
                "layer_tab": "recipients",
                "has_rows": rights.every is not None,
                "months": MONTHS,
                "removed": removed_words(request),
            },
        )


class LayerTableView(RightsView):
    """A page of the rows, or of the fields, of a layer."""

    def layer_scope(self, request: HttpRequest, slug: str) -> tuple[Layer, access.Scope]:
        """Return the layer of the address, and its scope.

        Raises:
            Http404: the visitor knows of no such layer with rows.
        """
        visitor = visitor_of(request)
        layer = layer_or_404(visitor, slug)
        scope = access.scopes_by_slug(visitor, [slug]).get(slug)
        if scope is None:
            raise Http404
        return layer, scope


class LayerCommunesView(LayerTableView):
    """``/gestion/acces/sur/{layer}/communes/``: how many rows of each commune each recipient reads."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Render the table."""
        layer, scope = self.layer_scope(request, slug)
        try:
            table = commune_table(visitor_of(request), scope)
        except (Busy, TooCostly, TooSlow) as error:
            messages.error(request, error.detail)
            return redirect("management:layer-rights", slug)
        context = {**self.frame(), "layer": layer, "table": table, "layer_tab": "communes", "has_rows": True}
        return render(request, "management/rights/communes.html", context)


class LayerReadersView(RightsView):
    """``/gestion/acces/sur/{layer}/lecteurs/``: every account that reads a layer, exactly, also as CSV."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Render the page, or the file."""
        visitor = visitor_of(request)
        layer = layer_or_404(visitor, slug)
        dates = PastDateForm(request.GET if request.GET.get("date") else None)
        date = dates.cleaned_data["date"] if dates.is_bound and dates.is_valid() else None
        try:
            readers = layer_readers(visitor, slug, at=date)
        except UnknownLayer:
            raise Http404 from None
        except (Busy, TooCostly, TooSlow) as error:
            messages.error(request, error.detail)
            return redirect("management:layer-rights", slug)
        if request.GET.get("format") == "csv":
            return csv_answer(f"lecteurs-{slug}", _READER_HEAD, _reader_cells(readers))
        context = {
            **self.frame(),
            "layer": layer,
            "readers": readers,
            "dates": dates,
            "faults": form_errors(dates),
            "date": date,
            "past_query": f"&{urlencode({'date': request.GET['date']})}" if date else "",
            "past": past_words(readers.past) if readers.past else [],
        }
        status = 422 if context["faults"] else 200
        return render(request, "management/rights/readers.html", context, status=status)


class ProtectedFieldsView(LayerTableView):
    """``/gestion/acces/sur/{layer}/champs/``: who reads each field and relation of a layer.

    An administrator protects and opens them there.
    """

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Render the list, with the form of the field that the address names, or of a new one."""
        layer, scope = self.layer_scope(request, slug)
        entry = layer.protected.filter(name=request.GET.get("champ", "")[:NAME_MAX]).first()
        initial = {"name": request.GET.get("champ"), "groups": entry.groups.all() if entry else ()}
        return self.page(request, layer, scope, ProtectedFieldForm(initial=initial, scope=scope))

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Protect a field, choose who reads it, or open it to all who read the layer.

        Raises:
            Http404: the visitor is no administrator.
        """
        if not visitor_of(request).is_administrator:
            raise Http404
        layer, scope = self.layer_scope(request, slug)
        form = ProtectedFieldForm(request.POST, scope=scope)
        if not form.is_valid():
            return self.page(request, layer, scope, form, status=422)
        visitor, name = visitor_of(request), form.cleaned_data["name"]
        if "open" in request.POST:
            unprotect_field(visitor, layer, name)
            messages.success(request, _("Champ ouvert à qui lit la couche."))
        else:
            protect_field(visitor, layer, name, list(form.cleaned_data["groups"]))
            messages.success(request, _("Champ réservé aux groupes choisis."))
        return redirect("management:protected-fields", slug)

    def page(
        self,
        request: HttpRequest,
        layer: Layer,
        scope: access.Scope,
        form: ProtectedFieldForm,
        *,
        status: int = 200,
        **context: Any,
    ) -> HttpResponse:
        """Render the list and the form, and what a view adds to the context."""
        try:
            lines = field_lines(visitor_of(request), scope)
        except (Busy, TooCostly, TooSlow) as error:
            messages.error(request, error.detail)
            return redirect("management:layer-rights", layer.slug)
        context |= {
            **self.frame(),
            "layer_tab": "fields",
            "has_rows": True,
            "layer": layer,
            "form": form if visitor_of(request).is_administrator else None,
            "faults": form_errors(form),
            "protected": [line for line in lines if line.protection],
            "readable": [line for line in lines if not line.protection],
        }
        return render(request, "management/rights/fields.html", context, status=status)


_READER_HEAD = (
    "Compte",
    "Nom",
    "Par",
    "Lignes lues",
    "Sur",
    "Champs réservés lus",
    "Télécharge",
    "Ajoute",
    "Modifie",
    "Supprime",
    "N’écrit que",
    "Lignes modifiables",
)


def _reader_cells(readers: LayerReaders) -> Iterable[Sequence[str]]:
    yes, no, own = _("oui"), _("non"), _("ses lignes")
    for reader in readers.readers:
        yield (
            reader.account.get_username(),
            reader.account.get_full_name(),
            ", ".join(reader.by),
            str(reader.count),
            str(readers.every),
            ", ".join(reader.reserved),
            yes if reader.scope.can_download else no,
            yes if reader.scope.can_add else no,
            own if reader.scope.changes_own_alone else yes if reader.scope.can_change else no,
            own if reader.scope.deletes_own_alone else yes if reader.scope.can_delete else no,
            ", ".join(written_titles(reader.scope.parts, sorted(reader.scope.written_fields or ()))),
            str(reader.changes),
        )
