"""What a server in front of the portal may keep of its answers."""

from __future__ import annotations

from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from layers.visitor import Credential, visitor_of

AnyResponse = TypeVar("AnyResponse", bound=HttpResponseBase)


def kept_in_front(response: AnyResponse, request: HttpRequest, *, is_public: bool) -> AnyResponse:
    """Mark an answer that is the same for everybody, asked without credentials (``X-Accel-Expires``, in seconds).

    The server in front alone reads it (nginx), and takes it off the answer: see deploy/nginx.conf.
    """
    if is_public and visitor_of(request).credential is Credential.NONE and settings.TILE_PROXY_S:
        response["X-Accel-Expires"] = str(settings.TILE_PROXY_S)
    return response
