"""``/csw``: one address, whose requests come in the address or as XML."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils import translation
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from harvesting import visits
from harvesting.answers import CatalogueBody, catalogue_response
from harvesting.csw.formats.exceptions import MEDIA_TYPE
from harvesting.csw.operations import Answer, Service, answer
from harvesting.csw.parsing.kvp import read_parameters
from harvesting.csw.parsing.xml_requests import read_request
from harvesting.csw.requests import Request
from harvesting.public_catalogue import public_catalogue
from harvesting.vocabulary import HarvestProtocol
from interface.http.xml_bodies import check_coding, check_media_type, whole_body
from layers.formats.xml_elements import element
from layers.parsing.xml import parse_xml
from layers.parsing.xml.elements import canonical_text
from layers.sql.query_limiter import declare_reading
from layers.visitor import visitor_of

# A filter of a client is a few kilobytes.
MAX_BODY_BYTES = 256 * 1024


@method_decorator(csrf_exempt, name="dispatch")
class CswView(View):
    """The one resource of the protocol: it writes nothing, and answers everybody the same."""

    http_method_names = ["get", "head", "post", "options"]

    def get(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the operation in the address, its headers alone (HEAD), or word that the client has it."""
        visits.note(request, HarvestProtocol.CSW, "", 0)
        operation = read_parameters(request.GET.lists())
        echoed = element(
            "ows:Get",
            attributes={
                "xmlns:xlink": "http://www.w3.org/1999/xlink",
                "xlink:href": request.build_absolute_uri(),
            },
        )
        service = self.service(echoed)
        planned = self.planned(service, operation)
        parts = (service.catalogue.digest, service.address, "csw", sorted(request.GET.items()))
        key = hashlib.sha256(repr(parts).encode()).hexdigest()
        return catalogue_response(request, CatalogueBody(key, lambda: _written(planned)), MEDIA_TYPE)

    def post(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the operation in a body of XML."""
        visits.note(request, HarvestProtocol.CSW, "", 0)
        declare_reading()
        check_coding(request)
        check_media_type(request, accepted="application/xml, text/xml")
        encoding = (request.content_params or {}).get("charset", "")
        root = parse_xml(whole_body(request), limit=MAX_BODY_BYTES, encoding=encoding)
        planned = self.planned(self.service(canonical_text(root)), read_request(root))
        response = HttpResponse(_written(planned), content_type=MEDIA_TYPE)
        response["Cache-Control"] = "private, no-store"
        response["Content-Language"] = settings.LANGUAGE_CODE
        return response

    def service(self, echoed: str) -> Service:
        """Return the service of everybody on the portal that is asked."""
        origin = f"{self.request.scheme}://{self.request.get_host()}"
        catalogue = public_catalogue(visitor_of(self.request))
        return Service(catalogue, origin, origin + reverse("csw:service"), echoed)

    def planned(self, service: Service, operation: Request) -> Answer:
        """Return the answer of an operation, noted as a visit with its number of records."""
        planned = answer(service, operation)
        records = [entry.record for entry in planned.entries]
        visits.note(self.request, HarvestProtocol.CSW, type(operation).__name__, planned.count, records)
        return planned


def _written(planned: Answer) -> bytes:
    """Return an answer in the language of the catalogue, whatever that of the request: it is cached for everybody."""
    with translation.override(settings.LANGUAGE_CODE):
        return planned.write()
