"""Holds each request to the row of its address."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.translation import gettext as _

from gisportal.bounds.concurrency import CONCURRENCY
from gisportal.bounds.definitions import KIBIBYTE, RequestBounds
from gisportal.bounds.table import body_of, bounds_of
from gisportal.problems import answer
from layers.errors import AddressTooLong, BodyTooLarge, InvalidParameter, LayersError
from layers.sql.query_limiter import limit_reads
from layers.visitor import visitor_of

_FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
# Python remembers the last addresses that it split, however long: after such a one they are forgotten.
_LONG_QUERY = 8 * KIBIBYTE


class BoundsMiddleware:
    """Holds each request to the row of its address. It stands before Django's check of forms, which reads them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            return self.get_response(request)
        finally:
            if len(request.META.get("QUERY_STRING", "")) > _LONG_QUERY:
                urlsplit.cache_clear()  # type: ignore[attr-defined]  # its stub hides that it is cached
            slot = request.__dict__.pop("concurrency_slot", None)
            if slot is not None:
                CONCURRENCY.leave(*slot)

    def process_view(
        self, request: HttpRequest, _view: Callable[..., Any], _arguments: Any, _named: Any
    ) -> HttpResponse | None:
        """Refuse what is over a bound, in the form of its protocol."""
        match = request.resolver_match
        assert match is not None  # a view was found
        row = bounds_of(match)
        try:
            check_size(request, row)
            if request.method == "POST" and row.fields:
                _check_form(request, row)
            if row.concurrency is not None:
                client_key = visitor_of(request).client_key
                CONCURRENCY.enter(row.concurrency, client_key)
                request.__dict__["concurrency_slot"] = (row.concurrency, client_key)
        except LayersError as error:
            return answer(request, error)
        if row.seconds is not None:
            limit_reads(row.seconds)
        return None


def check_size(request: HttpRequest, row: RequestBounds) -> None:
    """Check the bytes of the address and of the body, and the parameters.

    The body is what ``CONTENT_LENGTH`` says: Django reads no more of it, and our server writes there what came.

    Raises:
        AddressTooLong, BodyTooLarge, InvalidParameter: one of them is over its bound.
    """
    query = request.META.get("QUERY_STRING", "")
    if query:
        if len(query) > row.query:
            raise AddressTooLong(_("L’adresse dépasse %d Ko.") % (row.query // KIBIBYTE))
        count = query.count("&") + 1
        if count > row.parameters:
            raise _too_many(
                _("L’adresse compte %(count)d paramètres : %(most)d au plus."), count, row.parameters
            )
    length = request.META.get("CONTENT_LENGTH")
    if length and length.isdecimal():
        most = body_of(row, request.method)
        if int(length) > most:
            raise _too_large(most)


def _check_form(request: HttpRequest, row: RequestBounds) -> None:
    """Check the number of fields and of files of a form, which Django's check of forms would read next.

    Raises:
        BodyTooLarge, InvalidParameter: one of them is over its bound.
    """
    if request.content_type not in _FORMS:
        return
    try:
        fields = sum(len(values) for _name, values in request.POST.lists())
        files = sum(len(values) for _name, values in request.FILES.lists())
    except TooManyFieldsSent:
        raise InvalidParameter(_("Le formulaire compte plus de %d champs.") % row.fields) from None
    except TooManyFilesSent:
        raise InvalidParameter(_("Le formulaire compte plus de %d fichiers.") % row.files) from None
    except RequestDataTooBig:
        raise _too_large(settings.DATA_UPLOAD_MAX_MEMORY_SIZE) from None
    except OSError:  # the client went away
        return
    if fields > row.fields:
        raise _too_many(_("Le formulaire compte %(count)d champs : %(most)d au plus."), fields, row.fields)
    if files > row.files:
        raise _too_many(_("Le formulaire compte %(count)d fichiers : %(most)d au plus."), files, row.files)


def _too_many(sentence: str, count: int, most: int) -> InvalidParameter:
    return InvalidParameter(sentence % {"count": count, "most": most})


def _too_large(most: int) -> BodyTooLarge:
    return BodyTooLarge(_("Le corps dépasse %d Ko.") % (most // KIBIBYTE), parameter="body")
