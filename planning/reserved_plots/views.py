"""``/urbanisme/emplacements-reserves/``: the reserved plots, their files, their list on paper and their JSON."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import View

from export_formats.pdf import pdf_of
from interface import territory
from interface.http.resources import not_modified
from interface.paper import paper_document
from interface.requests import Parameters, filled, parameters_of, stated_parameters
from interface.territory import check_communes
from layers.errors import InvalidParameter, UnknownLayer
from layers.parsing import single_values
from layers.visitor import visitor_of
from planning.reserved_plots.presenters import plot_rows, plots_document, plots_statement, summary
from planning.reserved_plots.queries import (
    Plot,
    PlotLayers,
    may_edit,
    plot_layers,
    plots,
    plots_version,
    with_parcels,
)
from planning.tables.services import check_download, check_form, table_file
from planning.tables.views import file_response, freshness, json_response, pdf_response
from planning.vocabulary import PlotState

FORMS = ("csv", "xlsx")
COMMUNE, STATE, NUMBER, PAGE = "commune", "etat", "numero", "page"
PAGE_PLOTS = 100
MAX_NUMBER = 10


def _values(parameters: Parameters, *more: str) -> dict[str, str]:
    """Return the filters.

    Raises:
        UnknownParameter, InvalidParameter, UnknownCommune: naming the culprit.
    """
    values = single_values(parameters, allowed=(COMMUNE, STATE, NUMBER, *more))
    if COMMUNE in values:
        check_communes([values[COMMUNE]])
    if values.get(STATE, PlotState.OPEN) not in PlotState.values:
        raise InvalidParameter(
            _("%(name)s attend %(values)s ; reçu « %(text)s ».")
            % {"name": STATE, "values": ", ".join(PlotState.values), "text": values[STATE][:40]},
            parameter=STATE,
        )
    if len(values.get(NUMBER, "")) > MAX_NUMBER:
        raise InvalidParameter(_("numero a dix caractères au plus."), parameter=NUMBER)
    page = values.get(PAGE, "1")
    if not (page.isascii() and page.isdigit() and 0 < int(page) < 10_000):
        raise InvalidParameter(
            _("page attend un nombre à partir de 1 ; reçu « %s ».") % page[:20], parameter=PAGE
        )
    return values


def _plots(layers: PlotLayers, values: dict[str, str]) -> list[Plot]:
    """Return the plots of the filters; one without description is open."""
    listed = plots(layers, commune=values.get(COMMUNE, ""), number=values.get(NUMBER, ""))
    state = values.get(STATE)
    if not state:
        return listed
    return [
        plot
        for plot in listed
        if (plot.description.state if plot.description is not None else PlotState.OPEN) == state
    ]


class PlotListView(View):
    """The page."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the page; layers that are hidden and layers that are absent give the same words."""
        visitor, values = visitor_of(request), _values(filled(parameters_of(request)), PAGE)
        context: dict[str, Any] = {
            "values": values,
            "states": PlotState.choices,
            "communes": territory.choices(visitor.portal),
        }
        try:
            layers = plot_layers(visitor)
        except UnknownLayer:
            return render(request, "planning/reserved_plots/page.html", context, status=HTTPStatus.NOT_FOUND)
        listed, page = _plots(layers, values), int(values.get(PAGE, "1"))
        start = PAGE_PLOTS * (page - 1)
        can_edit = may_edit(visitor)
        rows = plot_rows(with_parcels(layers, listed[start : start + PAGE_PLOTS]), can_edit=can_edit)
        question = {name: value for name, value in values.items() if name != PAGE}
        context |= {
            "rows": rows,
            "is_read": True,
            "has_parcels": layers.parcels is not None,
            "summary": summary(listed),
            "can_edit": can_edit,
            "previous": f"?{urlencode(question | {PAGE: page - 1})}" if page > 1 else "",
            "next": f"?{urlencode(question | {PAGE: page + 1})}" if len(listed) > start + PAGE_PLOTS else "",
            "files": _files(question) if layers.can_download else [],
            "api_address": f"{reverse('planning-tools-api:reserved-plots')}?{urlencode(question)}",
        }
        return render(request, "planning/reserved_plots/page.html", context)


def _files(question: dict[str, str]) -> list[tuple[str, str]]:
    text = urlencode(question)
    files = [
        (form.upper(), f"{reverse('planning-tools:reserved-plots-file', args=[form])}?{text}")
        for form in FORMS
    ]
    return [*files, ("PDF", f"{reverse('planning-tools:reserved-plots-paper')}?{text}")]


class PlotFileView(View):
    """``/urbanisme/emplacements-reserves/liste.csv``: the same as a file."""

    def get(self, request: HttpRequest, form: str) -> HttpResponseBase:
        """Send the file."""
        check_form(form, FORMS)
        visitor, values = visitor_of(request), _values(filled(parameters_of(request)))
        layers = plot_layers(visitor)
        check_download(layers.can_download)
        statement = plots_statement(with_parcels(layers, _plots(layers, values)))
        titles = ", ".join(str(scope.layer.title) for scope in layers.prescriptions)
        notice = [(_("Tableau"), _("Emplacements réservés")), (_("Couches"), titles)]
        return file_response(
            table_file(visitor, statement, form=form, name="emplacements-reserves", notice=notice)
        )


class PlotPaperView(View):
    """``/urbanisme/emplacements-reserves/liste.pdf``: the list on A4, tagged."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Send the file."""
        visitor, values = visitor_of(request), _values(filled(parameters_of(request)))
        layers = plot_layers(visitor)
        check_download(layers.can_download)
        listed = with_parcels(layers, _plots(layers, values))
        context = {
            "rows": plot_rows(listed, can_edit=False),
            "summary": summary(listed),
            "moment": timezone.localtime(visitor.instant),
            "documents": ", ".join(dict.fromkeys(plot.idurba for plot in listed)),
        }
        body = render_to_string("planning/reserved_plots/paper.html", context, request)
        document = paper_document(_("Emplacements réservés"), body, style_sheet="planning/plots_paper.css")
        return pdf_response(pdf_of(document).content, "emplacements-reserves.pdf")


class PlotsApiView(View):
    """``/api/planning/reserved-plots?commune=92048``: the same as JSON."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the plots, or word that the client has them already."""
        values = _values(stated_parameters(request))
        layers = plot_layers(visitor_of(request))
        fresh = freshness(request, layers.joined, (plots_version(),))
        return not_modified(request, fresh) or json_response(
            plots_document(with_parcels(layers, _plots(layers, values))), fresh
        )
