"""The steps of an import: the file arrives, is read, its columns are accepted, and it is loaded.

The file is streamed to the disk, and stopped at the size limit or at a full disk with a message for the person. The
form of the columns is the second step. A page shows how far a worker is.
"""

from __future__ import annotations

import logging
from dataclasses import asdict
from http import HTTPStatus
from pathlib import Path
from tempfile import gettempdir
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.vary import vary_on_headers

from datasets.access import check_create, check_load, dataset_of, is_creator, may_create
from datasets.imports.actions import (
    abandon,
    cancel,
    import_other_layer,
    receive_file,
    request_loading,
    request_partial_loading,
    request_reading,
    resume,
)
from datasets.imports.presenters import progress_words
from datasets.imports.proposal import Proposal, accepted_schema, preview, proposal_of
from datasets.imports.uploads import upload_of
from datasets.models import Upload
from datasets.versions.presenters import drop_zone
from datasets.versions.views import form_number, steps
from datasets.vocabulary import UploadStage
from datasets.wizard.forms.wizard import ReadingForm, UploadForm, WizardForms
from datasets.wizard.presenters import (
    finding_groups,
    findings_of_imported,
    proposed_columns,
    raw_lines,
    stored_rows,
)
from interface.forms import FormError, form_errors
from interface.map_config import features_map_config
from interface.wording import size
from layers.errors import LayersError, StorageFull
from layers.services.storage import check_space
from layers.visitor import visitor_of

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/geo+json"
_JSON = "application/json"


