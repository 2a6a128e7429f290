"""``/wfs`` and ``/wfs/{layer}``: a request is read by its version and answered; a page where nothing is asked."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.decorators import method_decorator
from django.utils.http import parse_etags
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from interface.http.resources import stamped, unchanged
from layers.errors import BodyTooLarge, LayersError, UnsupportedMediaType
from layers.formats.freshness import started_from
from layers.visitor import visitor_of
from wfs.errors import UnreadableRequest
from wfs.operations import Answer, Plan, Service, plan
from wfs.parsing.kvp import Parameters, kvp_version, parse_kvp
from wfs.parsing.xml.dispatch import parse_request, xml_version
from wfs.parsing.xml.reader import parse_xml
from wfs.presenters import addresses, entries, tools
from wfs.requests import Request
from wfs.versions import V2_0_0, Version

_FORM = "application/x-www-form-urlencoded"
# What clients call the body of a request: XML, or what each language sends when it is told nothing.
_XML_TYPES = frozenset(
    {"text/xml", "application/xml", "application/gml+xml", "text/plain", "application/octet-stream", ""}
)


@method_decorator(csrf_exempt, name="dispatch")
class WfsView(View):
    """The one resource of the protocol. Who writes with a session is asked for a CSRF token by the accounts."""

    http_method_names = ["get", "head", "post", "options"]

    def get(self, request: HttpRequest, layer: str = "") -> HttpResponseBase:
        """Answer an operation in the address, or show what the service is."""
        if not request.GET:
            return self.page(layer)
        return self.answer(self.by_parameters(request.GET.lists()), layer)

    def post(self, request: HttpRequest, layer: str = "") -> HttpResponseBase:
        """Answer an operation in the body: a form or XML."""
        if request.content_type == _FORM:
            sent = [*request.GET.lists(), *request.POST.lists()]
            return self.answer(self.by_parameters(sent), layer)
        return self.answer(self.by_xml(), layer)

    def by_parameters(self, given: Any) -> Request:
        """Return the request in an address or a form."""
        parameters = Parameters(given)
        version = self.know(kvp_version(parameters))
        return parse_kvp(parameters, version)

    def by_xml(self) -> Request:
        """Return the request in a body of XML.

        Raises:
            UnsupportedMediaType: a body that is no XML.
            UnknownParameter: the address asks something too.
        """
        if self.request.content_type not in _XML_TYPES or "Content-Encoding" in self.request.headers:
            raise UnsupportedMediaType(
                _("Corps attendu : %(accepted)s, sans compression ; reçu « %(type)s ».")
                % {"accepted": f"text/xml, {_FORM}", "type": (self.request.content_type or "")[:60]},
                parameter="Content-Type",
            )
        root = parse_xml(self.body())
        return parse_request(root, self.know(xml_version(root)))

    def body(self) -> bytes:
        """Return the body of the request.

        Raises:
            BodyTooLarge: over the size that is read.
            UnreadableRequest: cut short.
        """
        try:
            return self.request.body
        except RequestDataTooBig:
            largest = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024
            raise BodyTooLarge(_("Le corps dépasse %d Ko.") % largest) from None
        except OSError:  # the client went away
            raise UnreadableRequest(_("Le corps n’est pas arrivé en entier.")) from None

    def know(self, version: Version) -> Version:
        """Keep the version of the request: a refusal is written as that version does."""
        self.request.wfs_version = version  # type: ignore[attr-defined]  # read by version_of
        return version

    def answer(self, asked: Request, layer: str) -> HttpResponseBase:
        """Return the answer, or word that the client has it already."""
        found = plan(self.service(layer), asked)
        if self.request.method == "POST" or found.fresh is None:
            response = _response(found)
            response["Cache-Control"] = "private, no-store"
            return response
        return unchanged(self.request, found.fresh) or stamped(_response(found), found.fresh)

    def service(self, layer: str) -> Service:
        """Return the service as the visitor meets it at this address."""
        return Service(
            visitor_of(self.request),
            self.request.build_absolute_uri(
                reverse("wfs:layer", args=[layer]) if layer else reverse("wfs:service")
            ),
            lambda name, *arguments: self.request.build_absolute_uri(reverse(name, args=arguments)),
            layer=layer,
            asked=tuple(
                (name, value)
                for name, values in (*self.request.GET.lists(), *self.form())
                for value in values
            ),
            language=get_language() or "",
            expected=_expected(self.request),
        )

    def form(self) -> list[tuple[str, list[str]]]:
        """Return the parameters of a form."""
        is_form = self.request.method == "POST" and self.request.content_type == _FORM
        return list(self.request.POST.lists()) if is_form else []

    def page(self, layer: str) -> HttpResponse:
        """Show what the service is, and how tools add it."""
        service = self.service(layer)
        scopes = service.scopes()
        context = {
            "service": service,
            "addresses": addresses(service),
            "tools": tools(service, scopes),
            "entries": entries(service, scopes),
        }
        response = render(self.request, "wfs/page.html", context)
        response["Cache-Control"] = "private, no-cache"
        patch_vary_headers(response, ["Accept", "Authorization", "Cookie"])
        return response


def _response(found: Plan) -> HttpResponseBase:
    return _sent(found.write())


def _sent(answer: Answer) -> HttpResponseBase:
    response: HttpResponseBase
    if isinstance(answer.body, bytes):
        response = HttpResponse(answer.body, content_type=answer.media_type)
    else:
        response = FileResponse(answer.body, content_type=answer.media_type)
        if answer.size is not None:
            response["Content-Length"] = str(answer.size)
    if answer.file_name:
        response["Content-Disposition"] = f'attachment; filename="{answer.file_name}"'
    return response


def _expected(request: HttpRequest) -> frozenset[str] | None:
    """Return the versions that a write may start from: WFS has no word for them, HTTP has (``If-Match``)."""
    tags = parse_etags(request.headers.get("If-Match", "*"))
    return None if tags == ["*"] else started_from(tags)


def version_of(request: HttpRequest) -> Version:
    """Return the version that a refusal is written in: the one read, else the one that the address names."""
    known = getattr(request, "wfs_version", None)
    if isinstance(known, Version):
        return known
    try:
        return kvp_version(Parameters(request.GET.lists()))
    except (LayersError, TooManyFieldsSent):
        return V2_0_0
