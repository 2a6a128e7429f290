"""The first step: somebody gives a file, for a new dataset or for one they feed."""

from __future__ import annotations

from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from datasets.access import check_create, check_load, is_creator
from datasets.imports.orders import receive_file
from datasets.versions.drop_zone import drop_zone
from datasets.versions.queries import dataset_of
from datasets.versions.requests import steps
from datasets.wizard.forms.upload import UploadForm
from datasets.wizard.upload_handlers import disk_full, receive
from interface.forms import form_errors
from layers.errors import StorageFull
from layers.visitor import visitor_of


@method_decorator(csrf_exempt, name="dispatch")
class UploadView(View):
    """The form of the file. The token is checked in ``post``, once it is decided how the file is received."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the dataset, or make sure that the person may create one."""
        visitor, slug = visitor_of(request), kwargs.pop("slug", "")
        self.dataset = dataset_of(visitor, slug) if slug else None
        if self.dataset is not None:
            check_load(visitor, self.dataset)
        elif is_creator(visitor):
            check_create(visitor)
        else:
            raise Http404
        self.received = receive(request)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the form."""
        return self._page(request, UploadForm())

    @method_decorator(csrf_protect)
    def post(self, request: HttpRequest) -> HttpResponse:
        """Keep the file, order its reading, and go where that is shown; the page's script is told where."""
        form = UploadForm(request.POST, request.FILES)
        if not form.is_valid():
            return self._page(request, form)
        file, visitor = form.cleaned_data["file"], visitor_of(request)
        try:
            upload = receive_file(file=file, visitor=visitor, dataset=self.dataset)
        except (OSError, StorageFull):
            self.received.is_full = True
            return self._page(request, form, fault=disk_full())
        onwards = reverse("datasets:state", args=[upload.pk])
        return JsonResponse({"url": onwards}, status=201) if _is_script(request) else redirect(onwards)

    def _page(self, request: HttpRequest, form: UploadForm, *, fault: str = "") -> HttpResponse:
        """Render the form with what stands in the way, beside the field and above it."""
        told = fault or self.received.fault
        if told:
            form.errors.pop("file", None)
            form.add_error("file", told)
        refused = HTTPStatus.INSUFFICIENT_STORAGE if self.received.is_full else HTTPStatus.BAD_REQUEST
        faults, status = form_errors(form), refused if form.errors else HTTPStatus.OK
        if _is_script(request):
            return JsonResponse({"faults": [asdict(fault) for fault in faults]}, status=status)
        context: dict[str, Any] = {"form": form, "dataset": self.dataset, "faults": faults}
        context |= {"address": request.path} | drop_zone() | steps(1)
        return render(request, "datasets/wizard/upload.html", context, status=status)


def _is_script(request: HttpRequest) -> bool:
    """Whether the script of the page sends the form, and stays on it."""
    return request.method == "POST" and request.headers.get("Accept", "") == "application/json"
