"""Tables of the kernel and the abstract models that features inherit."""

from layers.models.commune import Commune
from layers.models.feature import Feature, LocatedModel
from layers.models.grant import Grant, GrantQuerySet, ProtectedField
from layers.models.history import events_of, keep_history
from layers.models.layer import Layer, Theme
from layers.models.photo import FeaturePhoto
from layers.models.prepared import PreparedFile, PreparedFileQuerySet
from layers.models.raster import Raster, RasterVersion, raster_folder
from layers.models.style import StyleVersion
from layers.models.tabular import TabularFeature
from layers.models.version import DataVersion, VersionedModel

__all__ = [
    "Commune",
    "DataVersion",
    "Feature",
    "FeaturePhoto",
    "Grant",
    "GrantQuerySet",
    "Layer",
    "LocatedModel",
    "PreparedFile",
    "PreparedFileQuerySet",
    "ProtectedField",
    "Raster",
    "RasterVersion",
    "StyleVersion",
    "TabularFeature",
    "Theme",
    "VersionedModel",
    "events_of",
    "keep_history",
    "raster_folder",
]
