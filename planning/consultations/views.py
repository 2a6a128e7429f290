"""``/urbanisme/consultations/?parcelle=…``: which services to consult for a place, and when."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from interface.requests import filled, parameters_of, stated_parameters
from layers.errors import InvalidParameter, LayersError, MissingParameter, UnknownFeature
from layers.parsing import single_values
from layers.visitor import visitor_of
from planning.consultations.presenters import consultation_groups, consultations_document
from planning.consultations.queries import consultations
from planning.places.queries import PLACE_PARAMETERS, read_place
from planning.tables.views import json_response
from planning.vocabulary import TEXT, LocationKind

_API_NAMES = {
    "address": TEXT,
    "parcel": LocationKind.PARCEL.value,
    "point": LocationKind.POINT.value,
    "geometry": LocationKind.OUTLINE.value,
    "feature": LocationKind.FEATURE.value,
}


class ConsultationsView(View):
    """The page: the place, then the services, with the features that make each consulted."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the page."""
        visitor = visitor_of(request)
        context: dict[str, Any] = {"status": HTTPStatus.OK}
        try:
            values = single_values(filled(parameters_of(request)), allowed=PLACE_PARAMETERS)
            context["place"] = place = read_place(visitor, values)
            if place.location is not None:
                context |= consultation_groups(consultations(visitor, place.location))
                context["api_address"] = _api_address(place.location.parameters)
        except UnknownFeature:
            context |= {"is_absent": True, "status": HTTPStatus.NOT_FOUND}
        except InvalidParameter as error:
            context |= {"fault": str(error), "status": HTTPStatus.BAD_REQUEST}
        return render(request, "planning/consultations/page.html", context, status=context.pop("status"))


def _api_address(parameters: Any) -> str:
    names = {name: api_name for api_name, name in _API_NAMES.items()}
    values = {names[name]: value for name, value in parameters.items()}
    return f"{reverse('planning-tools-api:consultations')}?{urlencode(values)}"


class ConsultationsApiView(View):
    """``/api/planning/consultations?parcel=…``: the same as JSON."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Answer with the services, or with the places that an address may mean."""
        values = single_values(stated_parameters(request), allowed=tuple(_API_NAMES))
        if not values:
            raise MissingParameter(
                _("Il manque un lieu : parcel, address, point, geometry ou feature."), parameter="parcel"
            )
        visitor = visitor_of(request)
        try:
            place = read_place(visitor, {_API_NAMES[name]: value for name, value in values.items()})
        except LayersError as error:
            names = {name: api_name for api_name, name in _API_NAMES.items()}
            error.parameter = names.get(error.parameter, error.parameter)
            raise
        if place.location is None:
            choices = [{"title": title, "query": query} for title, query in place.choices]
            return json_response({"location": None, "choices": choices}, None)
        return json_response(
            consultations_document(place.location, consultations(visitor, place.location)), None
        )
