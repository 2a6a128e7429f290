"""What the commands of tiles read of their arguments: zooms, and an area of the territory."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

from layers import queries
from layers.access import Scope
from layers.errors import InvalidParameter, UnknownCommune
from layers.parsing.geometry import parse_bbox
from layers.sql.tile_matrix_sets import Bounds
from tiles.services.public_tiles import extent_of


def parse_zooms(text: str) -> tuple[int, int]:
    """Read ``8-15``, or one zoom.

    Raises:
        InvalidParameter: it is neither.
    """
    match = re.fullmatch(r"(\d{1,2})(?:-(\d{1,2}))?", text)
    if match is None:
        raise InvalidParameter(
            _("--zooms attend deux nombres, par exemple 8-15 ; reçu « %s ».") % text[:40], parameter="zooms"
        )
    return int(match[1]), int(match[2] or match[1])


def asked_bounds(scopes: Sequence[Scope], *, bbox: str, commune: str) -> Bounds:
    """Return the bounds asked, in degrees: a box, a commune by its INSEE code, else the layers themselves.

    Raises:
        InvalidParameter: both are given, the box cannot be read, or nothing is in the layers.
        UnknownCommune: the code is that of no commune of the territory.
    """
    if bbox and commune:
        raise InvalidParameter(_("Donnez --bbox ou --commune, pas les deux."), parameter="bbox")
    if bbox:
        west, south, east, north = parse_bbox(bbox, parameter="--bbox").extent
        return west, south, east, north
    if commune:
        found = queries.commune_extent(commune)
        if found is None:
            raise UnknownCommune(
                _("« %s » n’est pas le code INSEE d’une commune du territoire.") % commune[:20],
                parameter="commune",
            )
        return found
    bounds = extent_of(scopes)
    if bounds is None:
        raise InvalidParameter(_("Ces couches ne contiennent aucun objet."), parameter="layer")
    return bounds
