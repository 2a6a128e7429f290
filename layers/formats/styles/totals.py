"""How many features a density is made of: its colours tell shares of them."""

from __future__ import annotations

from layers.access import Scope
from layers.errors import TooSlow
from layers.parsing import FeatureQuery
from layers.queries import select
from layers.styles.definitions import Style


def density_total(scope: Scope, style: Style) -> int:
    """Return how many rows of a layer somebody reads, for a style that is a density.

    0 for another style, and where the count took too long: the density is then fuller than it should be.
    """
    if style.heat is None or not scope.definition.geometry.is_point:
        return 0
    try:
        return select(scope, FeatureQuery()).timed_count("tile")
    except TooSlow:
        return 0
