"""GML of requests, whatever its version (3.2, 3.1.1, 2.1.2): geometries and times."""

from wfs.parsing.gml.geometries import check_axes, is_geometry, is_time, read_geometry, read_shape, read_time

__all__ = ["check_axes", "is_geometry", "is_time", "read_geometry", "read_shape", "read_time"]
