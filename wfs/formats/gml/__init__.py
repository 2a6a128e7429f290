"""Features in GML 3.2, 3.1.1 and 2.1.2, written by PostgreSQL, a feature a row."""

from wfs.formats.gml.collections import feature_collection, hits, single_feature, value_collection

__all__ = ["feature_collection", "hits", "single_feature", "value_collection"]
