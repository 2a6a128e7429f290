"""Tables of the kernel and the abstract models that features inherit."""

from layers.models.catalogue import AuthoredModel, Layer, StyleVersion, Theme
from layers.models.features import (
    Commune,
    DataVersion,
    ExtendedFeature,
    Feature,
    FeaturePhoto,
    LocatedModel,
    TabularFeature,
    VersionedModel,
    events_of,
    keep_history,
)
from layers.models.grants import (
    MAX_MARGIN_M,
    NAME_MAX,
    REASON_MAX,
    AccessGrant,
    AccessGrantQuerySet,
    Grant,
    GrantQuerySet,
    ProtectedField,
)
from layers.models.jobs import SILENT_AFTER, FileJob, Job, JobQuerySet
from layers.models.rasters import Raster, RasterVersion, raster_folder

__all__ = [
    "MAX_MARGIN_M",
    "NAME_MAX",
    "REASON_MAX",
    "SILENT_AFTER",
    "AccessGrant",
    "AccessGrantQuerySet",
    "AuthoredModel",
    "Commune",
    "DataVersion",
    "ExtendedFeature",
    "Feature",
    "FeaturePhoto",
    "FileJob",
    "Grant",
    "GrantQuerySet",
    "Job",
    "JobQuerySet",
    "Layer",
    "LocatedModel",
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
