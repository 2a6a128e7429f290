"""``/urbanisme/preemption/``: the parcels inside the right of pre-emption, of a commune, a parcel or an outline."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from interface import territory
from interface.requests import filled, parameters_of, stated_parameters
from interface.territory import check_communes
from layers.errors import InvalidParameter, LayersError, UnknownFeature, UnknownLayer
from layers.parsing import single_values
from layers.visitor import Visitor, visitor_of
from planning.places.queries import PLACE_PARAMETERS, Place, read_place
from planning.preemption.presenters import (
    parcel_rows,
    parcel_table,
    parcels_document,
    perimeter_titles,
)
from planning.preemption.queries import parcel_page, parcels_of, preemption_layers
from planning.tables.services import check_download, check_form, table_file
from planning.tables.views import file_response, json_response

FORMS = ("csv", "xlsx")
COMMUNE, AFTER = "commune", "apres"
_API_NAMES = {
    "parcel": "parcelle",
    "address": "lieu",
    "point": "point",
    "geometry": "contour",
    "feature": "objet",
    "commune": COMMUNE,
    "after": AFTER,
}
_MAX_ID = 2**63


def _values(request: HttpRequest) -> dict[str, str]:
    """Return the parameters, the commune and the page checked.

    Raises:
        UnknownParameter, InvalidParameter, UnknownCommune: naming the culprit.
    """
    values = single_values(filled(parameters_of(request)), allowed=(*PLACE_PARAMETERS, COMMUNE, AFTER))
    return _checked(values)


def _checked(values: dict[str, str]) -> dict[str, str]:
    """Return parameters whose commune and page are such."""
    if COMMUNE in values:
        check_communes([values[COMMUNE]])
    after = values.get(AFTER, "0")
    if not (after.isascii() and after.isdigit() and int(after) < _MAX_ID):
        raise InvalidParameter(
            _("La page suivante se demande par le numéro de la dernière parcelle lue ; reçu « %s ».")
            % after[:20],
            parameter=AFTER,
        )
    return values


class PreemptionView(View):
    """The page: is the place inside, and which parcels of it; or those of a commune."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the page; hidden layers and absent ones give the same words."""
        visitor = visitor_of(request)
        context: dict[str, Any] = {
            "values": {},
            "status": HTTPStatus.OK,
            "communes": territory.choices(visitor.portal),
        }
        try:
            context["values"] = values = _values(request)
            context["place"] = place = read_place(visitor, values)
            context |= _answer(visitor, values, place)
        except UnknownFeature:
            context |= {"is_absent": True, "status": HTTPStatus.NOT_FOUND}
        except InvalidParameter as error:
            context |= {"fault": str(error), "status": HTTPStatus.BAD_REQUEST}
        return render(request, "planning/preemption/page.html", context, status=context.pop("status"))


def _answer(visitor: Visitor, values: dict[str, str], place: Place) -> dict[str, Any]:
    layers = preemption_layers(visitor)
    if layers is None:
        return {"is_hidden": True, "status": HTTPStatus.NOT_FOUND}
    commune = values.get(COMMUNE, "") or visitor.portal
    if place.location is None and (not commune or place.text):
        return {}
    rows = parcels_of(layers, place.location, values.get(COMMUNE, ""))
    page = parcel_page(layers, rows, int(values.get(AFTER, 0)))
    path = reverse("planning-tools:preemption-file", args=["csv"]).removesuffix("csv")
    question = {name: value for name, value in values.items() if name != AFTER}
    return {
        "is_answered": True,
        "rows": parcel_rows(page.parcels),
        "next": f"?{urlencode(question | {AFTER: page.next})}" if page.next else "",
        "first": f"?{urlencode(question)}" if AFTER in values else "",
        "sources": perimeter_titles(layers),
        "api_address": _api_address(question),
        "files": [
            (form.upper(), f"{path}{form}?{urlencode(question)}") for form in FORMS if layers.can_download
        ],
    }


class PreemptionFileView(View):
    """``/urbanisme/preemption/parcelles.csv?commune=92048``: every parcel inside."""

    def get(self, request: HttpRequest, form: str) -> HttpResponseBase:
        """Send the file.

        Raises:
            UnknownLayer: the visitor reads no parcels, or no perimeter.
        """
        check_form(form, FORMS)
        values, visitor = _values(request), visitor_of(request)
        layers = preemption_layers(visitor)
        if layers is None:
            raise UnknownLayer("parcelles")
        check_download(layers.can_download)
        place = read_place(visitor, values)
        rows = parcels_of(layers, place.location, values.get(COMMUNE, ""))
        if place.text and place.location is None:
            rows = rows.none()
        notice = [
            (_("Tableau"), _("Parcelles dans le droit de préemption urbain")),
            (_("Couches"), perimeter_titles(layers)),
            (_("Commune"), values.get(COMMUNE, "") or visitor.portal or _("toutes")),
        ]
        statement = parcel_table(layers, rows)
        return file_response(
            table_file(visitor, statement, form=form, name="preemption-parcelles", notice=notice)
        )


def _api_address(values: dict[str, str]) -> str:
    names = {name: api_name for api_name, name in _API_NAMES.items()}
    query = urlencode({names[name]: value for name, value in values.items()})
    return f"{reverse('planning-tools-api:preemption')}?{query}"


class PreemptionApiView(View):
    """``/api/planning/preemption?commune=92048``: the same as JSON, a page at a time."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with the parcels inside.

        Raises:
            UnknownLayer: the visitor reads no parcels, or no perimeter.
            InvalidParameter: naming the culprit by its own name.
        """
        parameters = single_values(stated_parameters(request), allowed=tuple(_API_NAMES))
        visitor = visitor_of(request)
        layers = preemption_layers(visitor)
        if layers is None:
            raise UnknownLayer("parcelles")
        try:
            values = _checked({_API_NAMES[name]: value for name, value in parameters.items()})
            place = read_place(visitor, values)
        except LayersError as error:
            names = {name: api_name for api_name, name in _API_NAMES.items()}
            error.parameter = names.get(error.parameter, error.parameter)
            raise
        rows = parcels_of(layers, place.location, values.get(COMMUNE, ""))
        if place.text and place.location is None:
            rows = rows.none()
        page = parcel_page(layers, rows, int(values.get(AFTER, 0)))
        following = request.build_absolute_uri(_api_address(values | {AFTER: str(page.next)}))
        document = parcels_document(
            page, next_address=following if page.next else "", perimeters=perimeter_titles(layers)
        )
        return json_response(document, None)
