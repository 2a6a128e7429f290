"""``/wfs`` and ``/wfs/{layer}``: a request is parsed by its version and answered; without one, a page.

``/connecter/portail.qgs`` and ``/connecter/{layer}.qlr`` are what QGIS opens, styled and in groups.
"""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.http.request import RawPostDataException
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.decorators import method_decorator
from django.utils.http import parse_etags
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from interface.http.resources import not_modified, with_validators
from interface.http.xml_bodies import check_coding, check_media_type, whole_body
from layers import access, queries
from layers.errors import BodyTooLarge, InvalidParameter, LayersError
from layers.formats.http_validators import started_from
from layers.parsing import single_values
from layers.sql.query_limiter import declare_reading
from layers.visitor import visitor_of
from wfs.errors import UnsupportedOption
from wfs.formats.qgis import SOURCES, QgisSource, layer_file, project
from wfs.operations import DeferredResponse, Response, Service, layer_record, plan
from wfs.parsing.kvp import Parameters, kvp_version, parse_kvp
from wfs.parsing.xml import parse_xml
from wfs.parsing.xml.requests import parse_request, xml_version
from wfs.presenters import addresses, editing_steps, entries, tools
from wfs.requests import Request, Transaction
from wfs.versions import V2_0_0, VERSIONS, Version

_FORM = "application/x-www-form-urlencoded"
# The parameters that tell which version a request is of.
_OF_VERSION = frozenset({"REQUEST", "VERSION", "ACCEPTVERSIONS"})
# Where a body that cannot be read says its version: the attribute of its root, or the parameter.
_START = 4_096
_NAMED_VERSION = re.compile(rb"(?:^|[\s&?])version\s*=\s*[\"']?([0-9.]{5})", re.IGNORECASE)


@method_decorator(csrf_exempt, name="dispatch")
class WfsView(View):
    """The one resource of the protocol. Writes in a session need a CSRF token, checked by the accounts."""

    http_method_names = ["get", "head", "post", "options"]

    def get(self, request: HttpRequest, layer: str = "") -> HttpResponseBase:
        """Answer an operation in the address, or show what the service is."""
        if not request.GET:
            return self.page(layer)
        operation = self.by_parameters(request.GET.lists())
        if isinstance(operation, Transaction):
            raise UnsupportedOption(
                _("Une adresse ne supprime rien : envoyez ces paramètres par POST."), parameter="REQUEST"
            )
        return self.answer(operation, layer)

    def post(self, request: HttpRequest, layer: str = "") -> HttpResponseBase:
        """Answer an operation in the body: a form or XML."""
        check_coding(self.request)
        if _is_form(request):
            self.body()
            sent = [*request.GET.lists(), *request.POST.lists()]
            return self.answer(self.by_parameters(sent), layer)
        return self.answer(self.by_xml(), layer)

    def by_parameters(self, values: Any) -> Request:
        """Return the request in an address or a form."""
        parameters = Parameters(values)
        version = self.know(kvp_version(parameters))
        return parse_kvp(parameters, version)

    def by_xml(self) -> Request:
        """Return the request in a body of XML.

        Raises:
            UnsupportedMediaType: a body that is no XML.
            UnknownParameter: the address asks something too.
        """
        check_media_type(self.request, accepted=f"text/xml, {_FORM}")
        body = self.body()
        self.know(_version_at_start(body[:_START]))
        encoding = (self.request.content_params or {}).get("charset", "")
        root = parse_xml(body, encoding=encoding, is_account=not visitor_of(self.request).is_anonymous)
        version = self.know(xml_version(root))
        Parameters(self.request.GET.lists()).check(())
        return parse_request(root, version)

    def body(self) -> bytes:
        """Return the body of the request.

        Raises:
            BodyTooLarge: over the size that is read.
            UnreadableRequest: cut short.
        """
        try:
            return whole_body(self.request)
        except BodyTooLarge:
            self.know(_version_at_start(self.request.read(_START)))
            raise

    def know(self, version: Version) -> Version:
        """Record the version of the request, which decides the form of a refusal."""
        self.request.wfs_version = version  # type: ignore[attr-defined]  # read by version_of
        return version

    def answer(self, operation: Request, layer: str) -> HttpResponseBase:
        """Answer an operation."""
        if not isinstance(operation, Transaction):
            declare_reading()
        return self.sent(plan(self.service(layer), operation))

    def sent(self, plan: DeferredResponse) -> HttpResponseBase:
        """Return the answer of an operation, or word that the client has it already."""
        if self.request.method == "POST" or plan.fresh is None:
            response = _response(plan)
            response["Cache-Control"] = "private, no-store"
            return response
        return not_modified(self.request, plan.fresh) or with_validators(_response(plan), plan.fresh)

    def service(self, layer: str) -> Service:
        """Return the service of the visitor at this address."""
        return Service(
            visitor_of(self.request),
            self.request.build_absolute_uri(
                reverse("wfs:layer", args=[layer]) if layer else reverse("wfs:service")
            ),
            lambda name, *arguments: self.request.build_absolute_uri(reverse(name, args=arguments)),
            layer=layer,
            parameters=tuple((name, value) for name, values in self.parameters() for value in values),
            language=get_language() or "",
            expected=_expected(self.request),
        )

    def parameters(self) -> list[tuple[str, list[str]]]:
        """Return the parameters of the address and the form; none for a body of XML."""
        if self.request.method == "POST" and not _is_form(self.request):
            return []
        return [*self.request.GET.lists(), *self.request.POST.lists()]

    def page(self, layer: str) -> HttpResponse:
        """Show what the service is, and how tools add it."""
        service = self.service(layer)
        scopes = service.scopes()
        context = {
            "service": service,
            "addresses": addresses(service),
            "tools": tools(service, scopes),
            "entries": entries(scopes),
            "editing": editing_steps(),
        }
        response = render(self.request, "wfs/page.html", context)
        response["Cache-Control"] = "private, no-cache"
        patch_vary_headers(response, ["Accept", "Authorization", "Cookie"])
        return response


