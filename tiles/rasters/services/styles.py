"""What a raster is called and how it is drawn, changed by who decides what is online."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from layers.access import RasterScope
from layers.errors import InvalidParameter
from layers.parsing.raster_styles import default_style, parse_style
from layers.visitor import Visitor
from tiles.rasters.services.versions import check_publish


@transaction.atomic
def change_raster(
    *, scope: RasterScope, given: Mapping[str, Any], classes: Sequence[Mapping[str, Any]], visitor: Visitor
) -> None:
    """Write title, texts, unit and style; ``given`` holds the answers of ``RasterStyleForm``.

    Raises:
        Forbidden: the person may not decide what is online.
        InvalidParameter: classes that overlap, or that are neither a value nor a range.
    """
    layer, raster = scope.layer, scope.raster
    check_publish(visitor, layer)
    style: dict[str, Any] = {name: layer.style[name] for name in ("bands",) if name in layer.style}
    style |= {"resampling": given["resampling"], "opacity": given["opacity"] / 100}
    if not scope.style.is_picture:
        style["colormap"] = given["colormap"] + ("_r" if given["is_reversed"] else "")
    if given["low"] is not None:
        style["rescale"] = [given["low"], given["high"]]
    if classes:
        style["classes"] = list(classes)
    try:
        parse_style(
            style, usual=default_style(raster.kind, scope.online.bands), bands=len(scope.online.bands)
        )
    except ValueError:
        raise InvalidParameter(
            _(
                "Chaque classe a un nom, et soit une valeur, soit deux bornes ; deux classes ne se recouvrent pas."
            ),
            parameter="classes",
        ) from None
    for name in ("title", "abstract", "source"):
        setattr(layer, name, given[name])
    layer.style = style
    layer.save()
    raster.unit, raster.decimals = given["unit"], given["decimals"]
    raster.save(update_fields=["unit", "decimals"])
