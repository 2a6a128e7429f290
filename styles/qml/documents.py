"""A layer's style as QGIS writes it (QML), so that a file opens drawn as on the portal. Colours are those of light."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from layers.definitions import Field, FieldType, GeometryType
from layers.styles.definitions import Category, Heat, Labels, NumberInterval, Proportion
from layers.styles.palettes import PALETTES
from styles.qml.symbols import (
    POINTS_OF_A_PIXEL,
    Growth,
    SymbolWriter,
    colour_expression,
    options,
    properties,
    quoted,
    rgba_text,
)
from styles.styled_layers import StyledClass, StyledLayer, css_scales

MEDIA_TYPE = "application/vnd.qgis.qml+xml"
"""No registered type: QGIS names none, and finds its own files by ``.qml``."""
_DOCTYPE = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
_POINTS = "4"  # a unit of the heat's radius, by its number in QGIS
_HEAT_COLOURS = 6
ELSE = "ELSE"
HALO = 1.6
"""The width of a halo in pixels, as on the map."""
_NUMBERS = {FieldType.INTEGER, FieldType.NUMBER}
_ROUND_POINT, _ALONG_LINE, _INSIDE, _OVER_POINT, _ABOVE_RIGHT = "6", "3", "4", "1", "2"
"""Placements of ``Qgis::LabelPlacement``: around a point in order, curved, horizontal, over it (above right)."""


def qml(styled: StyledLayer) -> str:
    """Return the style document: how features are drawn and named, at which scales, and the titles of fields."""
    return _DOCTYPE + tostring(qml_element(styled), encoding="unicode")


def qml_element(styled: StyledLayer) -> Element:
    """Return the root of the document; what it holds and its attributes are also those of a layer in a project."""
    attributes = {"version": "3.28.0", "styleCategories": "Symbology|Labeling|Fields|Rendering"}
    root = Element("qgis", attributes)
    labels = styled.style.labels
    if styled.geometry.is_located:
        root.attrib |= {"labelsEnabled": "1" if labels else "0", **_visibility(styled)}
        root.append(renderer(styled))
        if labels:
            root.append(labeling(styled, labels))
    aliases = SubElement(root, "aliases")
    for position, (field, name) in enumerate(zip(styled.fields, styled.names, strict=True)):
        SubElement(aliases, "alias", {"field": name, "index": str(position), "name": str(field.title)})
    return root


def _visibility(styled: StyledLayer) -> dict[str, str]:
    """Return the scales of the whole layer: QGIS calls the largest denominator the minimum scale."""
    smallest, largest = css_scales(styled.style.zooms)
    if smallest is None and largest is None:
        return {"hasScaleBasedVisibilityFlag": "0"}
    return {
        "hasScaleBasedVisibilityFlag": "1",
        "minScale": f"{largest:.0f}" if largest else "0",
        "maxScale": f"{smallest:.0f}" if smallest else "0",
    }


def renderer(styled: StyledLayer) -> Element:
    """Return the element ``renderer-v2`` of a layer that has a geometry."""
    style = styled.style
    if style.heat is not None:
        return _heat(styled, style.heat)
    if styled.overlays:
        return _rules_with_overlays(styled)
    if all(each.style_class is None for each in styled.classes):
        return _single(styled)
    if _needs_rules(styled):
        return _rules(styled)
    return _categorized(styled) if isinstance(styled.classes[0].style_class, Category) else _graduated(styled)


def growth(name: str, proportion: Proportion) -> Growth:
    """Return sizes that follow a field: the area of a marker grows with it, and the width of a line."""
    small, large = proportion.smallest, proportion.largest
    if proportion.high <= proportion.low:
        return Growth(f"{large:g}", f"{large:g}")
    between = f"scale_linear({quoted(name)}, {proportion.low!r}, {proportion.high!r}"
    diameter = f"sqrt(coalesce({between}, {small**2:g}, {large**2:g}), {small**2:g}))"
    return Growth(diameter, f"coalesce({between}, {small:g}, {large:g}), {small:g})")


def condition(name: str, style_class: Category | NumberInterval | None, *, is_last: bool) -> str:
    """Return the filter of a class in the language of QGIS; without a class, everything else."""
    column = quoted(name)
    match style_class:
        case None:
            return ELSE
        case NumberInterval():
            return f"{column} >= {style_class.low!r} AND {column} {'<=' if is_last else '<'} {style_class.high!r}"
        case _:
            return _equal(column, str(style_class.value))


def _equal(column: str, value: str) -> str:
    """Return an equality as people see it: the empty value is that of a text as well as none at all."""
    if value == "":
        return f"{column} IS NULL OR {column} = ''"
    return f"to_string({column}) = {text_value(value)}"


def _needs_rules(styled: StyledLayer) -> bool:
    """Whether QGIS's own classes cannot say it: a rest beside intervals, an empty value that is a class of its own."""
    style = styled.style
    if isinstance(styled.classes[0].style_class, NumberInterval):
        return not style.hides_others
    return any(category.value == "" for category in style.categories)


