"""Sites as GeoJSON (RFC 7946) for the maps of these pages: a line, and the point where its pictogram stands."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import Any

from roadworks.presenters.words import SiteCard


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
