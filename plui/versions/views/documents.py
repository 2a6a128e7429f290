"""``/urbanisme/documents/``: documents in force and former ones, their pieces and packages, what procedures changed."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View

from export_formats.pdf import pdf_of
from interface.palette import palette
from interface.paper import font_rules, light_tokens, static_text
from interface.requests import filled, parameters_of
from interface.territory import visible_communes
from layers.parsing import single_values
from layers.sql.query_limiter import acquire_slot
from layers.visitor import Visitor, visitor_of
from plui.models import PlanVersion
from plui.versions import queries
from plui.versions.changes import ChangeKind
from plui.versions.comparison import PlanComparison
from plui.versions.parsing import read_page
from plui.versions.presenters import changes, documents
from plui.versions.presenters.drawings import paper_map
from plui.versions.views.management import file_response, plan_map
from plui.vocabulary import PlanState
from plui.writing.queries import is_exportable
from plui.writing.services import write_package

PAPER_ROWS = 600


class DocumentsView(View):
    """The documents of the territory; those of the portal's commune."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the page."""
        visitor = visitor_of(request)
        sections = [
            documents.document_section(
                each,
                _pieces(each.online),
                is_exportable=each.document is not None
                and is_exportable(visitor, idurba=each.document.idurba),
            )
            for each in queries.public_documents(visitor)
        ]
        return render(
            request,
            "plui/versions/documents.html",
            {"sections": sections, "can_load": queries.may_manage(visitor)},
        )


class DocumentVersionView(View):
    """A version that is or was online: its facts and its written pieces."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Render the page."""
        version = queries.version_of(visitor_of(request), pk)
        section = documents.document_section(
            queries.PlanDocument(version.partition, None, [version]), _pieces(version)
        )
        return render(request, "plui/versions/former.html", {"section": section, "line": section.timeline[0]})


def _pieces(version: PlanVersion | None) -> Sequence[Any]:
    return queries.pieces_of(version) if version is not None else ()


class PackageView(View):
    """The package, to who reads the whole document and may download it."""

    def get(self, request: HttpRequest, idurba: str) -> HttpResponseBase:
        """Send the archive; few are written at once.

        Raises:
            UnknownFeature, Forbidden: see ``plan_source``.
            Busy: others are being written.
        """
        single_values(parameters_of(request), allowed=())
        acquire_slot()
        with tempfile.TemporaryDirectory() as folder:
            package = write_package(visitor=visitor_of(request), idurba=idurba, folder=Path(folder))
            body = package.path.open("rb")  # the file goes with its last reader
        request.META.pop("HTTP_ACCEPT_ENCODING", None)  # sent as it is: its length is in the header
        response = FileResponse(
            body, as_attachment=True, filename=package.name, content_type="application/zip"
        )
        response["Cache-Control"] = "private, no-store"
        return response


class ComparisonView(View):
    """What a version changes, beside the map."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Render the page."""
        visitor = visitor_of(request)
        version = queries.version_of(visitor, pk)
        page = read_page(single_values(filled(parameters_of(request)), allowed=("page",)).get("page", ""))
        context = comparison_context(visitor, version)
        rows = [*context["zone_rows"], *context["object_rows"]]
        features = changes.change_features(rows)
        context |= {
            "page": changes.change_page(rows, page),
            "page_size": changes.PAGE_SIZE,
            "map": plan_map(visitor, features, with_annulments=context["is_partly_annulled"]),
            "tables": changes.CSV_TITLES.items(),
            "is_public": context["version"].state in (PlanState.ONLINE, PlanState.FORMER),
            "can_load": queries.may_manage(visitor),
            "is_map_cut": len(features["features"]) == changes.MAX_DRAWN,
        }
        return render(request, "plui/versions/comparison.html", context)


def comparison_context(visitor: Visitor, version: PlanVersion) -> dict[str, Any]:
    """Return what the page and the paper of a comparison say."""
    comparison = queries.comparison_of(visitor, version)
    names = commune_names(visitor)
    zone_rows = changes.change_rows(comparison.zones, names)
    objects = changes.change_rows(comparison.objects, names, first=len(zone_rows) + 1)
    return {
        "version": version,
        "is_partly_annulled": documents.is_partly_annulled(version),
        "annulments": queries.annulments_of(visitor, version),
        "line": documents.version_line(version),
        "comparison": comparison,
        "before": documents.version_line(comparison.before) if comparison.before else None,
        "sentences": changes.summary_sentences(comparison),
        "sliver_sentence": changes.sliver_sentence(comparison),
        "types": changes.area_lines(comparison.types, changes.type_name),
        "labels": changes.area_lines(comparison.labels, lambda row: row.label),
        "communes": changes.area_lines(comparison.communes, lambda row: names.get(row.commune, row.commune)),
        "transitions": changes.transition_rows(comparison.transitions),
        "zone_rows": zone_rows,
        "object_rows": objects,
        "piece_rows": changes.piece_rows(comparison),
    }


def commune_names(visitor: Visitor) -> dict[str, str]:
    """Return the names of communes by INSEE code, as far as the visitor sees them."""
    return {commune.code: commune.name for commune in visible_communes(visitor)} | {
        "": _("hors des communes")
    }


class ComparisonTableView(View):
    """A table of a comparison as CSV."""

    def get(self, request: HttpRequest, pk: int, table: str) -> HttpResponse:
        """Send the file."""
        if table not in changes.CSV_TABLES:
            raise Http404
        visitor = visitor_of(request)
        version = queries.version_of(visitor, pk)
        comparison: PlanComparison = queries.comparison_of(visitor, version)
        content = changes.comparison_csv(comparison, table, commune_names(visitor))
        return file_response(content, "text/csv; charset=utf-8", f"{table}-{version.idurba}.csv")


class ComparisonFileView(View):
    """What a version changes, on A4 for the public inquiry, tagged."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send the file."""
        visitor = visitor_of(request)
        version = queries.version_of(visitor, pk)
        context = comparison_context(visitor, version)
        rows = [*context["zone_rows"], *context["object_rows"]]
        colours = palette()
        # Where the rules stay the same and words alone differ, the map would be full of them.
        drawn = [row for row in rows if row.change.kind is not ChangeKind.REWORDED] or rows
        context |= {
            "drawing": paper_map(visitor, drawn[:PAPER_ROWS], context["annulments"]),
            "zone_rows": context["zone_rows"][:PAPER_ROWS],
            "object_rows": context["object_rows"][:PAPER_ROWS],
            "is_cut": len(rows) > PAPER_ROWS,
            "colours": {name: colours[name] for name in ("line-2", "ink", "paper", "signal", "bad")},
            "moment": timezone.localtime(visitor.instant),
            "link": request.build_absolute_uri(reverse("plui:comparison", args=[pk])),
        }
        body = render_to_string("plui/versions/paper.html", context, request)
        content = pdf_of(_paper(_("Ce que change %s") % version.title, body)).content
        return file_response(content, "application/pdf", f"changements-{version.idurba}.pdf", is_inline=True)


def _paper(title: str, body: str) -> str:
    """Return a whole page with its style and its letters inside: the program that makes the PDF fetches nothing."""
    style = "\n".join((font_rules(), light_tokens(), static_text("plui/versions/paper.css")))
    return (
        f'<!DOCTYPE html>\n<html lang="{escape(get_language() or settings.LANGUAGE_CODE)}">\n<head>\n'
        f'<meta charset="utf-8">\n<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n{body}</html>\n'
    )
