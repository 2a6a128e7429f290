"""Maps of groups: a measure by commune, or by the key of a layer of surfaces, as coloured classes or as circles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboards.documents.document import PanelQuestion
from dashboards.maps.classification import ValueClass, class_of, classify
from dashboards.maps.definitions import MapMode, MapOptions
from dashboards.maps.drawing import (
    UNCLASSED,
    MapArea,
    MapDrawing,
    MapLegendLine,
    largest_radius,
    map_area,
    radius,
    strengths,
)
from dashboards.panels.kinds import PanelRequest
from dashboards.panels.labels import amount, is_number, is_year
from dashboards.panels.queries import (
    aggregate_query,
    check_keys,
    group_notes,
    largest_first,
    period_note,
    run_aggregate,
    total,
)
from dashboards.panels.tables import table_of
from interface.territory import COMMUNE_FIELD, own, visible_communes
from interface.titles import row_title
from layers import access
from layers.aggregates import ResultColumn, Scalar
from layers.aggregates.plan import FEATURE
from layers.errors import InvalidParameter, UnknownProperty
from layers.parsing import FeatureQuery
from layers.queries import inner_points, select

# Surfaces that a key is joined to: polling stations, zones, blocks of a territory.
MAX_JOINED = 5_000
# Parts of the largest value whose circles the legend shows.
LEGEND_PARTS = (1.0, 0.25)


def groups_drawing(request: PanelRequest, options: MapOptions) -> MapDrawing:
    """Return the map of the groups that the question makes.

    Raises:
        InvalidParameter: not one plain group key, a first measure that is no number, or a key that nothing carries.
        UnknownLayer, UnknownProperty: the joined layer or its key is not there for this visitor.
    """
    question = replace(request.question, by=request.question.by or (COMMUNE_FIELD,))
    _check_key(question, options)
    query = aggregate_query(question, sort=largest_first(question), limit=MAX_JOINED)
    result = run_aggregate(request, query)
    key, measure = result.columns[0], result.columns[1]
    if not is_number(measure):
        raise InvalidParameter(
            _("Une carte colorie des nombres : « %s » n’en est pas un.") % measure.name, parameter="measures"
        )
    joined = access.scope(request.visitor, options.join_layer) if options.join_layer else None
    surfaces = _surfaces(joined, options.join_key) if joined else _communes(request)
    values = {key_text(row[0]): row[1] for row in result.rows if row[0] is not None}
    classes = classify(_numbers(values, surfaces), options.classes, method=options.method)
    title = (options.titles or {}).get(measure.name, measure.title)
    measure = replace(measure, title=title, unit=options.unit or measure.unit)
    areas = tuple(
        _area(name, title, ids, values, measure, classes, options.decimals)
        for name, (title, ids) in surfaces.items()
    )
    drawing = MapDrawing(
        options=options,
        selection=select(request.scope, request.query),
        table=table_of(result, unit=options.unit, titles=options.titles),
        matched=result.matched,
        token=options.colour or request.scope.style.token,
        field=key.name.removeprefix(FEATURE),
        title=measure.title,
        unit=measure.unit,
        is_year=is_year(measure),
        joined=joined,
        areas=areas,
        classes=classes,
        largest=max((abs(area.value) for area in areas if area.value is not None), default=0.0),
        notes=(period_note(request, result), *_lost(values, surfaces), *group_notes(result)),
        total=total(result),
    )
    if options.mode is MapMode.SYMBOLS:
        count = sum(area.value is not None for area in areas)
        most = largest_radius(count, map_area(request.panel))
        drawing = replace(drawing, areas=_positioned(request, drawing), radius=most)
        return replace(drawing, legend=tuple(_circles(drawing)))
    return replace(drawing, legend=tuple(class_lines(drawing)))


def _positioned(request: PanelRequest, drawing: MapDrawing) -> tuple[MapArea, ...]:
    """Give each place the position of its circle: inside the commune, or the largest of the surfaces with its key."""
    if drawing.joined is None:
        labels = {commune.code: commune.label for commune in visible_communes(request.visitor)}
        return tuple(replace(area, position=labels.get(area.key)) for area in drawing.areas)
    ids = [pk for area in drawing.areas if area.value is not None for pk in area.ids]
    inside = inner_points(drawing.joined, ids)
    first: dict[str, tuple[float, float]] = {}
    keys = {pk: area.key for area in drawing.areas for pk in area.ids}
    for pk, position in inside.items():
        first.setdefault(keys[pk], position)
    return tuple(replace(area, position=first.get(area.key)) for area in drawing.areas)


def _check_key(question: PanelQuestion, options: MapOptions) -> None:
    check_keys(question, 1, 1)
    key = question.by[0]
    if ":" in key:
        raise InvalidParameter(
            _("Une carte attend une clé sans période ni tranche ; reçu « %s ».") % key[:80], parameter="by"
        )
    if key != COMMUNE_FIELD and not options.join_layer:
        raise InvalidParameter(
            _("« %s » n’est pas une commune : « join » dit quelle couche porte cette clé.") % key[:63],
            parameter="by",
        )


_RowsByKey = Mapping[str, tuple[str, tuple[int, ...]]]


def _communes(request: PanelRequest) -> _RowsByKey:
    """Return the communes that the visitor sees, by code: their name, and no feature."""
    shapes = own(visible_communes(request.visitor), request.visitor.portal)
    return {commune.code: (commune.name, ()) for commune in shapes}


def _surfaces(joined: access.Scope, key: str) -> _RowsByKey:
    """Return the surfaces of a layer by the text of their key: the title of the first, and the ids of all."""
    if not joined.definition.geometry.is_surface:
        raise InvalidParameter(
            _("« %s » n’est pas une couche de surfaces : rien ne peut y être colorié.") % joined.slug,
            parameter="join",
        )
    if key not in joined.filterable:
        raise UnknownProperty(key[:63], parameter="key")
    title = joined.definition.title_field
    names = tuple(dict.fromkeys(name for name in (key, title) if name in joined.filterable and name != "id"))
    rows = select(joined, FeatureQuery(properties=names, limit=MAX_JOINED)).page().rows
    surfaces: dict[str, tuple[str, tuple[int, ...]]] = {}
    for row in rows:
        if row[key] is not None:
            name, ids = surfaces.get(key_text(row[key]), (row_title(joined, row), ()))
            surfaces[key_text(row[key])] = (name, (*ids, row["id"]))
    return surfaces


def key_text(value: object) -> str:
    """Write a group key as page filters do, so that a number joins the same number written as a text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    is_integer = isinstance(value, float | Decimal) and value == int(value)
    return str(int(value)) if is_integer else str(value).strip()  # type: ignore[call-overload]  # known whole


