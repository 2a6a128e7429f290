"""The body of a request in XML: its form, its coding and its size, before anything is parsed."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.utils.translation import gettext as _

from layers.errors import BodyTooLarge, UnreadableRequest, UnsupportedMediaType

# What clients call the body of a request: XML, or what each language sends when it is told nothing.
_XML_TYPES = frozenset(
    {"text/xml", "application/xml", "application/gml+xml", "text/plain", "application/octet-stream", ""}
)


def check_coding(request: HttpRequest) -> None:
    """Refuse a compressed body, which could hold any number of bytes.

    Raises:
        UnsupportedMediaType: such a body.
    """
    coding = request.headers.get("Content-Encoding", "identity")
    if coding.lower() != "identity":
        raise UnsupportedMediaType(
            _("Le corps est compressé (« %s ») : envoyez-le tel quel.") % coding[:40],
            parameter="Content-Encoding",
        )


def check_media_type(request: HttpRequest, *, accepted: str) -> None:
    """Refuse a body that is no XML; ``accepted`` are the media types that the refusal names.

    Raises:
        UnsupportedMediaType: such a body.
    """
    kind = request.content_type or ""
    if kind not in _XML_TYPES:
        raise UnsupportedMediaType(
            _("Corps attendu : %(accepted)s ; reçu « %(type)s ».")
            % {"accepted": accepted, "type": kind[:60]},
            parameter="Content-Type",
        )


def whole_body(request: HttpRequest) -> bytes:
    """Return the body of a request.

    Raises:
        BodyTooLarge: over the size that is read.
        UnreadableRequest: cut short.
    """
    try:
        return request.body
    except RequestDataTooBig:
        largest = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1024
        raise BodyTooLarge(_("Le corps dépasse %d Ko.") % largest) from None
    except OSError:  # the client went away
        raise UnreadableRequest(_("Le corps n’est pas arrivé en entier.")) from None
