"""Shared by the resources of the API: addresses, negotiation, page or JSON, validators, cache of the proxy."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from interface.http.links import RequestAddress, with_carried
from interface.http.media_types import HTML, parse_form
from layers.formats.http_validators import HttpValidators
from layers.parsing import single_values
from layers.visitor import Credential, visitor_of

# What a client that has no wish sends.
_ANYTHING = "*/*"


@lru_cache(maxsize=2_048)
def path_of(name: str, *arguments: object) -> str:
    """Return the path of a view: it depends on nothing else, and an answer names several."""
    return reverse(name, args=arguments)


AnyResponse = TypeVar("AnyResponse", bound=HttpResponseBase)


@method_decorator(csrf_exempt, name="dispatch")
class Resource(View):
    """A resource with a JSON form and a page; the first of ``offered`` is what a client with no wish gets.

    It is read only: a method that writes is a 405, not a missing CSRF token.
    """

    http_method_names = ["get", "head", "options"]
    offered: tuple[str, ...]
    template: str

    def form(self) -> str:
        """Return the media type to answer with.

        Raises:
            InvalidParameter: ``f`` names a form that is not offered.
        """
        requested = parse_form(self.request.GET.get("f"), offered=self.offered)
        if not requested and self.request.META.get("HTTP_ACCEPT", _ANYTHING) == _ANYTHING:
            return self.offered[0]
        return requested or self.request.get_preferred_type(list(self.offered)) or self.offered[0]

    @cached_property
    def origin(self) -> str:
        """The scheme and the host of the request, with its port."""
        return f"{self.request.scheme}://{self.request.get_host()}"

    def address(self) -> RequestAddress:
        """Return the absolute address of the request."""
        return RequestAddress(
            self.request.build_absolute_uri(self.request.path), dict(self.request.GET.lists())
        )

    def reverse(self, name: str, *arguments: object) -> str:
        """Return the absolute address of another resource."""
        return self.origin + path_of(name, *arguments)

    def linked(self, document: Any) -> Any:
        """Return the document, whose links carry the token that came in the address, and the day of plans."""
        carried = visitor_of(self.request).carried
        return (
            with_carried(document, carried, origin=self.request.build_absolute_uri("/"))
            if carried
            else document
        )

    def check_parameters(self, *allowed: str) -> None:
        """Refuse parameters the resource does not read.

        Raises:
            UnknownParameter: naming the first of them.
        """
        single_values(dict(self.request.GET.lists()), allowed=("f", *allowed))

    def page(self, context: dict[str, Any]) -> HttpResponse:
        """Render the resource for people."""
        response = render(self.request, self.template, context)
        response["Cache-Control"] = "private, no-cache"
        patch_vary_headers(response, ["Accept", "Authorization", "Cookie"])
        return response

    def document(self, document: dict[str, Any], media_type: str, *, is_private: bool = True) -> HttpResponse:
        """Render the resource for machines."""
        body = json.dumps(self.linked(document), ensure_ascii=False, default=_plain)
        response = HttpResponse(body, content_type=media_type)
        response["Cache-Control"] = "private, no-cache" if is_private else "public, no-cache"
        response["Vary"] = "Accept, Authorization, Cookie"
        return response

    def describe(
        self, document: dict[str, Any], media_type: str, *, is_private: bool | None = None, **context: Any
    ) -> HttpResponse:
        """Answer with the document, or with the page about it; ``is_private`` is by default when somebody signed in."""
        if self.form() == HTML:
            return self.page({"document": document, **context})
        if is_private is None:
            is_private = not visitor_of(self.request).is_anonymous
        return self.document(document, media_type, is_private=is_private)


def _plain(value: object) -> float | str:
    """Write a decimal as a JSON number and a date as ISO 8601 text, as PostgreSQL does in lists."""
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no JSON form")


def not_modified(request: HttpRequest, fresh: HttpValidators) -> HttpResponseBase | None:
    """Return the 304 of a client that already has this answer, else None."""
    response = get_conditional_response(request, etag=fresh.etag)
    return with_validators(response, fresh) if response is not None else None


def with_validators(response: AnyResponse, fresh: HttpValidators) -> AnyResponse:
    """Put the validators on a response."""
    for name, value in fresh.headers.items():
        response[name] = value
    return response


def with_age(response: AnyResponse, age_s: int | None) -> AnyResponse:
    """Mark an answer that holds data of before a write, which nobody may store: ``Age`` (RFC 9111), in seconds."""
    if age_s is not None:
        response["Age"] = str(age_s)
        response["Cache-Control"] = "no-store"
    return response


def proxy_cacheable(response: AnyResponse, request: HttpRequest, *, is_public: bool) -> AnyResponse:
    """Mark an answer that is the same for everybody, asked without credentials (``X-Accel-Expires``, in seconds).

    The server in front alone reads it (nginx), and takes it off the answer: see deploy/nginx.conf.
    """
    if is_public and visitor_of(request).credential is Credential.NONE and settings.TILE_PROXY_S:
        response["X-Accel-Expires"] = str(settings.TILE_PROXY_S)
    return response
