"""Where a page of refusal leads: the same address without what is wrong in it, and the collection it is about."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, QueryDict
from django.urls import reverse


@dataclass(frozen=True, slots=True)
class RecoveryLinks:
    """Addresses of this portal, empty when they lead nowhere: ``without`` the culprit, ``bare`` of every question.

    ``collection`` is the page of the layer that the address names, whether or not there is such a layer.
    """

    without: str
    bare: str
    collection: str


def question_of(request: HttpRequest) -> QueryDict:
    """Return the query of a request; nothing when Django refuses it for its number of parameters."""
    try:
        return request.GET
    except TooManyFieldsSent:
        return QueryDict()


def recovery_links(request: HttpRequest, parameter: str) -> RecoveryLinks:
    """Return the links of the page of a refusal whose culprit is ``parameter``; nothing is asked of the database."""
    asked = question_of(request).copy()
    form = asked.get("f")
    culprits = asked.pop(parameter, None)
    others = [name for name in asked if name != "f"]
    bare = f"{request.path}?f=html" if form == "html" else request.path
    return RecoveryLinks(
        without=f"{request.path}?{asked.urlencode()}".removesuffix("?") if culprits else "",
        bare=bare if others else "",
        collection=_collection(request, parameter),
    )


def _collection(request: HttpRequest, parameter: str) -> str:
    """Return the page of the collection; none when the layer is the culprit, or when several come in one tile."""
    match = request.resolver_match
    layer = match.kwargs.get("layer", "") if match else ""
    if not layer or parameter == "layer" or "," in layer:
        return ""
    return reverse("ogc:collection", args=[layer]) + "?f=html"