def _root(kind: str, styled: StyledLayer) -> Element:
    """Return the renderer of a kind; the largest of growing symbols are drawn first."""
    has_levels = _writer(styled).has_levels and any(len(each.symbol) > 1 for each in styled.classes)
    attributes = {
        "type": kind,
        "symbollevels": "1" if has_levels else "0",
        "enableorderby": "0",
        "forceraster": "0",
    }
    return Element("renderer-v2", attributes)


def _writer(styled: StyledLayer) -> SymbolWriter:
    return SymbolWriter(styled.geometry, styled.style.icon, styled.named.get(styled.style.colour_field, ""))


def _single(styled: StyledLayer) -> Element:
    root = _root("singleSymbol", styled)
    _symbols(root, styled, styled.classes)
    return root


def _symbols(root: Element, styled: StyledLayer, classes: tuple[StyledClass, ...]) -> None:
    style, writer = styled.style, _writer(styled)
    sizes = growth(styled.named[style.field], style.proportion) if style.proportion else None
    symbols = SubElement(root, "symbols")
    for position, each in enumerate(classes):
        writer.write(symbols, str(position), each.symbol, sizes)


def _categorized(styled: StyledLayer) -> Element:
    """Return classes by value; the one without a value is QGIS's own « all other values »."""
    root = _root("categorizedSymbol", styled)
    root.set("attr", styled.named[styled.style.field])
    categories = SubElement(root, "categories")
    classes = styled.classes
    for position, each in enumerate(classes):
        value = str(each.style_class.value) if isinstance(each.style_class, Category) else ""
        attributes = {
            "symbol": str(position),
            "value": value,
            "type": "string",
            "label": each.title,
            "render": "true",
        }
        SubElement(categories, "category", attributes)
    _symbols(root, styled, classes)
    return root


def _graduated(styled: StyledLayer) -> Element:
    """Return intervals, the highest first: QGIS gives a limit to the first one that holds it, and we to the upper."""
    root = _root("graduatedSymbol", styled)
    root.attrib |= {"attr": styled.named[styled.style.field], "graduatedMethod": "GraduatedColor"}
    ranges = SubElement(root, "ranges")
    classes = styled.classes[::-1]
    for position, each in enumerate(classes):
        assert isinstance(each.style_class, NumberInterval)
        attributes = {"lower": repr(float(each.style_class.low)), "upper": repr(float(each.style_class.high))}
        SubElement(
            ranges, "range", {**attributes, "symbol": str(position), "label": each.title, "render": "true"}
        )
    _symbols(root, styled, classes)
    return root


def _rules(styled: StyledLayer) -> Element:
    root = _root("RuleRenderer", styled)
    _class_rules(styled, SubElement(root, "rules", {"key": "{rules}"}))
    _symbols(root, styled, styled.classes)
    return root


def _class_rules(styled: StyledLayer, rules: Element) -> None:
    """Add a rule for each class; one without classes draws all."""
    name, classes = styled.named.get(styled.style.field, ""), styled.classes
    last = sum(each.style_class is not None for each in classes) - 1
    for position, each in enumerate(classes):
        attributes = {"label": each.title, "symbol": str(position), "key": f"{{rule-{position}}}"}
        if last >= 0:
            attributes["filter"] = condition(name, each.style_class, is_last=position == last)
        SubElement(rules, "rule", attributes)


def _rules_with_overlays(styled: StyledLayer) -> Element:
    """Return the classes as a group of rules, and a rule above for each overlay.

    The group is what « everything else » is about: an overlay that holds would else leave the rest undrawn.
    """
    root = _root("RuleRenderer", styled)
    rules = SubElement(root, "rules", {"key": "{rules}"})
    _class_rules(styled, SubElement(rules, "rule", {"label": styled.title, "key": "{classes}"}))
    _symbols(root, styled, styled.classes)
    symbols = root.find("symbols")
    assert symbols is not None
    writer, above = _writer(styled), max(len(each.symbol) for each in styled.classes)
    root.set("symbollevels", "1")
    for index, overlay in enumerate(styled.overlays):
        name, position = styled.named[overlay.field], len(styled.classes) + index
        condition_text = " OR ".join(_equal(quoted(name), value) for value in overlay.values)
        attributes = {
            "filter": condition_text,
            "label": overlay.title,
            "symbol": str(position),
            "key": f"{{overlay-{index}}}",
        }
        SubElement(rules, "rule", attributes)
        writer.write(symbols, str(position), overlay.symbol, above=above)
        above += len(overlay.symbol)
    return root


def _heat(styled: StyledLayer, heat: Heat) -> Element:
    root = _root("heatmapRenderer", styled)
    weight = styled.named.get(styled.style.field, "")
    root.attrib |= {
        "radius": f"{heat.radius * POINTS_OF_A_PIXEL:g}", "radius_unit": _POINTS, "quality": "2", "max_value": "0",
        "weight_expression": quoted(weight) if weight else "",
    }  # fmt: skip
    colours = PALETTES.get(heat.palette, PALETTES["YlOrRd"]).colours(_HEAT_COLOURS)
    ramp = SubElement(root, "colorramp", {"type": "gradient", "name": "[source]"})
    stops = [
        f"{index / _HEAT_COLOURS:g};{rgba_text(colour)}" for index, colour in enumerate(colours[:-1], start=1)
    ]
    options(
        ramp,
        {
            # Nothing is drawn where there is nothing.
            "color1": rgba_text(colours[0], 0), "color2": rgba_text(colours[-1]), "discrete": "0",
            "rampType": "gradient", "stops": ":".join(stops),
        },
    )  # fmt: skip
    return root


