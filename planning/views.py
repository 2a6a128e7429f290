"""« Ce qui s’applique ici »: the page of a place, the same on one sheet of paper, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View

from export_formats.pdf import pdf_of
from interface.paper import font_rules, light_tokens, static_text
from interface.qr_codes import is_short_enough, qr_svg
from interface.requests import filled, parameters_of, stated_parameters
from layers import access
from layers.errors import InvalidParameter, LayersError, MissingParameter, UnknownFeature
from layers.parsing import single_values
from layers.visitor import Visitor, visitor_of
from planning.presenters.documents import matches_document, sheet_document
from planning.presenters.history import page_address
from planning.presenters.maps import paper_colours, paper_map, sheet_map
from planning.presenters.sheet import sheet_of
from planning.queries.locations import (
    Location,
    Matches,
    check_text,
    example_locations,
    find_locations,
    parcel_of_address,
    read_location,
)
from planning.vocabulary import TEXT, LocationKind
from plui.dated.presenters import changes_document, procedures_document
from plui.dated.queries import changes_at, procedures

_PARAMETERS = (TEXT, *(kind.value for kind in LocationKind))
# The names of the API: those of the page are French.
_API_NAMES = {
    "address": TEXT,
    "parcel": LocationKind.PARCEL.value,
    "point": LocationKind.POINT.value,
    "geometry": LocationKind.OUTLINE.value,
    "feature": LocationKind.FEATURE.value,
}


class SheetView(View):
    """``/urbanisme/ici/?lieu=…``: what applies to a place, or the places that a text may mean."""

    @method_decorator(access.scopes_read_once())
    def get(self, request: HttpRequest, parcel: str = "") -> HttpResponse:
        """Render the sheet; a text, a point or an address lead to the address of their parcel."""
        visitor, query = visitor_of(request), _query(request, parcel)
        matches = Matches()
        try:
            if text := query.get(TEXT, ""):
                check_text(text)
                matches = find_locations(visitor, text)
                if matches.is_sure:
                    return redirect(page_address(matches.choices[0].parameters, visitor.plan_parameters))
            location = read_location(visitor, query)
        except UnknownFeature:
            return _page(request, query, None, Matches(), status=HTTPStatus.NOT_FOUND)
        except InvalidParameter as error:
            return _page(request, query, None, Matches(), fault=str(error), status=HTTPStatus.BAD_REQUEST)
        if location is not None:
            parcels = parcel_of_address(visitor, location)
            if len(parcels) > 1:
                matches = Matches(parcels, parcels_of=location.title)
                return _page(request, query, None, matches)
            target = parcels[0].parameters if parcels else location.parameters
            is_short = bool(parcel) or LocationKind.PARCEL.value not in target
            if dict(target) != query or not is_short:
                return redirect(page_address(target, visitor.plan_parameters))
        return _page(request, query, location, matches)


def _query(request: HttpRequest, parcel: str) -> dict[str, str]:
    allowed = () if parcel else _PARAMETERS
    query = dict(single_values(filled(parameters_of(request)), allowed=allowed))
    if len(query) > 1:
        raise InvalidParameter(_("Un seul lieu à la fois."), parameter=sorted(query)[1])
    return {LocationKind.PARCEL.value: parcel} if parcel else query


def _page(
    request: HttpRequest,
    query: dict[str, str],
    location: Location | None,
    matches: Matches,
    *,
    fault: str = "",
    status: HTTPStatus = HTTPStatus.OK,
) -> HttpResponse:
    visitor = visitor_of(request)
    text = query.get(TEXT, "")
    context: dict[str, Any] = {
        "text": text or (location.title if location else ""),
        "location": location,
        "matches": matches,
        "choices": [
            (choice.title, page_address(choice.parameters, visitor.plan_parameters))
            for choice in matches.choices
        ],
        "plan_parameters": visitor.plan_parameters,
        "is_unknown": bool(text) and location is None and not matches.choices,
        "is_absent": status is HTTPStatus.NOT_FOUND,
        "fault": fault,
        "sheet_address": reverse("planning:sheet"),
    }
    if location is not None:
        context |= _sheet_context(request, visitor, location)
        context["map"] = sheet_map(visitor, location, context["sheet"].outcomes)
        return render(request, "planning/sheet.html", context, status=status)
    context["map"] = sheet_map(visitor, None)
    if not matches.choices:
        examples = example_locations(visitor)
        context["examples"] = [(each.title, page_address(each.parameters)) for each in examples]
    return render(request, "planning/sheet.html", context, status=status)


def _sheet_context(request: HttpRequest, visitor: Visitor, location: Location) -> dict[str, Any]:
    plan = visitor.plan_parameters
    link = request.build_absolute_uri(page_address(location.parameters, plan))
    return {
        "sheet": sheet_of(visitor, location),
        "link": link,
        "qr_code": qr_svg(link, title=_("Code QR qui ouvre cette fiche")) if is_short_enough(link) else None,
        "file_address": _with_query("planning:file", {**location.parameters, **plan}),
        "api_address": _with_query("planning-api:applies", {**_api_parameters(location), **plan}),
        "moment": timezone.localtime(visitor.instant),
    }


def _with_query(route: str, parameters: Mapping[str, Any]) -> str:
    return f"{reverse(route)}?{urlencode(parameters, doseq=True)}"


def _api_parameters(location: Location) -> dict[str, str]:
    names = {name: api_name for api_name, name in _API_NAMES.items()}
    return {names[name]: value for name, value in location.parameters.items()}


class SheetFileView(View):
    """``/urbanisme/ici/fiche.pdf?parcelle=…``: the sheet on A4, tagged."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Send the file."""
        visitor = visitor_of(request)
        location = read_location(visitor, _query(request, ""))
        if location is None:
            raise MissingParameter(_("Il manque un lieu."), parameter=LocationKind.PARCEL.value)
        context = _sheet_context(request, visitor, location)
        context |= {"location": location, "drawing": paper_map(visitor, location), "colours": paper_colours()}
        response = HttpResponse(_pdf(request, location.title, context), content_type="application/pdf")
        name = location.identifier or location.kind.value
        response["Content-Disposition"] = f'inline; filename="ici-{name}.pdf"'
        response["Cache-Control"] = "private, no-store"
        return response


