"""What the builder sends: JSON in the body of a request, read once into plain values."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from dashboards.documents.source_text import MAX_CHARACTERS
from layers.errors import BodyTooLarge, InvalidParameter, UnsupportedMediaType

JSON = "application/json"
MAX_BYTES = 4 * MAX_CHARACTERS


def json_body(request: HttpRequest) -> dict[str, Any]:
    """Return the object that the body of a request holds.

    Raises:
        UnsupportedMediaType: it is not said to be JSON.
        BodyTooLarge: it is longer than any document.
        InvalidParameter: it is no JSON object.
    """
    if request.content_type != JSON:
        raise UnsupportedMediaType(
            _("Corps attendu : %(accepted)s ; reçu « %(type)s ».")
            % {"accepted": JSON, "type": (request.content_type or "")[:60]},
            parameter="Content-Type",
        )
    length = request.headers.get("Content-Length", "")
    if length.isdecimal() and int(length[:12]) > MAX_BYTES:
        raise BodyTooLarge(_("Le corps dépasse %d Ko.") % (MAX_BYTES // 1024), parameter="body")
    try:
        found = json.loads(request.body)
    except (ValueError, RecursionError, OSError):
        found = None
    if not isinstance(found, dict):
        raise InvalidParameter(_("Le corps n’est pas un objet JSON."), parameter="body")
    return found


def member(body: dict[str, Any], name: str, kind: type) -> Any:
    """Return a member of an object by name.

    Raises:
        InvalidParameter: it is missing, or of another type.
    """
    value = body.get(name)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise InvalidParameter(_("« %s » manque, ou n’a pas le type attendu.") % name, parameter=name)
    return value
