"""What filters may hold, as capabilities tell it and as ``wfs.parsing.fes`` reads it: a test compares the two."""

from __future__ import annotations

# Names of 2.0; ``COMPARISONS_OF_1_1`` are those of 1.1 for the same operators.
COMPARISONS = (
    "PropertyIsEqualTo", "PropertyIsNotEqualTo", "PropertyIsLessThan", "PropertyIsGreaterThan",
    "PropertyIsLessThanOrEqualTo", "PropertyIsGreaterThanOrEqualTo", "PropertyIsLike", "PropertyIsNull",
    "PropertyIsNil", "PropertyIsBetween",
)  # fmt: skip
COMPARISONS_OF_1_1 = (
    "LessThan", "GreaterThan", "LessThanEqualTo", "GreaterThanEqualTo", "EqualTo", "NotEqualTo", "Like", "Between",
    "NullCheck",
)  # fmt: skip
SPATIAL = (
    "BBOX", "Equals", "Disjoint", "Intersects", "Touches", "Crosses", "Within", "Contains", "Overlaps", "Beyond",
    "DWithin",
)  # fmt: skip
GEOMETRIES = (
    "Envelope", "Point", "LineString", "Curve", "Polygon", "Surface", "MultiPoint", "MultiCurve", "MultiSurface",
)  # fmt: skip
# 1.1 knows no others by their names.
GEOMETRIES_OF_1_1 = ("Envelope", "Point", "LineString", "Polygon")
# AnyInteracts is read too; the schema of capabilities forgot its name.
TEMPORAL = (
    "After", "Before", "Begins", "BegunBy", "TContains", "During", "EndedBy", "Ends", "TEquals", "Meets", "MetBy",
    "TOverlaps", "OverlappedBy",
)  # fmt: skip
TEMPORAL_OPERANDS = ("TimeInstant", "TimePeriod")