def _numbers(values: Mapping[str, Scalar], surfaces: _RowsByKey) -> list[float]:
    return [
        float(value) for name, value in values.items() if name in surfaces and isinstance(value, int | float)
    ]


def _area(
    name: str,
    title: str,
    ids: tuple[int, ...],
    values: Mapping[str, Scalar],
    measure: ResultColumn,
    classes: Sequence[ValueClass],
    decimals: int | None,
) -> MapArea:
    value = values.get(name)
    if not isinstance(value, int | float):
        return MapArea(name, title, None, "", ids=ids)
    words = amount(value, measure.unit, is_year=is_year(measure), decimals=decimals)
    return MapArea(name, title, float(value), words, class_of(classes, value), ids)


def _lost(values: Mapping[str, Scalar], surfaces: _RowsByKey) -> Iterable[str]:
    """Say how many groups nothing on the map carries."""
    lost = sum(1 for name in values if name not in surfaces)
    if lost:
        words = ngettext(
            "%d groupe n’a pas de place sur la carte.", "%d groupes n’ont pas de place sur la carte.", lost
        )
        yield words % lost


def class_lines(drawing: MapDrawing) -> Iterable[MapLegendLine]:
    """Yield the legend of a map coloured by class: what each holds, and what has no value."""
    for value_class, share in zip(drawing.classes, strengths(len(drawing.classes)), strict=True):
        yield MapLegendLine(
            _range(drawing, value_class), drawing.token, share, detail=_counted(drawing, value_class.count)
        )
    empty = sum(1 for area in drawing.areas if area.step == UNCLASSED)
    if empty:
        yield MapLegendLine(_("Rien, ou aucune valeur"), "", detail=_counted(drawing, empty))


def _range(drawing: MapDrawing, value_class: ValueClass) -> str:
    low, high = (
        amount(end, is_year=drawing.is_year, decimals=drawing.options.decimals)
        for end in (value_class.low, value_class.high)
    )
    return low if low == high else _("de %(low)s à %(high)s") % {"low": low, "high": high}


def _counted(drawing: MapDrawing, count: int) -> str:
    if drawing.joined is None:
        return ngettext("%d commune", "%d communes", count) % count
    return ngettext("%d surface", "%d surfaces", count) % count


def circle_values(largest: float, *, is_integer: bool) -> Iterable[float]:
    """Return the values of the circles of a legend, rounded to integers for counts: a quarter of eleven is three."""
    for part in LEGEND_PARTS if largest else ():
        value = largest * part
        yield max(round(value), 1) if is_integer else value


def _circles(drawing: MapDrawing) -> Iterable[MapLegendLine]:
    is_integer = all(area.value is None or area.value == int(area.value) for area in drawing.areas)
    for value in circle_values(drawing.largest, is_integer=is_integer):
        yield MapLegendLine(
            drawing.words(value), drawing.token, shape="circle", radius=radius(value, drawing)
        )
    if any(area.value is not None and area.value < 0 for area in drawing.areas):
        yield MapLegendLine(_("Cercle vide : valeur négative"), "", shape="circle", radius=6.0)
