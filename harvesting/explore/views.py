"""The addresses of the former portal, answered with 200 and without redirection, with and without their last slash."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponseBase, QueryDict
from django.urls import resolve, reverse
from django.views import View

from harvesting import visits
from harvesting.answers import catalogue_response
from harvesting.dcat.pages import export_body
from harvesting.dcat.writing import RDF_FORMS
from harvesting.explore.parsing import parse_catalogue_export, parse_dataset_export
from harvesting.explore.queries import UnknownAttachment, attachment, slug_of
from harvesting.public_catalogue import public_catalogue
from harvesting.vocabulary import HarvestProtocol
from interface.http.resources import Resource
from layers.errors import UnknownLayer
from layers.parsing.query import single_values
from layers.visitor import visitor_of


class CatalogueExportView(Resource):
    """``/api/explore/v2.1/catalog/exports/dcat/``: every public dataset in one page of RDF/XML."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Answer with the catalogue, its headers alone (HEAD), or word that the client has it."""
        visits.note(request, HarvestProtocol.DCAT, "explore", 0)
        export = parse_catalogue_export(dict(request.GET.lists()))
        catalogue = public_catalogue(visitor_of(request))
        body = export_body(
            catalogue, origin=self.origin, formats=export.formats, is_labelled=export.is_labelled
        )
        response = catalogue_response(request, body, RDF_FORMS["rdf"].media_type)
        if request.method == "GET" and response.status_code == 200:
            records = catalogue.records()
            visits.note(request, HarvestProtocol.DCAT, "explore", len(records), records)
        return response


class DatasetExportView(Resource):
    """``…/datasets/{id}/exports/{format}``: the file of a dataset, written as any export of its layer."""

    def get(self, request: HttpRequest, dataset: str, form: str) -> HttpResponseBase:
        """Send the file.

        Raises:
            UnknownLayer: no such dataset, or it is hidden: the same 404, since the former API has no other.
        """
        extension, parameters = parse_dataset_export(dict(request.GET.lists()), form)
        own = QueryDict(mutable=True)
        own.update(parameters)
        request.GET = own  # type: ignore[assignment]  # the export reads its own parameters
        try:
            return _answered_at(request, reverse("exports:file", args=[_slug(dataset), extension]))
        except UnknownLayer as error:
            raise UnknownLayer(dataset) from error


class AttachmentView(Resource):
    """``/api/v2/catalog/datasets/{id}/attachments/{attachment}``: the document as it was deposited."""

    def get(self, request: HttpRequest, dataset: str, name: str) -> HttpResponseBase:
        """Send the document.

        Raises:
            UnknownLayer, UnknownAttachment: there is none for this visitor.
        """
        single_values(dict(request.GET.lists()), allowed=())
        try:
            row = attachment(visitor_of(request), dataset, name)
            body = row.path.open("rb")
        except UnknownLayer as error:
            raise UnknownLayer(dataset) from error
        except FileNotFoundError as error:
            raise UnknownAttachment(name) from error
        request.META.pop("HTTP_ACCEPT_ENCODING", None)  # sent as it is: its length is in the header
        response = FileResponse(body, as_attachment=True, filename=row.file_name, content_type=row.media_type)
        response["Cache-Control"] = "private, no-cache"
        return response


class DatasetPageView(View):
    """``/explore/dataset/{id}/``: the page of the layer, at the address that identifies the dataset for good."""

    def get(self, request: HttpRequest, dataset: str) -> HttpResponseBase:
        """Answer with the page of the layer, and the address that search engines list it by."""
        path = reverse("explorer:layer", args=[_slug(dataset)])
        response = _answered_at(request, path)
        response["Link"] = f'<{request.build_absolute_uri(path)}>; rel="canonical"'
        return response


def _slug(dataset: str) -> str:
    """Return the slug of the layer of a dataset.

    Raises:
        UnknownLayer: the identifier is none that a layer may have.
    """
    slug = slug_of(dataset)
    if not slug.replace("-", "").replace("_", "").isalnum() or not slug.isascii():
        raise UnknownLayer(dataset)
    return slug


def _answered_at(request: HttpRequest, path: str) -> HttpResponseBase:
    """Return the answer of the view at another address of the portal."""
    match = resolve(path)
    response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    return response