class BoundedUpload(TemporaryFileUploadHandler):
    """Writes to a temporary file of its own, mode 0600; ``fault`` says why it stopped, empty when it did not.

    ``is_full``: it stopped because the disk has no room.
    """

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.fault = ""
        self.is_full = False
        self._expected = 0

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803 (Django's name)
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> Any:
        """Record the size of the request; Django's parser reads it."""
        self._expected = content_length

    def receive_data_chunk(self, raw_data: bytes, start: int) -> Any:
        """Write a chunk, or drain the rest of the request without keeping it."""
        if start == 0:
            self._check_space()
        if start + len(raw_data) > settings.DATASET_UPLOAD_MAX_BYTES:
            limit = size(settings.DATASET_UPLOAD_MAX_BYTES)
            self._stop(
                _("Ce fichier dépasse %s. Découpez-le, ou demandez à l’équipe SIG de l’importer.") % limit
            )
        try:
            return super().receive_data_chunk(raw_data, start)
        except OSError as error:
            logger.error("A file given to the wizard found no room: %s", error)
            self._stop_full()

    def _check_space(self) -> None:
        """Stop at the first chunk of a file for which the disk has no room."""
        try:
            check_space(Path(gettempdir()), self._expected)
        except StorageFull:
            self._stop_full()

    def _stop_full(self) -> None:
        self.is_full = True
        self._stop(disk_full())

    def _stop(self, fault: str) -> None:
        self.fault = fault
        self.file.close()  # which removes it
        raise StopUpload(connection_reset=False)


def disk_full() -> str:
    """Return the message for a full disk."""
    return _("Le disque du serveur ne peut pas recevoir ce fichier. Prévenez l’équipe SIG.")


def receive(request: HttpRequest) -> BoundedUpload:
    """Choose how the file of this request is received; to be called before anything of the form is read."""
    handler = BoundedUpload(request)
    request.upload_handlers = [handler]
    return handler


@method_decorator([never_cache, vary_on_headers("Accept")], name="dispatch")
class StateView(View):
    """The page works without script, by its refresh link; a script requests JSON."""

    def get(self, request: HttpRequest, key: UUID) -> HttpResponse:
        """Show the progress of the work, or redirect to its result."""
        upload = upload_of(visitor_of(request), key)
        words, onwards = progress_words(upload), _onwards(upload)
        if request.accepts("text/html"):
            if onwards:
                return redirect(onwards)
            context: dict[str, Any] = {"upload": upload, "dataset": upload.dataset, "words": words}
            context["has_file"] = upload.location.exists()
            step = 3 if upload.stage is UploadStage.LOADING or upload.is_understood else 1
            return render(request, "datasets/wizard/state.html", context | steps(step))
        state = {"state": upload.stage, "progress": upload.progress, "share": words.share}
        return JsonResponse(state | {"words": asdict(words), "url": onwards}, content_type=_JSON)


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
            other = import_other_layer(upload=upload, part=request.POST.get("part", ""), visitor=visitor)
        except LayersError as error:
            messages.error(request, error.detail)
            return redirect("datasets:columns", key)
        except FileNotFoundError:
            messages.error(request, _("Ce fichier n’est plus gardé : donnez-le de nouveau."))
            return redirect("datasets:home")
        return redirect("datasets:state", other.pk)


def _onwards(upload: Upload) -> str:
    """Return the address of the result of the work; empty while it runs, and when it ends here."""
    if upload.stage is UploadStage.LOADED and upload.delivery is not None:
        delivery = upload.delivery
        return reverse("datasets:delivery", args=[delivery.dataset.layer.slug, delivery.number])
    is_over = upload.stage in {UploadStage.READ, UploadStage.LOADED, UploadStage.FAILED}
    return reverse("datasets:columns", args=[upload.pk]) if is_over and upload.is_understood else ""


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
        """Store the file, queue its reading, and redirect to its progress; a script gets the address as JSON."""
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
        """Render the form with its errors, at the field and above it."""
        message = fault or self.received.fault
        if message:
            form.errors.pop("file", None)
            form.add_error("file", message)
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


class ColumnsView(View):
    """Columns, roles and geometry in one form; sending it loads and checks the file."""

    def get(self, request: HttpRequest, key: UUID) -> HttpResponse:
        """Render the form, or redirect to the progress of the work under way."""
        upload = upload_of(visitor_of(request), key)
        if upload.is_unfinished or not upload.is_understood:
            return redirect("datasets:state", key)
        return self._page(request, upload, _forms(request, upload))

    def post(self, request: HttpRequest, key: UUID) -> HttpResponse:
        """Order the loading that the form describes; the same form sent twice is one loading."""
        upload = upload_of(visitor_of(request), key)
        if upload.is_unfinished or not upload.is_understood:
            return redirect("datasets:state", key)
        forms = _forms(request, upload)
        if not forms.is_valid():
            return self._page(request, upload, forms)
        try:
            _load(request, upload, forms)
        except LayersError as error:
            forms.refuse(error)
            return self._page(request, upload, forms)
        return redirect("datasets:state", key)

    def _page(self, request: HttpRequest, upload: Upload, forms: WizardForms) -> HttpResponse:
        proposal, faults = forms.proposal, forms.faults()
        stopped = [FormError(upload.error)] if upload.error and not faults else []
        context = page_context(upload, proposal) | {
            "takes_parts": may_create(visitor_of(request)),
            "formset": forms.formset,
            "columns": forms.columns,
            "roles": forms.roles,
            "geometry": forms.geometry,
            "identity": forms.identity,
            "faults": faults or stopped,
        }
        return render(request, "datasets/wizard/columns.html", context, status=400 if faults else 200)


class ReadingView(View):
    """Order that the file is read again: another sheet, another delimiter, another encoding."""

    def post(self, request: HttpRequest, key: UUID) -> HttpResponse:
        """Order it, and show how far it is."""
        upload = upload_of(visitor_of(request), key)
        form = ReadingForm(request.POST, proposal=proposal_of(upload))
        if not form.is_valid():
            messages.error(request, _("Ce réglage de lecture n’existe pas."))
            return redirect("datasets:columns", key)
        request_reading(upload=upload, reading=form.cleaned_data)
        return redirect("datasets:state", key)


class PreviewView(View):
    """The first positions of the file."""

    def get(self, request: HttpRequest, key: UUID) -> JsonResponse:
        """Answer GeoJSON, for the owner's map alone."""
        upload = upload_of(visitor_of(request), key)
        accepted = accepted_schema(upload)
        recipe = accepted[1] if accepted else proposal_of(upload).recipe
        response = JsonResponse(preview(upload, recipe), content_type=MEDIA_TYPE)
        response["Cache-Control"] = "private, no-store"
        return response


class PartialView(View):
    """Load a refused file again, without its rows in error."""

    def post(self, request: HttpRequest, key: UUID) -> HttpResponse:
        """Order it, and show how far it is."""
        upload = upload_of(visitor_of(request), key)
        try:
            request_partial_loading(
                upload=upload, visitor=visitor_of(request), after=form_number(request, "after")
            )
        except LayersError as error:
            messages.error(request, error.detail)
        return redirect("datasets:state", key)


class AbandonView(View):
    """Delete a file."""

    def post(self, request: HttpRequest, key: UUID) -> HttpResponse:
        """Take the file away."""
        upload = upload_of(visitor_of(request), key)
        abandon(upload=upload)
        messages.success(request, _("L’import de « %s » est abandonné, le fichier est effacé.") % upload)
        return redirect("datasets:home")


def _load(request: HttpRequest, upload: Upload, forms: WizardForms) -> None:
    request_loading(
        upload=upload,
        schema=forms.schema,
        recipe=forms.geometry.value,
        visitor=visitor_of(request),
        after=form_number(request, "after"),
        identity=forms.new_identity,
    )


def _forms(request: HttpRequest, upload: Upload) -> WizardForms:
    return WizardForms(
        proposal_of(upload),
        visitor=visitor_of(request),
        is_new=upload.dataset is None,
        accepted=accepted_schema(upload),
        posted=request.POST if request.method == "POST" else None,
    )


def page_context(upload: Upload, proposal: Proposal) -> dict[str, object]:
    """Return the context of the page without its forms."""
    schema, recipe = accepted_schema(upload) or (proposal.proposal, proposal.recipe)
    positions = features_map_config(reverse("datasets:preview", args=[upload.pk]))
    return {
        "upload": upload,
        "dataset": upload.dataset,
        "lines": raw_lines(proposal),
        "totals": proposal.layout.total_lines,
        "other_parts": [part for part in proposal.parts if part != proposal.part],
        "is_certain": proposal.layout.is_certain,
        "proposed": proposed_columns(proposal, schema, recipe),
        "stored": stored_rows(proposal, schema),
        "findings": finding_groups(findings_of_imported(proposal, schema, recipe)),
        "unknown": proposal.unknown,
        "position_columns": proposal.position_columns,
        "computed": tuple(title for title in proposal.computed if title not in proposal.position_columns),
        "is_unrecognised": proposal.is_unrecognised,
        "published_schema": proposal.schema.published_schema,
        "reading": ReadingForm(initial=upload.options.get("reading"), proposal=proposal),
        "preview_map": positions if proposal.recipe.kind != "none" else None,
        "map_caption": _("Les 1 000 premières positions du fichier, au plus."),
    } | steps(2)
