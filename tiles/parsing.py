"""Which layers a tile is asked to carry."""

from __future__ import annotations

from django.utils.translation import gettext as _

from layers.errors import InvalidParameter

MAX_LAYERS = 40


def parse_layers(text: str) -> tuple[str, ...]:
    """Read the identifiers of layers, separated by commas.

    Raises:
        InvalidParameter: an empty or repeated name, or more than 40.
    """
    slugs = tuple(text.split(","))
    if "" in slugs or len(set(slugs)) < len(slugs) or len(slugs) > MAX_LAYERS:
        raise InvalidParameter(
            _(
                "Une tuile attend de 1 à %(max)d couches distinctes, séparées par des virgules ; reçu « %(value)s »."
            )
            % {"max": MAX_LAYERS, "value": text[:80]},
            parameter="layer",
        )
    return slugs
