"""What the maps of these pages show: streets, and sites as GeoJSON (RFC 7946) with the point of their pictogram."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import Any

from interface.map_config import layer_config, map_config
from interface.territory import visible_communes
from layers import access
from layers.visitor import Visitor
from roadworks.presenters.words import SiteCard

ROADS = "troncons-de-route"


def works_map(visitor: Visitor) -> dict[str, Any]:
    """Return the configuration of a map for works: the communes, and the road sections that the visitor reads."""
    roads = access.scopes_by_slug(visitor, [ROADS]).get(ROADS)
    layers = [layer_config(roads)] if roads is not None else []
    return map_config(visible_communes(visitor), portal=visitor.portal) | {"layers": layers}


def feature_collection(
    cards: Iterable[SiteCard], *, today: dt.date, numbers: Mapping[int, int] | None = None
) -> dict[str, Any]:
    """Return the lines of sites in WGS 84, with their look; ``numbers`` are those of conflicts, by id of the site."""
    features = {card.site.pk: _feature(card, today, (numbers or {}).get(card.site.pk, 0)) for card in cards}
    return {"type": "FeatureCollection", "features": list(features.values())}


def _feature(card: SiteCard, today: dt.date, number: int) -> dict[str, Any]:
    site = card.site
    middle = max(site.geom, key=lambda line: line.length).interpolate_normalized(0.5)
    return {
        "type": "Feature",
        "id": site.pk,
        "geometry": json.loads(site.geom.geojson),
        "properties": {
            "title": card.title,
            "look": card.look,
            "isToCome": site.date_debut > today,
            "middle": [round(middle.x, 6), round(middle.y, 6)],
            "number": number,
        },
    }
