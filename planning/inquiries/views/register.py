"""``/urbanisme/enquetes/{slug}/registre/``: every remark for the commissioner, the opinion on each, the files."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from export_formats.pdf import pdf_of
from interface.forms import form_errors
from interface.paper import paper_document
from interface.requests import filled, parameters_of
from layers.parsing import single_values
from layers.visitor import visitor_of
from planning.inquiries.forms import OpinionForm
from planning.inquiries.presenters import (
    RegisterRow,
    inquiry_line,
    register_csv,
    register_rows,
    state_words,
)
from planning.inquiries.queries import register_of, remark_of, remarks_of
from planning.inquiries.services import write_opinion
from planning.models import PublicInquiry
from planning.tables.views import pdf_response
from plui.versions.parsing import read_page
from plui.versions.views.documents import commune_names, comparison_context

PAGE_REMARKS, PAPER_REMARKS = 50, 1_000


@method_decorator(never_cache, name="dispatch")
class RegisterBase(View):
    """Base of the pages of a register: its inquiry, and its remarks in words."""

    inquiry: PublicInquiry

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Find the inquiry.

        Raises:
            UnknownFeature: there is none, or its register is not theirs.
        """
        self.inquiry = register_of(visitor_of(request), str(kwargs.pop("slug")))
        return super().dispatch(request, *args, **kwargs)

    def rows(self, request: HttpRequest) -> list[RegisterRow]:
        """Return the remarks with the changes that they are about, in the order of deposit."""
        visitor = visitor_of(request)
        comparison = comparison_context(visitor, self.inquiry.version)
        changes = [*comparison["zone_rows"], *comparison["object_rows"]]
        return register_rows(self.inquiry, remarks_of(self.inquiry), changes, commune_names(visitor))

    def context(self, request: HttpRequest) -> dict[str, Any]:
        """Return what every page of the register says."""
        return {"inquiry": self.inquiry, "day_line": inquiry_line(self.inquiry, visitor_of(request))}


class RegisterView(RegisterBase):
    """The list, fifty remarks a page."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render it."""
        page = read_page(single_values(filled(parameters_of(request)), allowed=("page",)).get("page", ""))
        rows = self.rows(request)
        context = self.context(request) | {
            "page": Paginator(rows, PAGE_REMARKS).get_page(page),
            "words": state_words(rows),
        }
        return render(request, "planning/inquiries/register.html", context)


class RemarkView(RegisterBase):
    """A remark with all that was sent, and the opinion on it."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Render it."""
        single_values(parameters_of(request), allowed=())
        row = self._row(request, pk)
        return self._page(request, row, OpinionForm(instance=row.opinion))

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Write the opinion."""
        row = self._row(request, pk)
        form = OpinionForm(request.POST)
        if not form.is_valid():
            return self._page(request, row, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        write_opinion(
            visitor=visitor_of(request), inquiry=self.inquiry, answer=row.remark.answer, **form.cleaned_data
        )
        messages.success(request, _("L’avis sur l’observation n° %d est enregistré.") % row.remark.number)
        return redirect("inquiries:register", self.inquiry.slug)

    def _row(self, request: HttpRequest, pk: int) -> RegisterRow:
        rows = self.rows(request)
        return rows[remark_of([row.remark for row in rows], pk).number - 1]

    def _page(
        self, request: HttpRequest, row: RegisterRow, form: OpinionForm, *, status: HTTPStatus = HTTPStatus.OK
    ) -> HttpResponse:
        context = self.context(request) | {"row": row, "form": form, "faults": form_errors(form)}
        return render(request, "planning/inquiries/remark.html", context, status=status)


class RegisterFileView(RegisterBase):
    """``…/registre.csv``: every remark with all that was sent, names too."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Send the file."""
        single_values(parameters_of(request), allowed=())
        text = register_csv(self.inquiry, self.rows(request), site=request.build_absolute_uri("/")[:-1])
        response = HttpResponse(text, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="registre-{self.inquiry.slug}.csv"'
        return response


class RegisterPaperView(RegisterBase):
    """``…/registre.pdf``: the register in the order of deposit, without who wrote."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Send the file."""
        single_values(parameters_of(request), allowed=())
        rows = self.rows(request)
        context = self.context(request) | {
            "rows": rows[:PAPER_REMARKS],
            "words": state_words(rows),
            "is_cut": len(rows) > PAPER_REMARKS,
            "site": request.build_absolute_uri("/")[:-1],
            "moment": timezone.localtime(visitor_of(request).instant),
            "link": request.build_absolute_uri(reverse("inquiries:inquiry", args=[self.inquiry.slug])),
        }
        body = render_to_string("planning/inquiries/paper.html", context, request)
        title = _("Registre des observations : %s") % self.inquiry.version.title
        document = paper_document(title, body, style_sheet="planning/plots_paper.css")
        return pdf_response(pdf_of(document).content, f"registre-{self.inquiry.slug}.pdf")