def _pdf(request: HttpRequest, name: str, context: dict[str, Any]) -> bytes:
    """Return the file: where it has several pages it says so, and why."""
    title, site = _("Ce qui s’applique ici : %s") % name, request.build_absolute_uri("/")
    pdf = pdf_of(_paper(title, site, render_to_string("planning/paper.html", context, request)))
    if pdf.pages == 1:
        return pdf.content
    body = render_to_string("planning/paper.html", context | {"pages": pdf.pages}, request)
    return pdf_of(_paper(title, site, body)).content


def _paper(title: str, site: str, body: str) -> str:
    """Return a whole page with its style and its letters inside: the program that makes the PDF fetches nothing.

    ``site`` is what the addresses of its links begin with.
    """
    style = "\n".join((font_rules(), light_tokens(), static_text("planning/paper.css")))
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(get_language() or settings.LANGUAGE_CODE)}">\n<head>\n'
        f'<meta charset="utf-8">\n<base href="{escape(site)}">\n<title>{escape(title)}</title>\n'
        f"<style>{style}</style>\n</head>\n"
        f"<body>{body}</body>\n</html>\n"
    )


class AppliesView(View):
    """``/api/planning/applies?parcel=…``: the same as JSON; ``_API_NAMES`` are the other ways to name a place."""

    def get(self, request: HttpRequest) -> JsonResponse:
        """Answer with the sheet, or with the places that an address may mean."""
        visitor = visitor_of(request)
        values = single_values(stated_parameters(request), allowed=(*_API_NAMES, "f"))
        if (form := values.get("f", "json")) != "json":
            raise InvalidParameter(_("f attend json ; reçu « %s ».") % form[:40], parameter="f")
        named = [name for name in _API_NAMES if values.get(name)]
        if not named:
            raise MissingParameter(
                _("Il manque un lieu : parcel, address, point, geometry ou feature."), parameter="parcel"
            )
        if len(named) > 1:
            raise InvalidParameter(_("Un seul lieu à la fois."), parameter=named[1])
        return json_answer(named_document(visitor, named[0], values[named[0]]))


def named_document(visitor: Visitor, name: str, text: str) -> dict[str, Any]:
    """Return the sheet of the place that a parameter of the API names, or the places that an address may mean.

    Raises:
        InvalidParameter: it cannot be read; the error names the parameter as the API does.
    """
    location, matches = _named_location(visitor, name, text)
    if location is None:
        return matches_document(matches)
    return sheet_document(sheet_of(visitor, location), visitor.plan)


class ProceduresView(View):
    """``/api/planning/procedures``: the procedures of plans; with a place, named as for ``applies``, their changes."""

    def get(self, request: HttpRequest) -> JsonResponse:
        """Answer with the published versions of each document, in order."""
        visitor = visitor_of(request)
        values = single_values(stated_parameters(request), allowed=(*_API_NAMES, "f"))
        if (form := values.get("f", "json")) != "json":
            raise InvalidParameter(_("f attend json ; reçu « %s ».") % form[:40], parameter="f")
        named = [name for name in _API_NAMES if values.get(name)]
        if len(named) > 1:
            raise InvalidParameter(_("Un seul lieu à la fois."), parameter=named[1])
        if not named:
            return json_answer(procedures_document(procedures(visitor)))
        location, matches = _named_location(visitor, named[0], values[named[0]])
        if location is None:
            return json_answer(matches_document(matches))
        return json_answer(changes_document(changes_at(visitor, location.geometry)))


def json_answer(content: Any) -> JsonResponse:
    """Answer with JSON that no shared cache stores."""
    response = JsonResponse(content, json_dumps_params={"ensure_ascii": False})
    response["Cache-Control"] = "private, no-cache"
    return response


def _named_location(visitor: Visitor, name: str, text: str) -> tuple[Location | None, Matches]:
    """Return the place that a parameter of the API names, or what an address may mean.

    Raises:
        InvalidParameter: it cannot be read; the error names the parameter as the API does.
    """
    try:
        if _API_NAMES[name] != TEXT:
            return read_location(visitor, {_API_NAMES[name]: text}), Matches()
        check_text(text)
        matches = find_locations(visitor, text)
        sure = matches.choices[0].parameters if matches.is_sure else {}
        return read_location(visitor, sure), matches
    except LayersError as error:
        if error.parameter == _API_NAMES[name]:
            error.parameter = name
        raise
