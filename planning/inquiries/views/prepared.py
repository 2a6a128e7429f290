"""``/urbanisme/enquetes/{slug}/registre/document/``: the register that the worker writes, for who asked for it."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from interface.requests import parameters_of
from layers.errors import UnknownFeature
from layers.parsing import single_values
from layers.visitor import visitor_of
from layers.vocabulary import JobState
from planning.inquiries.paper import REGISTER_FILES, request_register, visible_register
from planning.inquiries.queries import register_of
from planning.models import PublicInquiry, RegisterJob


class RegisterRequestView(View):
    """The button that has the register prepared."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, slug: str) -> HttpResponse:
        """Request the document, and show its own page."""
        single_values(parameters_of(request), allowed=())
        return _requested(request, register_of(visitor_of(request), slug))


@method_decorator(never_cache, name="dispatch")
class RegisterJobPage(View):
    """Base of the views of a prepared register: only who requested it sees it, as long as they read the register."""

    def job(self, slug: str, pk: UUID) -> RegisterJob:
        """Return the job of the document.

        Raises:
            UnknownFeature: it is not this visitor's, or not any more, or of another inquiry.
            UnknownParameter: the address has one, and none is read here.
        """
        single_values(parameters_of(self.request), allowed=())
        job = visible_register(pk=pk, visitor=visitor_of(self.request))
        if job.inquiry.slug != slug:
            raise UnknownFeature(_("Ce fichier n’existe pas, ou n’est plus à vous."), parameter="id")
        return job


class RegisterJobView(RegisterJobPage):
    """``…/{id}/``: where the document is; works without script, by its link."""

    def get(self, request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
        """Show the state of the job."""
        job = self.job(slug, pk)
        context = {"prepared": job, "state": JobState(job.state), "inquiry": job.inquiry}
        return render(request, "planning/inquiries/job.html", context)


class RegisterJobFileView(RegisterJobPage):
    """``…/{id}/fichier/``: the document."""

    def get(self, request: HttpRequest, slug: str, pk: UUID) -> HttpResponseBase:
        """Send the file, or redirect to its page when there is none (yet, or any more)."""
        job = self.job(slug, pk)
        if job.state != JobState.READY:
            return redirect("inquiries:register-job", slug, pk)
        try:
            body = job.path.open("rb")
        except FileNotFoundError as error:
            raise UnknownFeature(_("Ce fichier n’est plus gardé."), parameter="id") from error
        request.META.pop("HTTP_ACCEPT_ENCODING", None)  # sent as it is: its length is in the header
        response = FileResponse(
            body, as_attachment=True, filename=job.file_name, content_type="application/pdf"
        )
        response["Content-Security-Policy"] = "sandbox"
        return response


class CancelRegisterJobView(RegisterJobPage):
    """The button that forgets the document, finished or not."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
        """Remove it, and show the register again."""
        REGISTER_FILES.remove(self.job(slug, pk))
        return redirect("inquiries:register", slug)


class RetryRegisterJobView(RegisterJobPage):
    """The button that asks again, after an error, or when the file is not stored any more."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
        """Request the same document again, and show its own page."""
        return _requested(request, self.job(slug, pk).inquiry)


def _requested(request: HttpRequest, inquiry: PublicInquiry) -> HttpResponse:
    site = request.build_absolute_uri("/")[:-1]
    job = request_register(visitor=visitor_of(request), inquiry=inquiry, site=site)
    response = redirect("inquiries:register-job", inquiry.slug, job.pk)
    response.status_code = 303
    return response
