"""The options of the panel kind ``map``, as in a document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dashboards.maps.classification import MAX_CLASSES, METHODS
from dashboards.panels.options import DECIMALS, NAME, TITLES, UNIT
from dashboards.panels.queries import FOCUS
from layers.definitions import Text
from layers.errors import InvalidParameter
from layers.styles.colours import COLOUR_TOKENS

DEFAULT_CLASSES = 5
MAX_CONTEXT = 3


class MapMode(Enum):
    """How a map draws; the value is the word of the document."""

    CHOROPLETH = "choropleth"
    CATEGORIES = "categories"
    CLUSTERS = "clusters"
    SYMBOLS = "symbols"
    HEAT = "heat"


@dataclass(frozen=True, slots=True)
class MapOptions:
    """The options of a map, read.

    ``join_layer`` and ``join_key`` name the surfaces that the group key of the question is joined to (the communes
    when empty). ``value`` is the number field that sizes the symbols of features (empty: symbols of groups).
    ``category`` is the field whose values colour the features (empty: the style of the layer). ``field``
    is the page filter that a click on a feature sets (empty: the field of the layer's style, else the commune).
    ``bbox`` is what the map frames at first, as west, south, east and north (empty: the communes). ``context`` names
    the layers that are drawn around and not counted.
    """

    mode: MapMode = MapMode.CATEGORIES
    join_layer: str = ""
    join_key: str = ""
    method: str = "quantiles"
    classes: int = DEFAULT_CLASSES
    colour: str = ""
    value: str = ""
    category: str = ""
    field: str = ""
    bbox: tuple[float, ...] = ()
    unit: str = ""
    decimals: int | None = None
    titles: Mapping[str, str] | None = None
    context: tuple[str, ...] = ()


_MODES: Mapping[MapMode, Text] = {
    MapMode.CHOROPLETH: _("une couleur par classe de valeurs"),
    MapMode.CATEGORIES: _("les objets, dans le style de la couche"),
    MapMode.CLUSTERS: _("les objets regroupés"),
    MapMode.SYMBOLS: _("des cercles selon une valeur"),
    MapMode.HEAT: _("une densité"),
}
_METHODS: Mapping[str, Text] = {"quantiles": _("d’effectifs égaux"), "natural": _("par seuils naturels")}
CLASS_OPTIONS: Mapping[str, Any] = {
    "method": {
        "enum": list(METHODS),
        "title": _("Classes"),
        "x-words": _METHODS,
        "description": "choropleth: how values are put into classes.",
    },
    "classes": {
        "type": "integer",
        "minimum": 2,
        "maximum": MAX_CLASSES,
        "title": _("Nombre de classes"),
    },
    "colour": {
        "enum": list(COLOUR_TOKENS),
        "title": _("Couleur"),
        "description": "A colour token; that of the layer if absent.",
    },
}
"""Options of a map coloured by class."""
_LONGITUDE = {"type": "number", "minimum": -180, "maximum": 180}
_LATITUDE = {"type": "number", "minimum": -90, "maximum": 90}
BBOX: Mapping[str, Any] = {
    "bbox": {
        "type": "array",
        "prefixItems": [_LONGITUDE, _LATITUDE, _LONGITUDE, _LATITUDE],
        "items": {"type": "number"},
        "minItems": 4,
        "maxItems": 4,
        "title": _("Vue de départ"),
        "description": "What the map frames at first: west, south, east, north, in degrees; the communes if absent.",
    }
}
"""The option of the first view of a map."""
OPTIONS: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["mode"],
    "properties": {
        "mode": {
            "enum": [mode.value for mode in MapMode],
            "title": _("Dessin"),
            "x-words": {mode.value: words for mode, words in _MODES.items()},
            "description": "How the map draws: groups coloured by class (choropleth) or as circles (symbols); "
            "features in the style of their layer (categories), gathered (clusters) or as density (heat).",
        },
        "category": {
            "type": "string",
            "title": _("Couleur selon"),
            "description": "categories: the field whose values colour the features, in place of the layer's style.",
        },
        "value": {
            "type": "string",
            "title": _("Taille des cercles"),
            "description": "symbols: the number field that sizes each feature.",
        },
        "join": {
            "type": "object",
            "additionalProperties": False,
            "required": ["layer", "key"],
            "title": _("Surfaces à colorier"),
            "properties": {
                "layer": {"type": "string", "title": _("Couche")},
                "key": {"type": "string", "title": _("Champ de la clé")},
            },
            "description": "choropleth, symbols: surfaces that carry values, and their field that holds the group key.",
        },
        **CLASS_OPTIONS,
        **BBOX,
        "context": {
            "type": "array",
            "items": NAME,
            "maxItems": MAX_CONTEXT,
            "title": _("Autres couches, pour se repérer"),
            "description": "Layers that are drawn pale with the map and are not counted.",
        },
        "unit": UNIT,
        "decimals": DECIMALS,
        "titles": TITLES,
        "field": {
            "type": "string",
            "title": _("Au clic, filtrer par"),
            "description": "The page filter that a click on a feature sets.",
        },
        **FOCUS,
    },
}


def read_options(options: Mapping[str, Any]) -> MapOptions:
    """Return the options of a panel that ``OPTIONS`` has validated."""
    join = options.get("join", {})
    return MapOptions(
        mode=MapMode(options.get("mode", MapMode.CATEGORIES.value)),
        join_layer=join.get("layer", ""),
        join_key=join.get("key", ""),
        method=options.get("method", "quantiles"),
        classes=options.get("classes", DEFAULT_CLASSES),
        colour=options.get("colour", ""),
        value=options.get("value", ""),
        category=options.get("category", ""),
        field=options.get("field", ""),
        bbox=tuple(options.get("bbox", ())),
        context=tuple(options.get("context", ())),
        unit=options.get("unit", ""),
        decimals=options.get("decimals"),
        titles=options.get("titles"),
    )


def initial_box(options: MapOptions, *, is_lit: bool) -> tuple[float, float, float, float] | None:
    """Return the box that a map frames at first; None for its communes, which go first where some are chosen.

    Raises:
        InvalidParameter: west is not before east, or south not below north.
    """
    if not options.bbox:
        return None
    west, south, east, north = options.bbox
    if west >= east or south >= north:
        raise InvalidParameter(
            gettext("Vue de départ : l’ouest doit précéder l’est, et le sud le nord ; reçu « %s ».")
            % ", ".join(f"{each:g}" for each in options.bbox),
            parameter="bbox",
        )
    return None if is_lit else (west, south, east, north)
