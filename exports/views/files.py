"""``/export/{layer}.{format}``: every row of a query as a file, and its notice."""

from __future__ import annotations

from typing import BinaryIO

from django.core.cache import cache
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.http import parse_etags
from django.utils.translation import get_language

from export_formats.registry import (
    FORMATS,
    HEADINGS,
    NOTICE_TYPE,
    Format,
    check_export,
    crs_of,
    notice_name,
    notice_text,
)
from export_formats.services import ExportFile, digest_of, export_freshness, export_sent, prepare_export
from exports.parsing import parse_export, parse_format
from exports.views.jobs import pop_preparing, redirect_to_job, waits_apart
from interface.http.links import Link, RequestAddress, header, link
from interface.http.media_types import HTML, JSON
from interface.http.ranges import ByteRange, Slice, parse_range
from interface.http.resources import Resource, not_modified, with_validators
from layers import access, queries
from layers.errors import RangeOutside
from layers.formats.http_validators import HttpValidators, http_validators
from layers.parsing.query import PREPARING
from layers.queries import Selection
from layers.visitor import visitor_of
from layers.vocabulary import LICENCE_URLS


class ExportView(Resource):
    """The export of a layer. Parts of it are sent to who asks (RFC 9110, 14), so that a broken download goes on."""

    def get(self, request: HttpRequest, layer: str, form: str) -> HttpResponseBase:
        """Send the file, a part of it, word that the client has it already, or a person to the page of what is long."""
        scope = access.scope(visitor_of(request), layer)
        parameters = dict(request.GET.lists())
        kind = parse_format(form, parameters)
        preparing = pop_preparing(parameters)
        query = parse_export(parameters, scope)
        selection = queries.select(scope, query)
        check_export(selection, kind)
        if waits_apart(request, selection, kind, preparing):
            return redirect_to_job(selection, kind, parameters)
        fresh = export_freshness(selection, kind)
        return self.not_modified(fresh) or self.send(selection, kind, fresh)

    def not_modified(self, fresh: HttpValidators) -> HttpResponseBase | None:
        """Return the 304 of a client that has a copy of this content, whenever it was written."""
        digest = digest_of(fresh)
        for etag in parse_etags(self.request.headers.get("If-None-Match", "")):
            if etag == "*" or etag.removeprefix("W/").startswith(f'"{digest}'):
                response = with_validators(HttpResponse(status=304), fresh)
                response["ETag"] = etag if etag != "*" else fresh.etag
                return response
        return None

    def send(self, selection: Selection, kind: Format, fresh: HttpValidators) -> HttpResponseBase:
        """Send the file or the part asked, with what is known of it beside."""
        file = prepare_export(selection, kind)
        etag = f'"{digest_of(fresh)}.{file.stamp}"'
        response = with_validators(self.part(file, etag), fresh)
        self.tell(response, selection, kind, file)
        response["ETag"] = etag
        response["Accept-Ranges"] = "bytes"
        response["OGC-NumberReturned"] = str(file.written.rows)
        response["Link"] = header(self.links(selection))
        if selection.scope.definition.geometry.is_located:
            response["Content-Crs"] = f"<{crs_of(selection, kind).uri}>"
        return response

    def tell(self, response: HttpResponseBase, selection: Selection, kind: Format, file: ExportFile) -> None:
        """Signal a download: once an hour for a client that reads the file by ranges."""
        if self.request.method != "GET":
            return
        is_beginning = response.headers.get("Content-Range", "bytes 0-").startswith("bytes 0-")
        client_key = visitor_of(self.request).client_key.replace(" ", "-")
        reader = f"export-parts:{client_key}:{selection.scope.key}:{file.stamp}"
        if is_beginning or cache.add(reader, True, 3_600):
            export_sent.send(
                sender=ExportView,
                scope=selection.scope,
                extension=kind.extension,
                rows=file.written.rows,
                question=dict(self.request.GET.lists()) | visitor_of(self.request).plan_parameters,
            )

    def part(self, file: ExportFile, etag: str) -> HttpResponseBase:
        """Return the response with the bytes asked: all of them, or a range.

        Raises:
            RangeOutside: the range begins after the end.
        """
        size, requested = file.written.size, self.range_of(file.written.size, etag)
        if requested is None:
            return self.response(file, file.body, size)
        if requested.is_outside:
            file.body.close()
            raise RangeOutside(size)
        partial = self.response(file, Slice(file.body, requested.start, requested.size), requested.size)
        partial.status_code = 206
        partial["Content-Range"] = f"bytes {requested.start}-{requested.end}/{size}"
        return partial

    def range_of(self, size: int, etag: str) -> ByteRange | None:
        """Return the range asked of a file, None for the whole: ranges are of GET alone (RFC 9110, 14.2)."""
        headers = self.request.headers
        if self.request.method != "GET" or headers.get("If-Range", etag) != etag:
            return None
        return parse_range(headers.get("Range", ""), size)

    def response(self, file: ExportFile, body: BinaryIO | Slice, size: int) -> FileResponse:
        """Return a response that sends a body; a range and a compressed format are sent as they are."""
        written = file.written
        if "Range" in self.request.headers or not written.media_type.startswith("text/"):
            self.request.META.pop("HTTP_ACCEPT_ENCODING", None)
        response = FileResponse(
            body, as_attachment=True, filename=written.file_name, content_type=written.media_type
        )
        response["Content-Length"] = str(size)
        return response

    def links(self, selection: Selection) -> list[Link]:
        """Return what goes with the file: the collection, the licence, and the notice of the same question."""
        slug, licence = selection.scope.slug, selection.scope.layer.licence
        parameters = {
            name: values for name, values in self.request.GET.lists() if name not in {PREPARING, HEADINGS}
        }
        notice = RequestAddress(self.reverse("exports:notice", slug), parameters).with_query()
        links = [link("collection", self.reverse("ogc:collection", slug), JSON)]
        if licence in LICENCE_URLS:
            links.append(link("license", LICENCE_URLS[licence], HTML))
        linked: list[Link] = self.linked([*links, link("describedby", notice, "text/plain")])
        return linked


class NoticeView(Resource):
    """``/export/{layer}.notice.txt``: what a file without a place for it does not say of itself."""

    def get(self, request: HttpRequest, layer: str) -> HttpResponseBase:
        """Answer with the notice of the question, to who may take its file."""
        scope = access.scope(visitor_of(request), layer)
        query = parse_export(dict(request.GET.lists()), scope)
        selection = queries.select(scope, query)
        check_export(selection, FORMATS["csv"])
        address = request.build_absolute_uri()
        fresh = http_validators(selection.scope, selection.version, (address, get_language() or ""))
        return not_modified(request, fresh) or with_validators(self.text(selection, address), fresh)

    def text(self, selection: Selection, address: str) -> HttpResponse:
        """Return the notice, which a browser shows and keeps under the name of the file."""
        text = notice_text(
            selection, page=self.reverse("explorer:layer", selection.scope.slug), address=address
        )
        response = HttpResponse(text, content_type=NOTICE_TYPE)
        response["Content-Disposition"] = f'inline; filename="{notice_name(selection)}"'
        return response
