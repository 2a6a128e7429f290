"""Outlines and links as the map draws them and as its legend words them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from explorer.map_state.parsing import MapQuery
from explorer.surroundings.queries import AnswerLink, Outline, relations
from interface import wording
from interface.nouns import around_a, noun_of
from interface.templatetags.styles import inline
from layers.access import Scope
from layers.formats.styles.pictures import SvgPicture


@dataclass(frozen=True, slots=True)
class SurroundingsEntry:
    """A line of the legend: « 300 m autour d’un bâtiment patrimonial », with the outline in the layer's colour.

    ``is_beside`` tells that the other layer is on: the line is among those of that layer.
    """

    other: Scope
    words: str
    is_beside: bool

    @property
    def swatch(self) -> SafeString:
        """The outline, as drawn."""
        token = self.other.style.token
        shape = (
            f'<rect x="2" y="4" width="24" height="12" rx="3" fill="none" stroke="@{token}" stroke-width="2" '
            'stroke-dasharray="4 2.5"/>'
        )
        return inline(SvgPicture(28, 20, shape), "symbol")


def legend_entries(
    scopes: Sequence[Scope], query: MapQuery, beside: Mapping[str, Scope]
) -> list[SurroundingsEntry]:
    """Return a line for each distance that the map asks of the layers that are on, each once."""
    on = {scope.slug for scope in scopes}
    found = {
        (other.slug, one.metres): SurroundingsEntry(other, _words(one.metres, other), other.slug in on)
        for scope in scopes
        for one, other in relations(scope, query, beside)
    }
    return list(found.values())


def _words(metres: float, other: Scope) -> str:
    noun = noun_of(other)
    return f"{wording.distance(metres)} {around_a(noun)} {noun.one}"


def drawing(outlines: Sequence[Outline], links: Sequence[AnswerLink]) -> dict[str, Any]:
    """Return what the map draws, as GeoJSON: outlines, links, and at the answer's end of each how long it is."""
    features = [
        _feature(found.shape, {"kind": "outline", "token": found.other.style.token})
        for found in outlines
        if found.shape is not None
    ]
    for link in links:
        told = {"token": link.other.style.token, "id": link.pk}
        features.append(_feature(link.shape, {"kind": "link", **told}))
        start = {"type": "Point", "coordinates": link.shape["coordinates"][0]}
        features.append(_feature(start, {"kind": "label", "text": wording.distance(link.metres), **told}))
    return {"type": "FeatureCollection", "features": features}


def _feature(shape: dict[str, Any], properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "geometry": shape, "properties": properties}
