"""Faults of GDAL, told without the paths of this machine."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from datasets.errors import UnreadableFile
from layers.parsing.gdal import DataLayerError, DataSourceError, FeatureError, FieldError, GeometryError

_PATH = re.compile(r"/(?:[^/\s']+/)+")
_EXHAUSTED = re.compile(r"out of memory|bad_alloc|cannot allocate", re.IGNORECASE)
_FAULTS = (
    DataSourceError,
    DataLayerError,
    FeatureError,
    FieldError,
    GeometryError,
    RuntimeError,
    OSError,
    ValueError,
)


@contextmanager
def watched(remarks: list[str]) -> Iterator[None]:
    """Collect GDAL's warnings in ``remarks`` and turn its errors into ``UnreadableFile``, or ``MemoryError``."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            yield
        except _FAULTS as error:
            if _EXHAUSTED.search(str(error)):
                raise MemoryError from error
            raise UnreadableFile(
                _("Le fichier ne peut pas être lu : %s") % _without_path(str(error))
            ) from error
    remarks.extend(_without_path(str(warning.message)) for warning in caught)


def _without_path(message: str) -> str:
    """Return the message with folders of the server left out."""
    return _PATH.sub("", message)
