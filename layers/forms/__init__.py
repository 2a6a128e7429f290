"""Forms of the kernel: a geometry on a map, a photo, the rows of a grant."""

from layers.forms.geometry import GeometryWidget, ValidGeometryField

__all__ = ["GeometryWidget", "ValidGeometryField"]
