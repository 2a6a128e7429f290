"""The writer of each format."""

from wfs.formats.gml import write_features

__all__ = ["write_features"]
