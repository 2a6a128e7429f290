"""Tables of the kernel and the abstract models that features inherit."""

from layers.models.commune import Commune
from layers.models.feature import Feature, Located
from layers.models.grant import Grant, GrantQuerySet, ProtectedField
from layers.models.history import events_of, keep_history
from layers.models.layer import Layer, Theme
from layers.models.photo import FeaturePhoto
from layers.models.version import DataVersion, Versioned

__all__ = [
    "Commune",
    "DataVersion",
    "Feature",
    "FeaturePhoto",
    "Grant",
    "GrantQuerySet",
    "Layer",
    "Located",
    "ProtectedField",
    "Theme",
    "Versioned",
    "events_of",
    "keep_history",
]
