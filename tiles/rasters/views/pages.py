"""Pages of producers below ``/rasters/``: a raster is made, files are given, versions go online and come back."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from interface.forms import form_errors
from layers.errors import LayersError, StorageFull, status_of
from layers.visitor import Visitor, visitor_of
from layers.vocabulary import JobState
from publication.layers import LayerSubject
from publication.services import policy_of, publish_or_submit
from publication.vocabulary import SubmissionState
from tiles.rasters import presenters
from tiles.rasters.forms import (
    RasterClassFormSet,
    RasterFileForm,
    RasterForm,
    RasterStyleForm,
    initial_classes,
    initial_style,
)
from tiles.rasters.jobs import enqueue_statistics
from tiles.rasters.services.imports import RasterReading
from tiles.rasters.services.uploads import RASTER_UPLOADS, request_import, request_new_import
from tiles.rasters.services.versions import RasterIdentity, RasterVersionSubject, change_raster, may_create


def _import_options(form: RasterFileForm, visitor: Visitor) -> dict[str, Any]:
    """Return the import options of the form."""
    cleaned = form.cleaned_data
    return {
        "file": cleaned["file"],
        "visitor": visitor,
        "reading": RasterReading(crs=cleaned["crs"], nodata=cleaned["nodata"] or None),
        "is_published": cleaned["is_published"],
    }


def _status(form: Any, fault: LayersError | None) -> HTTPStatus:
    """Return the status of the page of a form: that of a full disk, which is no fault of the form, is its own."""
    if isinstance(fault, StorageFull):
        return status_of(fault)
    return HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK


class RasterListView(View):
    """The rasters that the person feeds."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the list."""
        visitor = visitor_of(request)
        fed, is_maker = presenters.fed_rasters(visitor), may_create(visitor)
        if not fed and not is_maker:
            raise Http404
        return render(request, "tiles/rasters/list.html", {"fed": fed, "is_maker": is_maker})


class NewRasterView(View):
    """A new raster with its first file."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Render the form."""
        return self._page(request, RasterForm(visitor=self._maker(request)))

    def post(self, request: HttpRequest) -> HttpResponse:
        """Make the raster and give its file to the workers."""
        visitor = self._maker(request)
        form = RasterForm(request.POST, request.FILES, visitor=visitor)
        if not form.is_valid():
            return self._page(request, form)
        names = ("slug", "title", "theme", "kind", "unit", "decimals", "abstract", "source", "licence")
        values = {name: form.cleaned_data[name] for name in (*names, "visibility", "producer")}
        try:
            upload = request_new_import(identity=RasterIdentity(**values), **_import_options(form, visitor))
        except LayersError as error:
            form.add_error(error.parameter if error.parameter in form.fields else None, error.detail)
            return self._page(request, form, error)
        return redirect("raster-pages:upload", upload.pk)

    def _maker(self, request: HttpRequest) -> Visitor:
        visitor = visitor_of(request)
        if not may_create(visitor):
            raise Http404
        return visitor

    def _page(self, request: HttpRequest, form: RasterForm, fault: LayersError | None = None) -> HttpResponse:
        context = {"form": form, "faults": form_errors(form), "limit": settings.RASTER_UPLOAD_MAX_BYTES}
        return render(request, "tiles/rasters/new.html", context, status=_status(form, fault))