def labeling(styled: StyledLayer, labels: Labels) -> Element:
    """Return the element ``labeling`` of a layer; both fields of the labels have a name there."""
    root = Element("labeling", {"type": "simple"})
    settings = SubElement(root, "settings", {"calloutType": "simple"})
    text = SubElement(
        settings,
        "text-style",
        {
            "fieldName": expression(styled, labels), "isExpression": "1",
            "fontFamily": "Open Sans", "fontSize": _points(labels.size), "fontSizeUnit": "Point",
            "fontWeight": "63", "textColor": rgba_text(labels.colour), "textOpacity": "1",
        },
    )  # fmt: skip
    SubElement(
        text,
        "text-buffer",
        {
            "bufferDraw": "1", "bufferSize": _points(HALO), "bufferSizeUnits": "Point",
            "bufferColor": rgba_text(labels.halo), "bufferOpacity": "1", "bufferJoinStyle": "128", "bufferNoFill": "1",
        },
    )  # fmt: skip
    SubElement(settings, "placement", _placement(styled.geometry, labels))
    _none, largest = css_scales((labels.zoom, 24))
    # In this element alone the smallest and the largest are those of the scale itself: 1 over the denominator.
    scales = {"scaleVisibility": "1", "scaleMin": "0", "scaleMax": f"{largest:.0f}"} if largest else {}
    SubElement(
        settings, "rendering", {"drawLabels": "1", "obstacle": "1", "fontMaxPixelSize": "10000", **scales}
    )
    properties(settings, "dd_properties", _computed(styled, labels))
    return root


def _computed(styled: StyledLayer, labels: Labels) -> dict[str, str]:
    """Return what fields say of labels: priority, colour, and of points size (points) and angle (clockwise there)."""
    named, own = styled.named, styled.style.colour_field
    expressions = {"Priority": _priority(named[labels.priority])} if labels.priority else {}
    if own:
        expressions["Color"] = colour_expression(named[own])
    if styled.geometry.is_point and labels.size_field:
        size = _points(labels.size)
        expressions["Size"] = f"coalesce({quoted(named[labels.size_field])}, {size})"
    if styled.geometry.is_point and labels.angle_field:
        expressions["LabelRotation"] = f"-coalesce({quoted(named[labels.angle_field])}, 0)"
    return expressions


def expression(styled: StyledLayer, labels: Labels) -> str:
    """Return the text of a label in the language of QGIS: numbers rounded and written as the portal does."""
    field = next(field for field in styled.fields if field.name == labels.field)
    name = quoted(styled.named[labels.field])
    if field.type in _NUMBERS:
        language = (get_language() or "fr").partition("-")[0]
        written = f"format_number({name}, {labels.decimals}, '{language}')"
        unit = field.unit if labels.has_unit else ""
        return f"{written} || '\u00a0{_doubled(unit)}'" if unit else written
    if field.type is FieldType.BOOLEAN:
        return f"if({name}, '{_doubled(_('Oui'))}', '{_doubled(_('Non'))}')"
    return _coded(field, name) if field.choices else name


def text_value(value: str) -> str:
    """Return a text as expressions of QGIS write it."""
    return f"'{_doubled(value)}'"


def _doubled(text: str) -> str:
    return text.replace("\\", "\\\\").replace("'", "''")


def _coded(field: Field, name: str) -> str:
    """Return the words of a code: a map of them, the code where it is in none."""
    pairs = ", ".join(f"{text_value(str(code))}, {text_value(str(title))}" for code, title in field.choices)
    return f"coalesce(map_get(map({pairs}), {name}), {name})"


def _priority(name: str) -> str:
    """Return a priority from 0 to 10 that grows with a number, whatever its order of magnitude."""
    return f"min(10, 2 * log10(1 + max(0, coalesce({quoted(name)}, 0))))"


def _placement(geometry: GeometryType, labels: Labels) -> dict[str, str]:
    if geometry.is_point and labels.angle_field:
        return {"placement": _OVER_POINT, "quadOffset": _ABOVE_RIGHT}
    if geometry in {GeometryType.POINT, GeometryType.MULTI_POINT}:
        return {
            "placement": _ROUND_POINT, "predefinedPositionOrder": "BSR,TSR,R,L,TR,TL,BR,BL", "dist": "3",
            "distUnits": "Point", "offsetType": "1",
        }  # fmt: skip
    return {"placement": _INSIDE if geometry.is_surface else _ALONG_LINE, "placementFlags": "9"}


def _points(pixels: float) -> str:
    return f"{round(pixels * POINTS_OF_A_PIXEL, 4):g}"
