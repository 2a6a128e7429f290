"""``/urbanisme/enquetes/{slug}/registre/``: every remark for the commissioner, the opinion on each, the files."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from interface.forms import form_errors
from interface.requests import filled, parameters_of
from layers.errors import BadRequest, InvalidFeature
from layers.parsing import single_values
from layers.visitor import visitor_of
from planning.inquiries.forms import OpinionForm
from planning.inquiries.paper import PAPER_REMARKS, register_pdf, words_of_register
from planning.inquiries.presenters import (
    RegisterRow,
    copied_words,
    inquiry_line,
    register_csv,
    state_words,
)
from planning.inquiries.queries import register_of, remark_of, remark_photo
from planning.inquiries.services import can_copy_opinions, copy_opinions, write_opinion
from planning.models import PublicInquiry
from planning.tables.views import pdf_response
from plui.versions.parsing import read_page

PAGE_REMARKS = 50


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
        """Return the remarks in words, in the order of deposit."""
        return words_of_register(visitor_of(request), self.inquiry)

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
            "has_paper": len(rows) <= PAPER_REMARKS,
            "can_copy": can_copy_opinions(visitor_of(request), self.inquiry),
        }
        return render(request, "planning/inquiries/register.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Copy the opinions to the rows of the layer."""
        try:
            copied = copy_opinions(visitor=visitor_of(request), inquiry=self.inquiry)
        except InvalidFeature as error:
            messages.error(request, error.detail)
        else:
            messages.success(request, copied_words(copied))
        return redirect("inquiries:register", self.inquiry.slug)


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
        """Send the file.

        Raises:
            BadRequest: it has too many remarks to be written while somebody waits: the worker does.
        """
        single_values(parameters_of(request), allowed=())
        rows, visitor = self.rows(request), visitor_of(request)
        if len(rows) > PAPER_REMARKS:
            raise BadRequest(
                _(
                    "Ce registre a plus de %d observations : faites-le préparer par le bouton de sa page, "
                    "puis prenez le fichier."
                )
                % PAPER_REMARKS
            )
        content = register_pdf(visitor, self.inquiry, rows, site=request.build_absolute_uri("/")[:-1])
        return pdf_response(content, f"registre-{self.inquiry.slug}.pdf")


class RemarkPhotoView(RegisterBase):
    """``…/registre/{number}/photos/{photo}.jpg``: a photo of a remark, or its thumbnail (``…-vignette``)."""

    is_thumbnail = False

    def get(self, request: HttpRequest, pk: int, photo: int) -> HttpResponseBase:
        """Send the picture.

        Raises:
            UnknownFeature: the remark has no such photo.
        """
        single_values(parameters_of(request), allowed=())
        row = remark_photo(self.inquiry, pk, photo)
        picture = row.thumbnail if self.is_thumbnail else row.image
        return FileResponse(picture.open("rb"), content_type="image/jpeg")
