"""What filters may hold, in the words of each version of Filter Encoding: what ``wfs.parsing.fes`` reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from layers.formats.xml_elements import element, valued
from wfs.formats.capabilities.context import FilterFunction, domain

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
# Filter Encoding 2.0 (OGC 09-026r2, table 1).
_CONFORMANCE = {
    "ImplementsQuery": "TRUE",
    "ImplementsAdHocQuery": "TRUE",
    "ImplementsFunctions": "TRUE",
    "ImplementsResourceId": "TRUE",
    "ImplementsMinStandardFilter": "TRUE",
    "ImplementsStandardFilter": "TRUE",
    "ImplementsMinSpatialFilter": "TRUE",
    "ImplementsSpatialFilter": "TRUE",
    "ImplementsMinTemporalFilter": "TRUE",
    "ImplementsTemporalFilter": "TRUE",
    "ImplementsVersionNav": "FALSE",
    "ImplementsSorting": "TRUE",
    "ImplementsExtendedOperators": "FALSE",
    "ImplementsMinimumXPath": "TRUE",
    "ImplementsSchemaElementFunc": "FALSE",
}


def filters_2_0(functions: Sequence[FilterFunction]) -> str:
    """Return what filters of 2.0 may hold."""
    return element(
        "fes:Filter_Capabilities",
        element(
            "fes:Conformance",
            *(domain(name, [], tag="fes:Constraint", default=value) for name, value in _CONFORMANCE.items()),
        ),
        element(
            "fes:Id_Capabilities",
            element("fes:ResourceIdentifier", attributes={"name": "fes:ResourceId"}),
        ),
        element(
            "fes:Scalar_Capabilities",
            element("fes:LogicalOperators"),
            _named("fes:ComparisonOperators", "fes:ComparisonOperator", COMPARISONS),
        ),
        element(
            "fes:Spatial_Capabilities",
            _named("fes:GeometryOperands", "fes:GeometryOperand", (f"gml:{name}" for name in GEOMETRIES)),
            _named("fes:SpatialOperators", "fes:SpatialOperator", SPATIAL),
        ),
        element(
            "fes:Temporal_Capabilities",
            _named(
                "fes:TemporalOperands", "fes:TemporalOperand", (f"gml:{name}" for name in TEMPORAL_OPERANDS)
            ),
            _named("fes:TemporalOperators", "fes:TemporalOperator", TEMPORAL),
        ),
        element("fes:Functions", *(_function(function) for function in functions)),
    )


def _named(parent: str, tag: str, names: Iterable[str]) -> str:
    return element(parent, *(element(tag, attributes={"name": name}) for name in names))


def _function(function: FilterFunction) -> str:
    arguments = (
        element("fes:Argument", valued("fes:Type", kind), attributes={"name": name})
        for name, kind in function.arguments
    )
    return element(
        "fes:Function",
        valued("fes:Returns", function.returns),
        element("fes:Arguments", *arguments),
        attributes={"name": function.name},
    )


def filters_1_1(functions: Sequence[FilterFunction]) -> str:
    """Return what filters of 1.1 may hold."""
    geometries = (valued("ogc:GeometryOperand", f"gml:{name}") for name in GEOMETRIES_OF_1_1)
    comparisons = (valued("ogc:ComparisonOperator", name) for name in COMPARISONS_OF_1_1)
    return element(
        "ogc:Filter_Capabilities",
        element(
            "ogc:Spatial_Capabilities",
            element("ogc:GeometryOperands", *geometries),
            _named("ogc:SpatialOperators", "ogc:SpatialOperator", SPATIAL),
        ),
        element(
            "ogc:Scalar_Capabilities",
            element("ogc:LogicalOperators"),
            element("ogc:ComparisonOperators", *comparisons),
            element(
                "ogc:ArithmeticOperators",
                element("ogc:SimpleArithmetic"),
                element(
                    "ogc:Functions", element("ogc:FunctionNames", *_functions("ogc:FunctionName", functions))
                ),
            ),
        ),
        element("ogc:Id_Capabilities", element("ogc:EID"), element("ogc:FID")),
    )


def filters_1_0(functions: Sequence[FilterFunction]) -> str:
    """Return what filters of 1.0 may hold: what 2.0 calls Intersects is Intersect there."""
    operators = ["Intersect" if name == "Intersects" else name for name in SPATIAL]
    return element(
        "ogc:Filter_Capabilities",
        element("ogc:Spatial_Capabilities", _empty("ogc:Spatial_Operators", operators)),
        element(
            "ogc:Scalar_Capabilities",
            element("ogc:Logical_Operators"),
            _empty("ogc:Comparison_Operators", ["Simple_Comparisons", "Like", "Between", "NullCheck"]),
            element(
                "ogc:Arithmetic_Operators",
                element("ogc:Simple_Arithmetic"),
                element(
                    "ogc:Functions",
                    element("ogc:Function_Names", *_functions("ogc:Function_Name", functions)),
                ),
            ),
        ),
    )


def _empty(parent: str, names: Sequence[str]) -> str:
    return element(parent, *(element(f"ogc:{name}") for name in names))


def _functions(tag: str, functions: Sequence[FilterFunction]) -> list[str]:
    return [valued(tag, function.name, {"nArgs": len(function.arguments)}) for function in functions]
