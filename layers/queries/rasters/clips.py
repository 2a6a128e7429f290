"""Cells of a raster in a surface or a box, as they were delivered: what a download holds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from django.conf import settings
from django.utils.translation import gettext as _
from rasterio.features import geometry_mask
from rasterio.windows import Window

from layers.access import RasterScope
from layers.errors import InvalidParameter, TooCostly
from layers.queries.rasters.areas import Area, in_crs, part_near, portal_area
from layers.queries.rasters.files import opened
from layers.queries.rasters.footprints import is_placed, window_in


@dataclass(frozen=True, slots=True)
class Clip:
    """Cells of (bands, rows, columns), masked outside of the surface, on their own grid.

    ``transform`` is rasterio's affine transformation of the part, ``srid`` the EPSG code of its CRS.
    """

    cells: Any
    transform: Any
    srid: int
    nodata: float | None
    descriptions: tuple[str, ...]


def clip(scope: RasterScope, area: Area | None) -> Clip:
    """Return the cells of a raster whose centre is in a surface, all of them when none is asked.

    Raises:
        TooCostly: there are more than ``RASTER_DOWNLOAD_MAX_CELLS`` of them.
        InvalidParameter: the surface meets no cell.
        UnreachableSource: the file cannot be read.
    """
    shown = _shown(scope, area)
    with opened(scope.online) as dataset:
        whole = Window(0, 0, dataset.width, dataset.height)
        shape = None if shown is None else _placed(scope, shown)
        window = whole if shape is None else window_in(dataset, shape)
        if window is None:
            raise InvalidParameter(
                _("Cette surface ne touche pas « %s ».") % scope.layer.title, parameter="within"
            )
        _check_size(window, dataset.count)
        cells = dataset.read(window=window, masked=True)
        transform = dataset.window_transform(window)
        if shape is not None:
            outside = geometry_mask([shape], cells.shape[1:], transform)
            cells.mask = np.ma.getmaskarray(cells) | outside
            cells.data[:, outside] = 0  # a mask beside the cells would only hide them
        return Clip(cells, transform, scope.online.srid, dataset.nodata, dataset.descriptions)


def _shown(scope: RasterScope, area: Area | None) -> Area | None:
    """Return the surface to cut to: what was asked, within the commune of the portal."""
    if area is None:
        return portal_area(scope)
    if area.is_empty:
        raise InvalidParameter(
            _("Cette surface ne touche pas « %s ».") % scope.layer.title, parameter="within"
        )
    return area


def _placed(scope: RasterScope, shown: Area) -> dict[str, Any]:
    """Return a surface in the CRS of the grid; of one as large as the world, the part around the grid."""
    shape = in_crs(shown.geometry, scope.online.srid)
    return shape if is_placed(shape) else in_crs(part_near(scope, shown.geometry), scope.online.srid)


def _check_size(window: Window, bands: int) -> None:
    cells, most = int(window.width * window.height * bands), settings.RASTER_DOWNLOAD_MAX_CELLS
    if cells > most:
        raise TooCostly(
            _(
                "Ce téléchargement compte %(cells)d mailles ; le maximum est %(most)d. "
                "Demandez une surface plus petite."
            )
            % {"cells": cells, "most": most},
            parameter="within",
        )
