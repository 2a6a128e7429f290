"""Forms of the pages read once: what is asked of the catalogue and of the map.

A form sends its empty fields too: they are dropped before the kernel reads the rest with its own, strict, reader.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from layers.errors import InvalidParameter
from layers.parsing import FeatureQuery, parse_query, single_values
from layers.vocabulary import Visibility

Parameters = Mapping[str, Sequence[str]]

LIST_LIMIT = 25
MAP_LIST_LIMIT = 40
MAX_LAYERS = 60


@dataclass(frozen=True, slots=True)
class CatalogueQuery:
    """What is asked of the catalogue: words, a theme's slug, a visibility; empty means any."""

    text: str = ""
    theme: str = ""
    visibility: str = ""


@dataclass(frozen=True, slots=True)
class MapQuery:
    """What the map and its list show: slugs of the layers switched on, and the question asked of each.

    ``is_default`` tells that the address names no layer: the portal then chooses which are on.
    """

    layers: tuple[str, ...]
    features: FeatureQuery
    is_default: bool


def filled(parameters: Parameters) -> dict[str, Sequence[str]]:
    """Drop the parameters that a form sent empty."""
    return {name: values for name, values in parameters.items() if list(values) != [""]}


def parse_catalogue(parameters: Parameters) -> CatalogueQuery:
    """Read the form of the catalogue.

    Raises:
        UnknownParameter: a parameter the page does not read.
        InvalidParameter: a visibility that does not exist, or a parameter given twice.
    """
    given = single_values(filled(parameters), known=("q", "theme", "visibilite"))
    visibility = given.get("visibilite", "")
    if visibility and visibility not in Visibility.values:
        raise InvalidParameter(
            _("visibilite attend « open » ou « internal » ; reçu « %s ».") % visibility[:40],
            parameter="visibilite",
        )
    return CatalogueQuery(
        text=given.get("q", "").strip()[:200], theme=given.get("theme", ""), visibility=visibility
    )


def parse_list(parameters: Parameters) -> FeatureQuery:
    """Read the form above a layer's table: every filter of the API, by pages of 25 unless asked otherwise."""
    given = filled(parameters)
    return parse_query({"limit": [str(LIST_LIMIT)], **given})


def parse_map(parameters: Parameters) -> MapQuery:
    """Read the address of the map: ``couches`` repeated, then the API's own filters.

    ``objet`` (the sheet that is open) is read by the map's script; it is allowed here and changes nothing.
    """
    given = filled(parameters)
    layers = tuple(dict.fromkeys(given.get("couches", ())))[:MAX_LAYERS]
    asked = {name: values for name, values in given.items() if name not in {"couches", "objet"}}
    features = parse_query({"limit": [str(MAP_LIST_LIMIT)], **asked})
    return MapQuery(
        layers=tuple(filter(None, layers)), features=features, is_default="couches" not in parameters
    )
