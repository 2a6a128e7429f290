"""Where a file is that a worker reads or loads: a page to close and to come back to, and what may be done there."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.vary import vary_on_headers

from datasets.imports.orders import cancel, resume, take_part
from datasets.imports.presenters import progress_words
from datasets.imports.queries import upload_of
from datasets.models import Upload
from datasets.versions.requests import steps
from datasets.vocabulary import UploadState
from layers.errors import LayersError
from layers.visitor import visitor_of

_JSON = "application/json"


@method_decorator([never_cache, vary_on_headers("Accept")], name="dispatch")
class StateView(View):
    """The page works without script, by its link that reads it again; a script asks for JSON."""

    def get(self, request: HttpRequest, key: UUID) -> HttpResponse:
        """Tell how far the work is, or go where it led."""
        upload = upload_of(visitor_of(request), key)
        words, onwards = progress_words(upload), _onwards(upload)
        if request.accepts("text/html"):
            if onwards:
                return redirect(onwards)
            context: dict[str, Any] = {"upload": upload, "dataset": upload.dataset, "words": words}
            context["is_kept"] = upload.location.exists()
            step = 3 if upload.state == UploadState.LOADING or upload.is_understood else 1
            return render(request, "datasets/wizard/state.html", context | steps(step))
        told = {"state": upload.state, "progress": upload.progress, "share": words.share}
        return JsonResponse(told | {"words": asdict(words), "url": onwards}, content_type=_JSON)


class CancelView(View):
    """The button that stops the work."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, key: UUID) -> HttpResponse:
        """Stop it, and show where the file is."""
        cancel(upload=upload_of(visitor_of(request), key))
        return redirect("datasets:state", key)


class ResumeView(View):
    """The button that orders the work again that stopped."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, key: UUID) -> HttpResponse:
        """Order it, and show how far it is."""
        visitor = visitor_of(request)
        upload = upload_of(visitor, key)
        try:
            resume(upload=upload, visitor=visitor)
        except LayersError as error:
            messages.error(request, error.detail)
        return redirect("datasets:state", key)


class PartView(View):
    """The buttons that begin another import with another sheet or layer of the same file."""

    http_method_names = ["post", "options"]

    def post(self, request: HttpRequest, key: UUID) -> HttpResponse:
        """Begin it, and show how far it is."""
        visitor = visitor_of(request)
        upload = upload_of(visitor, key)
        try:
            taken = take_part(upload=upload, part=request.POST.get("part", ""), visitor=visitor)
        except LayersError as error:
            messages.error(request, error.detail)
            return redirect("datasets:columns", key)
        except FileNotFoundError:
            messages.error(request, _("Ce fichier n’est plus gardé : donnez-le de nouveau."))
            return redirect("datasets:home")
        return redirect("datasets:state", taken.pk)


def _onwards(upload: Upload) -> str:
    """Return the address that the work led to; empty while it goes on, and when it ends here."""
    if upload.state == UploadState.LOADED and upload.delivery is not None:
        delivery = upload.delivery
        return reverse("datasets:delivery", args=[delivery.dataset.layer.slug, delivery.number])
    is_over = upload.state in {UploadState.READ, UploadState.LOADED, UploadState.FAILED}
    return reverse("datasets:columns", args=[upload.pk]) if is_over and upload.is_understood else ""