class RasterView(View):
    """A raster for its producer: its versions, a new file."""

    def get(self, request: HttpRequest, raster: str) -> HttpResponse:
        """Render the page."""
        return self._page(request, raster, RasterFileForm())

    def post(self, request: HttpRequest, raster: str) -> HttpResponse:
        """Give a file to the workers."""
        visitor = visitor_of(request)
        fed = presenters.fed_raster(visitor, raster)
        form, fault = RasterFileForm(request.POST, request.FILES), None
        if form.is_valid():
            try:
                upload = request_import(raster=fed.raster, **_import_options(form, visitor))
                return redirect("raster-pages:upload", upload.pk)
            except LayersError as error:
                fault = error
                form.add_error("file", error.detail)
        return self._page(request, raster, form, fault)

    def _page(
        self, request: HttpRequest, slug: str, form: RasterFileForm, fault: LayersError | None = None
    ) -> HttpResponse:
        visitor = visitor_of(request)
        fed = presenters.fed_raster(visitor, slug)
        lenient = policy_of(LayerSubject(fed.raster.layer)).producers_approve
        context = {
            "fed": fed,
            "layer": fed.raster.layer,
            "versions": [
                (version, presenters.understood(version), lenient or version.created_by_id != visitor.user_id)
                for version in fed.raster.versions.all()
            ],
            "uploads": presenters.recent_uploads(visitor, fed),
            "form": form,
            "faults": form_errors(form),
            "limit": settings.RASTER_UPLOAD_MAX_BYTES,
        }
        return render(request, "tiles/rasters/raster.html", context, status=_status(form, fault))


class RasterPublicationView(View):
    """A version goes online, the last one or one to come back to; or it waits for somebody else."""

    def post(self, request: HttpRequest, raster: str, number: int) -> HttpResponse:
        """Put it online, or submit it."""
        visitor = visitor_of(request)
        version = presenters.version_of(presenters.fed_raster(visitor, raster), number)
        submission = publish_or_submit(subject=RasterVersionSubject(version), visitor=visitor)
        if submission.state == SubmissionState.SUBMITTED:
            messages.success(request, _("La version %d attend qu’une autre personne l’approuve.") % number)
        enqueue_statistics(version)
        return redirect("raster-pages:raster", raster)


class RasterStyleView(View):
    """How a raster is called and drawn, without a line of code."""

    def get(self, request: HttpRequest, raster: str) -> HttpResponse:
        """Render the forms."""
        scope = self._scope(request, raster)
        classes = RasterClassFormSet(initial=initial_classes(scope), prefix="classes")
        return self._page(request, scope, RasterStyleForm(initial=initial_style(scope)), classes)

    def post(self, request: HttpRequest, raster: str) -> HttpResponse:
        """Write the style, and show the raster drawn in it."""
        scope = self._scope(request, raster)
        form, classes = RasterStyleForm(request.POST), RasterClassFormSet(request.POST, prefix="classes")
        if form.is_valid() and classes.is_valid():
            rows = [row for one in classes if (row := one.style_class) is not None]
            try:
                change_raster(
                    scope=scope, values=form.cleaned_data, classes=rows, visitor=visitor_of(request)
                )
                enqueue_statistics(scope.online)
                return redirect("raster-pages:style", raster)
            except LayersError as error:
                form.add_error(None, error.detail)
        return self._page(request, scope, form, classes)

    def _scope(self, request: HttpRequest, slug: str) -> Any:
        visitor = visitor_of(request)
        scope = presenters.online_scope(visitor, presenters.fed_raster(visitor, slug))
        if scope is None or not scope.can_publish:
            raise Http404
        return scope

    def _page(self, request: HttpRequest, scope: Any, form: RasterStyleForm, classes: Any) -> HttpResponse:
        faults = [*form_errors(form), *(fault for one in classes for fault in form_errors(one))]
        context = {
            "scope": scope,
            "layer": scope.layer,
            "form": form,
            "class_rows": classes,
            "faults": faults,
        }
        return render(request, "tiles/rasters/style.html", context, status=400 if faults else 200)


class RasterUploadView(View):
    """A file on its way: how far the worker is, what it understood, why it refused."""

    def get(self, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
        """Render the page."""
        upload = presenters.own_upload(visitor_of(request), key)
        version = upload.version
        context = {
            "upload": upload,
            "layer": upload.raster.layer,
            "state": JobState(upload.state),
            "phase": presenters.phase_words(upload),
            "share": presenters.share_of(upload),
            "understood": presenters.understood(version) if version is not None else [],
            "is_online": version is not None and upload.raster.online_id == version.pk,
        }
        return render(request, "tiles/rasters/upload.html", context)

    def post(self, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
        """Cancel it."""
        upload = presenters.own_upload(visitor_of(request), key)
        RASTER_UPLOADS.cancel(upload)
        return redirect(reverse("raster-pages:upload", args=[key]))
