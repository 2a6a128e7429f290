"""The XML Schema of feature types in the three forms of GML."""

from wfs.formats.schema.feature_types import feature_types_schema

__all__ = ["feature_types_schema"]
