"""Maps of features: in the style of their layer, gathered, as density, or as circles sized by a number field."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from dataclasses import replace

from django.utils.translation import gettext as _

from dashboards.maps.definitions import MapMode, MapOptions
from dashboards.maps.drawing import (
    UNCATEGORISED,
    MapDrawing,
    MapLegendLine,
    largest_radius,
    map_area,
    map_categories,
    radius,
)
from dashboards.maps.groups import circle_values, key_text
from dashboards.panels.kinds import PanelColumn, PanelRequest, PanelTable
from dashboards.panels.queries import group_notes
from dashboards.panels.tables import table_of
from interface.conditions import is_coded, value_words
from interface.map_config import shape
from interface.territory import COMMUNE_FIELD, label_communes
from interface.titles import row_title
from interface.wording import is_year, number
from layers.access import Scope
from layers.aggregates import AggregateResult, aggregate, facet
from layers.definitions import Field, FieldType
from layers.errors import InvalidParameter, UnknownProperty
from layers.parsing import FeatureQuery, SortKey
from layers.parsing.aggregates import COUNT, AggregateQuery, GroupKey
from layers.queries import Listing, Selection, listing, select
from layers.styles.definitions import Category, Style

# What a browser gathers and redraws without a pause; tiles draw any number.
MAX_GATHERED = 20_000
MAX_SYMBOLS = 5_000
LISTED_SYMBOLS = 200
# Colours that are told apart on a map; other values share one.
MAX_COLOURS = 12
_NUMBERS = {FieldType.INTEGER, FieldType.NUMBER}
_POINTS_ONLY = {MapMode.CLUSTERS, MapMode.HEAT, MapMode.SYMBOLS}


def features_drawing(request: PanelRequest, options: MapOptions) -> MapDrawing:
    """Return the map of the features that the question selects.

    Raises:
        InvalidParameter: the rows have no position, or are not the points that the mode needs.
        UnknownProperty: ``field`` or ``value`` is not a field of this visitor.
    """
    _check(request.scope, options)
    is_coloured = options.category and options.mode is MapMode.CATEGORIES
    scope = coloured_by(request.scope, options.category) if is_coloured else request.scope
    drawing = MapDrawing(
        options=options,
        selection=select(scope, request.query),
        unfiltered=select(scope, request.unfiltered_query) if request.unfiltered_query is not None else None,
        table=PanelTable((), ()),
        matched=0,
        token=options.colour or scope.style.token,
        field=_filter_field(scope, options),
        categories=map_categories(scope) if _is_by_category(options) else (),
    )
    if options.mode is not MapMode.SYMBOLS:
        return _counted(drawing)
    return _sized(drawing, map_area(request.panel))


def _is_by_category(options: MapOptions) -> bool:
    return options.mode is MapMode.CATEGORIES and bool(options.category or not options.colour)


def coloured_by(scope: Scope, name: str) -> Scope:
    """Return a scope whose features have a colour by value of a field: its choices, else its most frequent values.

    Raises:
        UnknownProperty: the visitor has no such field.
        InvalidParameter: its values are no list, so that each would need a colour.
    """
    field = scope.filterable.get(name)
    if field is None:
        raise UnknownProperty(name[:63], parameter="category")
    if not is_coded(field) or field.type is FieldType.TEXTS:
        raise InvalidParameter(
            _("« %s » n’est pas une liste de valeurs : chacune aurait sa couleur.") % name[:63],
            parameter="category",
        )
    own, field = scope.style, label_communes([field])[0]
    values = [(text, value_words(field, text)) for text in _category_values(scope, field)]
    categories = tuple(Category(text, words, own.token) for text, words in values)
    layer = copy(scope.layer)
    layer.style = {}
    style = Style(own.token, own.icon, name, categories)
    return replace(scope, layer=layer, definition=replace(scope.definition, style=style))


def _category_values(scope: Scope, field: Field) -> list[str]:
    """Return the values that get a colour, the same whatever the filters of the page."""
    if field.type is FieldType.BOOLEAN:
        return ["true", "false"]
    codes = [str(code) for code, _label in field.choices]
    if 0 < len(codes) <= MAX_COLOURS:
        return codes
    values = facet(select(scope, FeatureQuery()), field.name, MAX_COLOURS).values
    return sorted(str(each.value) for each in values if each.value not in (None, ""))


def _check(scope: Scope, options: MapOptions) -> None:
    if not scope.definition.geometry.is_located:
        raise InvalidParameter(
            _("« %s » est une table : ses lignes n’ont pas de place sur une carte.") % scope.slug,
            parameter="layer",
        )
    if options.mode in _POINTS_ONLY and shape(scope) != "point":
        raise InvalidParameter(
            _("« %(layer)s » n’est pas une couche de points : le mode %(mode)s ne la dessine pas.")
            % {"layer": scope.slug, "mode": options.mode.value},
            parameter="mode",
        )


def _filter_field(scope: Scope, options: MapOptions) -> str:
    if options.field and options.field not in scope.filterable:
        raise UnknownProperty(options.field[:63], parameter="field")
    style = scope.style.field
    return options.field or (style if style in scope.filterable else COMMUNE_FIELD)


def _counted(drawing: MapDrawing) -> MapDrawing:
    """Count what is drawn by category of the style, or by commune: the map in words."""
    mode = drawing.options.mode
    key = drawing.scope.style.field if drawing.categories else COMMUNE_FIELD
    query = AggregateQuery((GroupKey.of(key),), (COUNT,), (SortKey("count", is_descending=True),))
    result = aggregate(drawing.selection, query)
    most = MAX_GATHERED if mode is MapMode.CLUSTERS else 0
    return replace(
        drawing,
        table=table_of(result),
        matched=result.matched,
        title=result.columns[1].title,
        legend=tuple(_categories(drawing, result) if drawing.categories else _plain_legend(drawing)),
        most=most,
        notes=(*_cut(result.matched or 0, most), *group_notes(result)),
        total=result.matched,
    )


def _categories(drawing: MapDrawing, result: AggregateResult) -> Iterable[MapLegendLine]:
    counts = {key_text(row[0]): row[1] for row in result.rows}
    kind, field = shape(drawing.scope), drawing.scope.style.field
    for category in drawing.categories:
        if category.value in counts:
            count = counts[category.value]
            yield MapLegendLine(
                category.title,
                category.token,
                category.strength,
                kind,
                "" if count is None else number(_as_integer(count)),
                filter=(field, category.value),
                corners=category.corners,
            )
    category_values = {category.value for category in drawing.categories}
    rest = sum(_as_integer(count) for value, count in counts.items() if value not in category_values)
    if rest:
        yield MapLegendLine(_("Autres valeurs, ou aucune"), UNCATEGORISED, shape=kind, detail=number(rest))


def _as_integer(count: object) -> int:
    return count if isinstance(count, int) else 0


def _plain_legend(drawing: MapDrawing) -> Iterable[MapLegendLine]:
    token, singular = drawing.token, str(drawing.scope.definition.singular)
    if drawing.options.mode is MapMode.HEAT:
        yield MapLegendLine(_("Clair : peu d’objets"), token, 0.25)
        yield MapLegendLine(_("Foncé : beaucoup d’objets"), token, 1.0)
        return
    yield MapLegendLine(singular, token, shape=shape(drawing.scope))
    if drawing.options.mode is MapMode.CLUSTERS:
        yield MapLegendLine(_("Cercle : le nombre d’objets réunis"), token, 0.6, "circle", radius=12)


def _cut(matched: int, most: int) -> tuple[str, ...]:
    if not most or matched <= most:
        return ()
    counts = {"most": number(most), "all": number(matched)}
    return (_("Objets dessinés : %(most)s sur %(all)s. Filtrez pour voir les autres.") % counts,)


def _sized(drawing: MapDrawing, area: int) -> MapDrawing:
    """Measure the field that sizes the circles, and list the largest of them."""
    field = _value_field(drawing)
    listed = _listed(drawing.selection, field, drawing.field)
    lowest, highest = listed.ends or (0, 0)
    largest, matched = float(max(abs(lowest), abs(highest))), listed.matched
    measured = replace(
        drawing,
        table=_largest(drawing.scope, listed, field, drawing.field),
        matched=matched,
        total=matched,
        title=str(field.title),
        unit=drawing.options.unit or field.unit,
        is_year=is_year(field),
        largest=largest,
        radius=largest_radius(min(matched, MAX_SYMBOLS), area),
        most=MAX_SYMBOLS,
        notes=_cut(matched, MAX_SYMBOLS),
    )
    return replace(measured, legend=tuple(_sizes(measured, field, has_negative=lowest < 0)))


def _value_field(drawing: MapDrawing) -> Field:
    name = drawing.options.value
    field = drawing.scope.filterable.get(name)
    if field is None:
        raise UnknownProperty(name[:63], parameter="value")
    if field.type not in _NUMBERS or field.choices:
        raise InvalidParameter(_("« %s » n’est pas un nombre.") % name[:63], parameter="value")
    return field


def _sizes(drawing: MapDrawing, field: Field, *, has_negative: bool) -> Iterable[MapLegendLine]:
    for value in circle_values(drawing.largest, is_integer=field.type is FieldType.INTEGER):
        label = drawing.words(value)
        yield MapLegendLine(label, drawing.token, shape="circle", radius=radius(value, drawing))
    if has_negative:
        yield MapLegendLine(_("Cercle vide : valeur négative"), "", shape="circle", radius=6.0)


def _listed(selection: Selection, field: Field, filtered: str) -> Listing:
    """Read the largest values with the lowest and the highest of all, in one statement."""
    scope = selection.scope
    names_read = (field.name, scope.definition.title_field, filtered)
    names = tuple(dict.fromkeys(name for name in names_read if name in scope.filterable and name != "id"))
    order = (SortKey(field.name, is_descending=True),)
    query = replace(selection.query, properties=names, sort=order, limit=LISTED_SYMBOLS)
    return listing(select(scope, query), ends_of=field)


def _largest(scope: Scope, listed: Listing, field: Field, filtered: str) -> PanelTable:
    rows = listed.rows
    title = str(scope.definition.singular)
    columns = (
        PanelColumn("id", title),
        PanelColumn(field.name, str(field.title), field.unit, is_number=not is_year(field)),
    )
    codes = (row.get(filtered) for row in rows)
    return PanelTable(
        columns,
        tuple((row_title(scope, row), row[field.name]) for row in rows),
        tuple((filtered, key_text(value)) if value is not None else None for value in codes),
        tuple(row["id"] for row in rows),
    )
