"""``/gestion/outils-urbanisme/``: the layers, the services and the reserved plots of the tools of planners."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, ClassVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gisportal.accounts.access import may_manage
from interface.forms import form_errors
from layers import access
from layers.definitions import Text
from layers.visitor import Visitor, visitor_of
from management.frame import ManagementView, TabLink
from planning.consultations.queries import every_service, find_service
from planning.models import ConsultedService, ReservedPlot, ToolLayer
from planning.reserved_plots.forms import PlotForm
from planning.reserved_plots.queries import find_plot, may_edit
from planning.services import delete_row, write_row
from planning.tool_layers.forms import ConsultedServiceForm, ToolLayerForm
from planning.tool_layers.queries import every_layer, find_layer


class ToolTablesView(ManagementView):
    """The layers of each role, and the consulted services."""

    tab = "management:planning-tools"
    is_for_administrators = True

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render both lists, with whether each layer is there."""
        layers, services = every_layer(), every_service()
        slugs = [*(each.layer for each in layers), *(each.layer for each in services if each.layer)]
        scopes = access.scopes_by_slug(visitor_of(request), list(dict.fromkeys(slugs)))
        context = {
            **self.frame(),
            "layers": [(each, scopes.get(each.layer)) for each in layers],
            "services": [(each, scopes.get(each.layer)) for each in services],
        }
        return render(request, "management/planning_tools/list.html", context)


class RowFormView(ManagementView):
    """A row of one of the tables, or a new one: ``row`` finds it, ``form`` makes its form."""

    tab = "management:planning-tools"
    is_for_administrators = True
    title: ClassVar[Text]
    back = "management:planning-tools"

    def row(self, pk: int | None) -> Any:
        """Return the row, None where there is none."""
        raise NotImplementedError

    def form(self, visitor: Visitor, row: Any, content: Any = None) -> Any:
        """Return the form of a row."""
        raise NotImplementedError

    def get(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Render the form."""
        row = self._layer_of_tool(pk)
        return self._page(request, row, self.form(visitor_of(request), row))

    def post(self, request: HttpRequest, pk: int | None = None) -> HttpResponse:
        """Store the row, or delete it."""
        row, visitor = self._layer_of_tool(pk), visitor_of(request)
        if request.POST.get("deed") == "delete" and pk is not None:
            delete_row(visitor, row)
            messages.success(request, _("C’est supprimé."))
            return redirect(self.back)
        form = self.form(visitor, row, request.POST)
        if not form.is_valid():
            return self._page(request, row, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        write_row(visitor, form)
        messages.success(request, _("C’est enregistré."))
        return redirect(self.back)

    def _layer_of_tool(self, pk: int | None) -> Any:
        row = self.row(pk)
        if row is None:
            raise Http404
        return row

    def _page(
        self, request: HttpRequest, row: Any, form: Any, *, status: HTTPStatus = HTTPStatus.OK
    ) -> HttpResponse:
        context = {
            **self.frame(),
            "row": row,
            "form": form,
            "title": self.title,
            "back": self.back,
            "faults": form_errors(form),
        }
        return render(request, "management/planning_tools/row.html", context, status=status)


class ToolLayerView(RowFormView):
    """A layer of a role."""

    title = gettext_lazy("Couche d’un outil")

    def row(self, pk: int | None) -> ToolLayer | None:
        """Return the layer."""
        return ToolLayer() if pk is None else find_layer(pk)

    def form(self, visitor: Visitor, row: ToolLayer, content: Any = None) -> ToolLayerForm:
        """Return its form."""
        return ToolLayerForm(visitor, content, instance=row)


class ServiceView(RowFormView):
    """A consulted service."""

    title = gettext_lazy("Service à consulter")

    def row(self, pk: int | None) -> ConsultedService | None:
        """Return the service."""
        return ConsultedService() if pk is None else find_service(pk)

    def form(self, visitor: Visitor, row: ConsultedService, content: Any = None) -> ConsultedServiceForm:
        """Return its form."""
        return ConsultedServiceForm(visitor, content, instance=row)


class ReservedPlotView(RowFormView):
    """What the portal knows of a reserved plot, for administrators and for who may change every prescription."""

    title = gettext_lazy("Emplacement réservé")
    back = "planning-tools:reserved-plots"

    def admits(self, visitor: Visitor) -> bool:
        """Whether the visitor writes plots."""
        return may_edit(visitor)

    def frame(self) -> dict[str, Any]:
        """Return the frame, without the tabs of pages that do not exist for who manages nothing."""
        frame, visitor = super().frame(), visitor_of(self.request)
        if not visitor.is_administrator and not may_manage(visitor):
            frame["tabs"] = list[TabLink]()
        return frame

    def row(self, pk: int | None) -> ReservedPlot | None:
        """Return the plot; a new one has the document and the number of the address."""
        if pk is not None:
            return find_plot(pk)
        values = self.request.GET
        return ReservedPlot(idurba=values.get("idurba", "")[:30], number=values.get("number", "")[:10])

    def form(self, visitor: Visitor, row: ReservedPlot, content: Any = None) -> PlotForm:
        """Return its form."""
        return PlotForm(content, instance=row)
