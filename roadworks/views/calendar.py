"""The works of a year by commune or by company, on screen and as one A3 sheet for the coordination meeting."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View

from export_formats.pdf import pdf_of
from interface.paper import font_rules, light_tokens, static_text
from interface.requests import filled, parameters_of
from layers.errors import InvalidParameter
from layers.parsing import single_values
from layers.visitor import visitor_of
from roadworks.presenters.timelines import BY_COMMUNE, BY_COMPANY, GROUPINGS, year_calendar
from roadworks.queries import MAX_OF_YEAR, sites_of_year, works_scope

_PARAMETERS = ("annee", "par")
_YEARS = range(2000, 2101)


class CalendarView(View):
    """``/travaux/calendrier/?annee=2027&par=entreprise``: what the visitor reads of a year."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the calendar."""
        return render(request, "roadworks/calendar.html", _context(request))


class CalendarFileView(View):
    """``/travaux/calendrier.pdf``: the same, on one A3 sheet in landscape."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Send the sheet."""
        context = _context(request)
        body = render_to_string("roadworks/calendar_paper.html", context, request)
        title = _("Calendrier des travaux %s") % context["year"]
        response = HttpResponse(pdf_of(_page(title, body)).content, content_type="application/pdf")
        name = f"travaux-{context['year']}-{context['grouping']}.pdf"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "private, no-store"
        return response


def _page(title: str, body: str) -> str:
    """Return a whole page with its style and its letters inside: the program that makes the PDF fetches nothing."""
    style = "\n".join((font_rules(), light_tokens(), static_text("roadworks/calendar-paper.css")))
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(get_language() or settings.LANGUAGE_CODE)}">\n<head>\n'
        f'<meta charset="utf-8">\n<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n{body}</html>\n'
    )


def _context(request: HttpRequest) -> dict[str, Any]:
    visitor = visitor_of(request)
    query = single_values(filled(parameters_of(request)), allowed=_PARAMETERS)
    today = timezone.localdate(visitor.instant)
    year, grouping = _year(query.get("annee", str(today.year))), query.get("par", BY_COMMUNE)
    if grouping not in GROUPINGS:
        raise InvalidParameter(f"par={grouping[:40]}", parameter="par")
    scope = works_scope(visitor)
    records = sites_of_year(scope, year)
    return {
        "scope": scope,
        "year": str(year),  # a number would be grouped by thousands
        "years": (str(year - 1), str(year + 1)),
        "grouping": grouping,
        "groupings": [(BY_COMMUNE, _("Par commune")), (BY_COMPANY, _("Par entreprise"))],
        "timeline": year_calendar(records, year=year, grouping=grouping, today=today),
        "count": len(records),
        "is_cut": len(records) >= MAX_OF_YEAR,
        "most": MAX_OF_YEAR,
        "today": today,
    }


def _year(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:5]) in _YEARS):
        raise InvalidParameter(f"annee={text[:40]}", parameter="annee")
    return int(text)
