"""A layer's style as SLD, for map servers (GeoServer, MapServer) and OGC clients. Colours are those of light.

A rule says which features a symbol draws, at which scales; one feature type style a level, the lowest first.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element, QName, SubElement, register_namespace, tostring

from layers.styles.definitions import Category, Labels, NumberInterval, Proportion, StyleKind
from layers.styles.palettes import PALETTES
from layers.styles.symbols import ALL_ZOOMS, Fill, Marker, Stroke, Symbol, Zooms
from styles.classes import size_steps
from styles.colours import resolved
from styles.sld.symbolizers import (
    OGC,
    SE,
    SLD,
    XLINK,
    XSI,
    SldDialect,
    SldVersion,
    SymbolizerWriter,
    add_filter,
    add_property,
)
from styles.styled_layers import StyledLayer, in_own_colour, layers_at, ogc_scales, scale_steps

MEDIA_TYPES = {version: f"application/vnd.ogc.sld+xml;version={version.value[:3]}" for version in SldVersion}
"""As OGC API – Styles (20-009) names them."""
_PREFIXES = {"": SLD, "se": SE, "ogc": OGC, "xlink": XLINK, "xsi": XSI}


def sld(styled: StyledLayer, version: SldVersion, colours: Sequence[str] = ()) -> str:
    """Return the document: one named layer, one style, the rules of its classes and scales.

    ``colours`` are values of the field of colours, each with a rule: SLD makes no colour of a text.
    """
    dialect = SldDialect(version)
    for prefix, namespace in _PREFIXES.items():
        register_namespace(prefix, namespace)
    root = Element(QName(SLD, "StyledLayerDescriptor").text, {"version": version.value})
    schema = f"{SLD} http://schemas.opengis.net/sld/{version.value}/StyledLayerDescriptor.xsd"
    root.set(QName(XSI, "schemaLocation").text, schema)
    named = SubElement(root, QName(SLD, "NamedLayer").text)
    dialect.describe(named, styled.slug, "" if not dialect.is_newer else styled.title)
    style = SubElement(named, QName(SLD, "UserStyle").text)
    dialect.describe(style, styled.slug, styled.title)
    SubElement(style, QName(SLD, "IsDefault").text).text = "1"
    feature_type_styles(styled, dialect, style, colours)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode")


_HALO = 1.6
_PIXELS_OF_A_POINT = 4 / 3
Matched = Category | NumberInterval | tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class _Class:
    """A rule: its class and symbol; several values are those of an overlay.

    ``is_rest`` is what no other rule of the level draws; ``other_rules`` are those rules, where this one names them.
    """

    title: str
    symbol: Symbol
    matched: Matched = None
    is_rest: bool = False
    is_last: bool = False
    other_rules: tuple[_Class, ...] = ()


def feature_type_styles(
    styled: StyledLayer, dialect: SldDialect, user_style: Element, colours: Sequence[str] = ()
) -> None:
    """Add the rules of a layer, level by level, and its labels above."""
    writer = SymbolizerWriter(dialect, styled.geometry, styled.style.icon)
    is_own = bool(colours) and styled.style.kind is StyleKind.SINGLE
    classes = list(_own_classes(styled, colours) if is_own else _classes(styled))
    if styled.overlays:
        # The rest of one feature type style: QGIS takes it for that of all of them, and overlays hold too.
        matched = tuple(one for one in classes if not one.is_rest)
        classes = [replace(one, other_rules=matched) if one.is_rest else one for one in classes]
    column = styled.named.get(styled.style.colour_field if is_own else styled.style.field, "")
    for level in _levels(styled, classes):
        style = Element("level")
        for index, one in enumerate(level):
            _rules(style, dialect, writer, one, column, index, styled.style.zooms)
        if len(style):
            element = dialect.add(user_style, "FeatureTypeStyle")
            element.extend(style)
    for overlay in styled.overlays:
        over = _Class(overlay.title, overlay.symbol, overlay.values)
        element = dialect.add(user_style, "FeatureTypeStyle")
        _rules(element, dialect, writer, over, styled.named[overlay.field], 0, styled.style.zooms)
    if styled.style.labels:
        _labels(dialect.add(user_style, "FeatureTypeStyle"), dialect, styled, styled.style.labels, colours)


def _own_classes(styled: StyledLayer, colours: Sequence[str]) -> Iterator[_Class]:
    """Yield a class for each colour of features, and that of those without one."""
    (alone,) = styled.classes
    for colour in colours:
        symbol = in_own_colour(alone.symbol, colour)
        yield _Class(colour, symbol, Category(colour, colour, ""))
    yield _Class(alone.title, alone.symbol, is_rest=True)


def _levels(styled: StyledLayer, classes: list[_Class]) -> Iterator[list[_Class]]:
    """Yield the classes with one layer of their symbols at a time; points stay whole, and so does a single class."""
    most = max(len(one.symbol) for one in classes)
    if len(classes) == 1 or not (styled.geometry.is_surface or styled.geometry.value.endswith("LineString")):
        yield classes
        return
    for level in range(most):
        yield [replace(one, symbol=one.symbol[level : level + 1]) for one in classes]


def _classes(styled: StyledLayer) -> Iterator[_Class]:
    style = styled.style
    if style.proportion is not None:
        yield from _steps(styled, style.proportion)
        return
    if style.heat is not None:
        middle = PALETTES.get(style.heat.palette, PALETTES["YlOrRd"]).colours(5)[3]
        yield _Class(styled.title, (Marker(size=6, fill=middle, stroke="", stroke_width=0),))
        return
    classes = styled.classes
    last = sum(each.style_class is not None for each in classes) - 1
    for index, each in enumerate(classes):
        is_rest = each.style_class is None and len(classes) > 1
        yield _Class(each.title, each.symbol, each.style_class, is_rest=is_rest, is_last=index == last)


def _steps(styled: StyledLayer, proportion: Proportion) -> Iterator[_Class]:
    """Yield classes of sizes: both editions have sizes, and no square root."""
    rest = styled.classes[-1].symbol
    steps = size_steps(proportion)
    for index, (first, end, size) in enumerate(steps):
        low = -math.inf if index == 0 else first
        high = math.inf if index == len(steps) - 1 else end
        title = f"{first:.6g} – {end:.6g}"
        middle = (first + end) / 2
        symbol = next(
            (c.symbol for c in styled.classes if c.style_class and _holds(c.style_class, middle)), rest
        )
        yield _Class(title, _sized(symbol, size), NumberInterval(low, high, title, styled.style.token))
    yield _Class(styled.title, _sized(rest, proportion.smallest), is_rest=True)


def _holds(style_class: Category | NumberInterval, value: float) -> bool:
    return isinstance(style_class, NumberInterval) and style_class.low <= value <= style_class.high


def _sized(symbol: Symbol, size: float) -> Symbol:
    def sized(layer: object) -> object:
        if isinstance(layer, Marker):
            # The rim is around a size that grows.
            return replace(layer, size=size + (layer.stroke_width if layer.stroke else 0))
        return replace(layer, width=size) if isinstance(layer, Stroke) else layer

    return tuple(sized(layer) for layer in symbol)  # type: ignore[misc]  # each stays of its own kind


def _rules(
    parent: Element,
    dialect: SldDialect,
    writer: SymbolizerWriter,
    one: _Class,
    column: str,
    index: int,
    zooms: Zooms,
) -> None:
    """Add a rule for each range of scales in which the symbol is drawn the same."""
    steps = [(step, layers_at(one.symbol, step)) for step in scale_steps(one.symbol)]
    for step, symbol in steps:
        visible_steps = max(step[0], zooms[0]), min(step[1], zooms[1])
        if visible_steps[0] >= visible_steps[1] or not any(writer.draws(layer) for layer in symbol):
            continue
        rule = dialect.add(parent, "Rule")
        dialect.describe(rule, f"classe-{index + 1}", one.title)
        _condition(rule, dialect, one, column)
        _scales(rule, dialect, visible_steps)
        for layer in symbol:
            writer.write(rule, layer)


def _condition(rule: Element, dialect: SldDialect, one: _Class, column: str) -> None:
    if one.other_rules:
        _otherwise(add_filter(rule, "Filter"), one.other_rules, column)
    elif one.is_rest:
        dialect.add(rule, "ElseFilter")
    elif one.matched is not None:
        _within(add_filter(rule, "Filter"), one, column)


def _within(parent: Element, one: _Class, column: str) -> None:
    if isinstance(one.matched, NumberInterval):
        _between(parent, one.matched, column, is_last=one.is_last)
    elif one.matched is not None:
        _equal(parent, one.matched if isinstance(one.matched, tuple) else (str(one.matched.value),), column)


def _otherwise(parent: Element, other_rules: tuple[_Class, ...], column: str) -> None:
    """Add the filter of the rest: values in no class, and null unless a class is that of the empty text."""
    within = parent
    if not any(isinstance(one.matched, Category) and one.matched.value == "" for one in other_rules):
        within = add_filter(parent, "Or")
        add_property(add_filter(within, "PropertyIsNull"), column)
    negated = add_filter(within, "Not")
    any_of = add_filter(negated, "Or") if len(other_rules) > 1 else negated
    for one in other_rules:
        _within(any_of, one, column)


def _between(parent: Element, interval: NumberInterval, column: str, *, is_last: bool) -> None:
    """Add an interval, its upper limit excluded; a limit that is infinite is none."""
    sides = [
        (name, limit)
        for name, limit in (
            ("PropertyIsGreaterThanOrEqualTo", interval.low),
            ("PropertyIsLessThanOrEqualTo" if is_last else "PropertyIsLessThan", interval.high),
        )
        if math.isfinite(limit)
    ]
    within = add_filter(parent, "And") if len(sides) > 1 else parent
    for name, limit in sides:
        side = add_filter(within, name)
        add_property(side, column)
        add_filter(side, "Literal").text = f"{limit!r}"


def _equal(parent: Element, values: tuple[str, ...], column: str) -> None:
    """Add an equality with one of some values; the empty one is that of a text as well as none at all."""
    within = parent if len(values) == 1 and values[0] else add_filter(parent, "Or")
    for value in values:
        equal = add_filter(within, "PropertyIsEqualTo")
        add_property(equal, column)
        add_filter(equal, "Literal").text = value
        if not value:
            add_property(add_filter(within, "PropertyIsNull"), column)


def _scales(rule: Element, dialect: SldDialect, zooms: Zooms) -> None:
    """Add the scales of zooms, as whole numbers: QGIS reads no other."""
    smallest, largest = ogc_scales(zooms)
    if smallest is not None:
        dialect.add(rule, "MinScaleDenominator", f"{smallest:.0f}")
    if largest is not None:
        dialect.add(rule, "MaxScaleDenominator", f"{largest:.0f}")


def _labels(
    parent: Element, dialect: SldDialect, styled: StyledLayer, labels: Labels, colours: Sequence[str]
) -> None:
    """Add a rule of labels; with colours or sizes of features, one for each colour, with and without a size."""
    sizes = (True, False) if labels.size_field and styled.geometry.is_point else (False,)
    column = styled.named.get(styled.style.colour_field, "")
    for colour in (*colours, ""):
        for is_sized in sizes:
            rule = dialect.add(parent, "Rule")
            dialect.describe(rule, "etiquettes", "")
            conditions = _label_conditions(styled, labels, colours, colour, is_sized=is_sized)
            if conditions:
                within = add_filter(rule, "Filter")
                within = add_filter(within, "And") if len(conditions) > 1 else within
                within.extend(conditions)
            _scales(rule, dialect, (max(labels.zoom, styled.style.zooms[0]), ALL_ZOOMS[1]))
            _label(rule, dialect, styled, labels, colour if column else "", is_sized=is_sized)


def _label_conditions(
    styled: StyledLayer, labels: Labels, colours: Sequence[str], colour: str, *, is_sized: bool
) -> list[Element]:
    """Return the filters of a rule of labels: its colour, or none of those of the others, and whether it has a size."""
    holder = Element("conditions")
    column = styled.named.get(styled.style.colour_field, "")
    if colour:
        _equal(holder, (colour,), column)
    elif colours:
        _otherwise(holder, tuple(_Class("", (), Category(each, "", "")) for each in colours), column)
    if labels.size_field and styled.geometry.is_point:
        within = add_filter(holder, "Not") if is_sized else holder
        add_property(add_filter(within, "PropertyIsNull"), styled.named[labels.size_field])
    return list(holder)


def _label(
    rule: Element, dialect: SldDialect, styled: StyledLayer, labels: Labels, colour: str, *, is_sized: bool
) -> None:
    text = dialect.add(rule, "TextSymbolizer")
    add_property(dialect.add(text, "Label"), styled.named[labels.field])
    font = dialect.add(text, "Font")
    dialect.parameter(font, "font-family", "SansSerif")
    if is_sized:
        pixels = add_filter(dialect.parameter(font, "font-size", ""), "Mul")
        add_property(pixels, styled.named[labels.size_field])
        add_filter(pixels, "Literal").text = f"{_PIXELS_OF_A_POINT:.4f}"
    else:
        dialect.parameter(font, "font-size", f"{labels.size:g}")
    dialect.parameter(font, "font-weight", "bold")
    placement = dialect.add(text, "LabelPlacement")
    if styled.geometry.is_point and labels.angle_field:
        _along_an_angle(dialect.add(placement, "PointPlacement"), dialect, styled.named[labels.angle_field])
    elif styled.geometry.value.endswith("LineString"):
        dialect.add(placement, "LinePlacement")
    else:
        anchor = dialect.add(dialect.add(placement, "PointPlacement"), "AnchorPoint")
        dialect.add(anchor, "AnchorPointX", "0.5")
        # Below a point, in the middle of a surface.
        dialect.add(anchor, "AnchorPointY", "0.5" if styled.geometry.is_surface else "1.5")
    halo = dialect.add(text, "Halo")
    dialect.add(halo, "Radius", f"{_HALO:g}")
    dialect.parameter(dialect.add(halo, "Fill"), "fill", resolved(labels.halo))
    (written,) = in_own_colour((Fill(labels.colour),), colour) if colour else (Fill(labels.colour),)
    assert isinstance(written, Fill)
    dialect.parameter(dialect.add(text, "Fill"), "fill", resolved(written.colour))


def _along_an_angle(placement: Element, dialect: SldDialect, column: str) -> None:
    """Turn a text that begins at its point: both editions count clockwise, the field anticlockwise."""
    anchor = dialect.add(placement, "AnchorPoint")
    dialect.add(anchor, "AnchorPointX", "0")
    dialect.add(anchor, "AnchorPointY", "0")
    turned = add_filter(dialect.add(placement, "Rotation"), "Sub")
    add_filter(turned, "Literal").text = "0"
    add_property(turned, column)
