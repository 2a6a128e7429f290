"""A part of a raster as a GeoTIFF: in the CRS and with the values it was delivered in."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from layers.lazy import lazy_module
from layers.queries.rasters import Clip
from layers.services.storage import storing

if TYPE_CHECKING:
    import rasterio.crs
else:
    rasterio = lazy_module("rasterio", "crs")

MEDIA_TYPE = "image/tiff; application=geotiff"
EXTENSION = "tif"


def geotiff(part: Clip) -> BinaryIO:
    """Write a part to a temporary file, which goes when it is closed.

    Raises:
        StorageFull: the disk has no room for it.
    """
    bands, height, width = part.cells.shape
    nodata = part.nodata
    if nodata is None and part.cells.dtype.kind == "f":
        nodata = float("nan")
    profile = {
        "driver": "GTiff",
        "width": width,
        "height": height,
        "count": bands,
        "dtype": part.cells.dtype,
        "crs": rasterio.crs.CRS.from_epsg(part.srid),
        "transform": part.transform,
        "nodata": nodata,
        "compress": "DEFLATE",
        "predictor": 3 if part.cells.dtype.kind == "f" else 2,
        "zlevel": 4,
        "tiled": True,
        "blockxsize": 256,
        "blockysize": 256,
        "BIGTIFF": "IF_SAFER",
    }
    with tempfile.TemporaryDirectory(prefix="coverage-") as folder, storing(Path(folder), part.cells.nbytes):
        path = Path(folder) / "coverage.tif"
        with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True), rasterio.open(path, "w", **profile) as output:
            output.write(part.cells.data if nodata is None else part.cells.filled(nodata))
            if nodata is None and np.ma.is_masked(part.cells):
                output.write_mask(~np.ma.getmaskarray(part.cells).any(axis=0))
            for number, description in enumerate(part.descriptions, 1):
                output.set_band_description(number, description or "")
        return path.open("rb")
