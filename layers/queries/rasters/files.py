"""Files of rasters, opened to read: cloud-optimised GeoTIFF that the portal wrote itself, and nothing else.

What strangers give is read in a child process of ``sandbox`` (``tiles.rasters.conversion``), never here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import rasterio
from django.utils.translation import gettext as _
from rasterio.errors import RasterioError

from layers.errors import UnreachableSource
from layers.models import RasterVersion

# A dataset of rasterio, which is not typed.
GridFile = Any
# Nothing beside the file is looked for, nothing is fetched, and tiles already decoded stay in memory for the next one.
OPTIONS: dict[str, Any] = {
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
    "GDAL_PAM_ENABLED": "NO",
    "CPL_VSIL_CURL_ALLOWED_FILENAME": "none",
    "GDAL_CACHEMAX": 64,
    "GDAL_NUM_THREADS": 1,
}


@contextmanager
def opened(version: RasterVersion, *, overview: int = -1) -> Iterator[GridFile]:
    """Open the file of a version, or one of its overviews; a thread has its own dataset, which costs a millisecond.

    ``overview`` counts from 0, the finest; -1 is the grid itself.

    Raises:
        UnreachableSource: the file is gone, or damaged.
    """
    chosen = {} if overview < 0 else {"overview_level": overview}
    try:
        with (
            rasterio.Env(session=None, **OPTIONS),
            rasterio.open(version.location, driver="GTiff", sharing=False, **chosen) as dataset,
        ):
            yield dataset
    except RasterioError as error:
        raise UnreachableSource(_("Le fichier de ce raster ne peut pas être lu.")) from error
