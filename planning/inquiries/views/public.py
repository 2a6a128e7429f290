"""``/urbanisme/enquetes/{slug}/``: the project put to inquiry, what it changes, and where remarks are written."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views import View

from interface.requests import filled, parameters_of
from layers.parsing import single_values
from layers.visitor import Visitor, visitor_of
from planning.inquiries.presenters import inquiry_line, remark_link
from planning.inquiries.queries import inquiry_of, may_read_register, piece_of, remark_form
from planning.models import PublicInquiry
from plui.loading.views import piece_response
from plui.versions.parsing import read_page
from plui.versions.presenters.documents import piece_folders
from plui.versions.queries import pieces_of
from plui.versions.views.documents import comparison_file, mapped_comparison
from webforms.access import row_scope


class InquiryView(View):
    """The page, on every day: before the first and after the last one it takes no remark, and says so."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Render it."""
        visitor = visitor_of(request)
        inquiry = inquiry_of(visitor, slug)
        page = read_page(single_values(filled(parameters_of(request)), allowed=("page",)).get("page", ""))
        form = remark_form(inquiry, visitor)
        context = mapped_comparison(visitor, inquiry.version, page) | _facts(inquiry, visitor)
        context["form"] = form
        context["rows"] = [(row, remark_link(form, row)) for row in context["page"].rows]
        return render(request, "planning/inquiries/page.html", context)


def _facts(inquiry: PublicInquiry, visitor: Visitor) -> dict[str, Any]:
    scope = row_scope(visitor, inquiry.form) if inquiry.form else None
    folders = piece_folders(
        inquiry.version,
        pieces_of(inquiry.version),
        lambda piece: reverse("inquiries:piece", args=[inquiry.slug, piece.name]),
    )
    return {
        "inquiry": inquiry,
        "day_line": inquiry_line(inquiry, visitor),
        "section": {"folders": folders, "version": inquiry.version},
        "remark_layer": scope.layer if scope and scope.can_read_rows else None,
        "has_register": may_read_register(visitor, inquiry),
    }


class InquiryPaperView(View):
    """``…/changements.pdf``: what the project changes, on A4."""

    def get(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Send the file."""
        single_values(parameters_of(request), allowed=())
        inquiry = inquiry_of(visitor_of(request), slug)
        return comparison_file(request, inquiry.version, link=reverse("inquiries:inquiry", args=[slug]))


class InquiryPieceView(View):
    """``…/pieces/{name}``: a written piece of the project."""

    def get(self, request: HttpRequest, slug: str, name: str) -> HttpResponseBase:
        """Send the file; caches do not share it, since the inquiry may be withdrawn."""
        single_values(parameters_of(request), allowed=())
        inquiry = inquiry_of(visitor_of(request), slug)
        return piece_response(request, piece_of(inquiry, name), is_public=False)
