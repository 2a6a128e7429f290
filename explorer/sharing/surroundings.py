"""What a file draws of the relations that its map asks: outlines, links and matched objects, as features with a look.

Only of layers that its asker may take: an outline tells where objects are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from explorer.layer_panel.layer_list import MapLayers
from explorer.surroundings.presenters import fault_words, outline_words
from explorer.surroundings.queries import (
    AnswerLink,
    MatchedObject,
    Outline,
    answer_matches,
    outlines,
    pixel_in,
    relations,
)
from interface import wording
from interface.palette import literal
from interface.standalone.features import Feature, Look, feature
from layers.access import Scope

_PIXELS = 1_000.0  # of the longest side of what is drawn
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class FileSurroundings:
    """The features of relations from the lowest, the outlines that are drawn in words, each with its colour, and notes.

    ``notes`` say what is not drawn.
    """

    features: tuple[Feature, ...] = ()
    legend: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()


def file_surroundings(view: MapLayers, box: Box) -> FileSurroundings:
    """Return what is drawn of the relations of the layers that are on, in a picture of a box of degrees.

    Raises:
        TooSlow: the database did not answer in time.
    """
    beside = {found.scope.slug: found.scope for found in view.everything}
    drawn: list[Outline] = []
    above: list[Feature] = []
    pixel = pixel_in(box, _PIXELS)
    for scope in (found.scope for found in view.lists):
        if not _is_taken(scope, (other for _one, other in relations(scope, view.query, beside))):
            continue
        drawn += outlines(scope, view.query, beside, pixel=pixel)
        matches = answer_matches(scope, view.query, beside, pixel=pixel)
        above += [*map(_object, matches.objects), *_links(scope, matches.links)]
    return FileSurroundings(
        features=(*filter(None, map(_outline, drawn)), *above),
        legend=tuple((_words(one), literal(one.other.style.token)) for one in drawn if one.shape),
        notes=tuple(_note(one) for one in drawn if one.fault),
    )


def _is_taken(scope: Scope, others: Iterable[Scope]) -> bool:
    return scope.can_download and all(other.can_download for other in others)


def _words(one: Outline) -> str:
    return outline_words(one.metres, one.other)


def _note(one: Outline) -> str:
    assert one.fault is not None
    return _("%(title)s : %(text)s") % {"title": _words(one), "text": fault_words(one.fault)}


def _outline(one: Outline) -> Feature | None:
    if one.shape is None:
        return None
    look = {"color": literal(one.other.style.token), "weight": 1.6, "dashArray": "6 4", "fill": False}
    return feature(one.shape, f"{one.other.slug}@{one.metres:g}", _words(one), [], look)


def _object(one: MatchedObject) -> Feature:
    colour = literal(one.token)
    look: Look = {"color": colour, "weight": 2.5, "fillColor": colour, "fillOpacity": 0.25}
    if one.shape["type"] in {"Point", "MultiPoint"}:
        look = {"color": colour, "weight": 2.5, "fill": False, "radius": 8}
    return feature(one.shape, f"{one.other.slug}/{one.pk}", one.title, [], look)


def _links(scope: Scope, links: Sequence[AnswerLink]) -> Iterator[Feature]:
    """Yield the lines, then the answers at their ends under their lengths."""
    ink = literal("ink")
    line: Look = {"color": ink, "weight": 2, "dashArray": "1 4", "lineCap": "round"}
    dot: Look = {"radius": 4.5, "fillColor": literal(scope.style.token), "fillOpacity": 1,
                 "color": literal("paper"), "weight": 1.5}  # fmt: skip
    for link in links:
        yield feature(link.shape, f"{link.pk}-", wording.distance(link.metres), [], line)
    for link in links:
        place: dict[str, Any] = {"type": "Point", "coordinates": link.shape["coordinates"][0]}
        words = wording.distance(link.metres)
        yield feature(place, f"{link.pk}-end", words, [], dot | {"label": words})
