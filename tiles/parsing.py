"""Parameters of tiles: the layers, and the filters of their features."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.utils.translation import gettext as _

from layers.errors import InvalidParameter, UnknownTile
from layers.parsing import FeatureQuery, parse_query, single_values
from layers.parsing.query import SELECTING, Parameters
from layers.sql.tile_matrix_sets import TileAddress, TileMatrixSet

MAX_LAYERS = 40
VERSION = "version"


# A zoom, a row or a column as addresses write them.
_NUMBER = re.compile(r"0|[1-9]\d{0,8}", re.ASCII)


def parse_layers(text: str, *, parameter: str = "layer") -> tuple[str, ...]:
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
            parameter=parameter,
        )
    return slugs


def parse_collections(parameters: Parameters) -> tuple[str, ...]:
    """Read ``collections`` (OGC 20-057, 11), empty when it is not given.

    Raises:
        InvalidParameter: as ``parse_layers``, or given twice.
    """
    values = single_values({"collections": parameters.get("collections", [""])}, allowed=("collections",))
    is_present = "collections" in parameters
    return parse_layers(values["collections"], parameter="collections") if is_present else ()


MATRIX_NAMES = ("tileMatrix", "tileRow", "tileCol")
XYZ_NAMES = ("z", "y", "x")
"""What the parts of the place of a tile are called by OGC API Tiles, and in addresses of the kind z/x/y."""


def parse_tile_address(
    matrix: TileMatrixSet, zoom: str, *, row: str, column: str, names: Sequence[str] = MATRIX_NAMES
) -> TileAddress:
    """Read the place of a tile; ``names`` are those of zoom, row and column in the kind of address.

    Raises:
        UnknownTile: no such tile in the pyramid, what is no number included.
    """
    numbers = parse_numbers((zoom, row, column), names)
    return matrix.tile(numbers[0], numbers[2], numbers[1])


def parse_numbers(texts: Sequence[str], names: Sequence[str]) -> tuple[int, ...]:
    """Read the numbers of the place of a tile, each under its name.

    Raises:
        UnknownTile: one that is no number, by its name.
    """
    for name, text in zip(names, texts, strict=True):
        if _NUMBER.fullmatch(text) is None:
            raise UnknownTile(
                _("%(name)s attend un nombre entier ; reçu « %(value)s ».")
                % {"name": name, "value": text[:40]},
                parameter=name,
            )
    return tuple(int(text) for text in texts)


def parse_tile_form(text: str | None) -> None:
    """Read ``f`` of a tile, which has one form.

    Raises:
        InvalidParameter: another one.
    """
    if text not in (None, "mvt"):
        raise InvalidParameter(
            _("f attend %(names)s ; reçu « %(value)s ».") % {"names": "mvt", "value": str(text)[:40]},
            parameter="f",
        )


def parse_version(parameters: Parameters, slugs: Sequence[str]) -> int | None:
    """Read ``version``, the number of a version of the one layer of the tile; None for the version online.

    Raises:
        InvalidParameter: no number, given twice, or asked of several layers together.
    """
    if VERSION not in parameters:
        return None
    text = single_values({VERSION: parameters[VERSION]}, allowed=(VERSION,))[VERSION]
    if _NUMBER.fullmatch(text) is None:
        raise InvalidParameter(
            _("version attend le numéro d’une version ; reçu « %s ».") % text[:40], parameter=VERSION
        )
    if len(slugs) > 1:
        raise InvalidParameter(_("version ne s’applique qu’à une seule couche."), parameter=VERSION)
    return int(text)


def parse_question(parameters: Parameters, *, allowed: Sequence[str] = ()) -> FeatureQuery:
    """Read the filters of a tile and ``properties``; ``allowed`` are read elsewhere.

    Raises:
        BadRequest: as ``parse_query``, or a parameter that no tile has (a sort, a page).
    """
    single_values(parameters, allowed=(*SELECTING, "properties", *allowed))
    return parse_query(parameters, allowed=allowed)