class RecordView(WfsView):
    """The catalogue entry of a layer, in ISO 19139."""

    http_method_names = ["get", "head", "options"]

    def get(self, request: HttpRequest, layer: str = "") -> HttpResponseBase:
        """Send the record; it takes no parameter."""
        Parameters(request.GET.lists()).check(())
        return self.sent(layer_record(self.service(layer), layer))


def _response(plan: DeferredResponse) -> HttpResponseBase:
    return _sent(plan.write())


def _sent(answer: Response) -> HttpResponseBase:
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
    """Return the version that a refusal is written in: the one read, else that of the address, else of the body."""
    version = getattr(request, "wfs_version", None)
    if isinstance(version, Version):
        return version
    try:
        parameters = [*request.GET.lists(), *(request.POST.lists() if _is_form(request) else ())]
        # What else is wrong with the parameters is what the refusal tells.
        named = {name.upper(): values[:1] for name, values in parameters if name.upper() in _OF_VERSION}
        if named or request.method != "POST":
            return kvp_version(Parameters(named.items()))
    except (LayersError, TooManyFieldsSent, RequestDataTooBig):
        pass
    return _version_at_start(_start_of_body(request))


def _start_of_body(request: HttpRequest) -> bytes:
    """Return the first bytes of a body, also of one that is too large to be read."""
    try:
        return request.body[:_START]
    except RequestDataTooBig:
        return request.read(_START)
    except (OSError, RawPostDataException):  # the client went away; a form with files was read
        return b""


def _version_at_start(start: bytes) -> Version:
    """Return the version that the beginning of a body names, XML or a form: that of a report about reading it."""
    match = _NAMED_VERSION.search(start)
    named = match[1].decode() if match else ""
    return next((version for version in VERSIONS if version.number == named), V2_0_0)


def _is_form(request: HttpRequest) -> bool:
    return request.method == "POST" and request.content_type == _FORM


class QgisView(View):
    """What a project and a file of one layer share."""

    def source(self) -> QgisSource:
        """Return where QGIS is to read the layers: the service, or the API with ``source=api``.

        Raises:
            UnknownParameter: another parameter.
            InvalidParameter: another source.
        """
        parameters = single_values(dict(self.request.GET.lists()), allowed=("source",))
        name = parameters.get("source", "wfs")
        if name not in SOURCES:
            raise InvalidParameter(
                _("source attend %(names)s ; reçu « %(value)s ».")
                % {"names": _(" ou ").join(SOURCES), "value": name[:40]},
                parameter="source",
            )
        provider, address = SOURCES[name]
        return QgisSource(provider, self.request.build_absolute_uri(reverse(address)))

    def file(self, body: bytes, name: str) -> HttpResponse:
        """Return a file to download, with what this person sees."""
        response = HttpResponse(body, content_type="application/x-qgis-project")
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "private, no-cache"
        patch_vary_headers(response, ["Authorization", "Cookie"])
        return response


class ProjectView(QgisView):
    """Every layer that the person sees, in groups by theme."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Send the project."""
        source, scopes = self.source(), access.visible(visitor_of(request))
        return self.file(project(scopes, source, queries.extents(scopes)), "portail.qgs")


class LayerFileView(QgisView):
    """One layer: a hidden one is absent."""

    def get(self, request: HttpRequest, layer: str) -> HttpResponse:
        """Send the layer file."""
        source, scope = self.source(), access.scope(visitor_of(request), layer)
        return self.file(layer_file(scope, source), f"{scope.slug}.qlr")
