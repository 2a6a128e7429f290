"""Tags of the catalogue, of sheets, of files to download and of entry."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from django import forms, template
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator, get_text_list
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from explorer.catalogue.queries import CatalogueEntry, TablePage
from explorer.editing.presenters import waiting_period
from explorer.editing.queries import WaitingRelation
from explorer.layer_panel.queries import METRES, LayerResult, position_error
from explorer.sheet.queries import DueDate, DueState, FeaturePosition
from export_formats import columns
from export_formats.registry import HEADINGS, LABELS, Format, official_formats, page_formats
from interface import titles, wording
from interface.map_config import shape as shape_of
from interface.wording import field_value, is_empty
from layers.access import RasterScope, Scope
from layers.cache import BoundedCache
from layers.definitions import Field, FieldType
from layers.parsing import FeatureQuery
from layers.queries import Selection, synonyms
from layers.vocabulary import names_unit
from styles.styled_layers import STYLE_NAME

register = template.Library()


LONG = 36
# What a row of a list tells beside its title.
_FACTS, _LENGTH = 2, 80
# The rows of whole layers as HTML: most visitors see these, and a template takes 20 ms to write a hundred.
_rendered_rows: BoundedCache[SafeString] = BoundedCache(128)
FIRST = 5


@dataclass(frozen=True, slots=True)
class SortState:
    """The sort of a table on a column: ``state`` is the word of ``aria-sort``, ``next`` the sort of a click.

    ``next`` is empty for a list of values, which has no order.
    """

    state: str
    next: str


@dataclass(frozen=True, slots=True)
class ReuseLink:
    """A way to reuse a layer: an absolute address to copy, and its purpose."""

    name: str
    label: str
    address: str
    help: str


@register.simple_tag
def sort_state(query: FeatureQuery, field: Field) -> SortState:
    """Return the sort of the table on ``field``."""
    key = next((key for key in query.sort[:1] if key.name == field.name), None)
    if key is None:
        return SortState("", field.name if field.is_sortable else "")
    return (
        SortState("descending", field.name) if key.is_descending else SortState("ascending", f"-{field.name}")
    )


@register.simple_tag
def map_rows(result: LayerResult) -> SafeString:
    """Draw the rows of a layer in the list of the map."""
    return _rows("explorer/map/rows.html", result.question.selection, {"result": result})


@register.simple_tag
def table_rows(scope: Scope, table: TablePage, columns: tuple[Field, ...]) -> SafeString:
    """Draw the rows of the table in the page of a layer."""
    context = {"scope": scope, "rows": table.page.rows, "columns": columns}
    labels = tuple(field.choices for field in columns)  # those of the communes are read each time
    return _rows("explorer/catalogue/layer/rows.html", table.selection, context, labels)


def _rows(name: str, selection: Selection, context: Mapping[str, Any], labels: Hashable = None) -> SafeString:
    """Draw rows, cached until the data change when they are the first of the whole layer."""
    draw = partial(render_to_string, name, dict(context))
    key = selection.layer_count_key
    day = selection.scope.visitor.plan  # links of rows hold it
    return draw() if key is None else _rendered_rows.recall((name, get_language(), labels, day, key), draw)


@register.simple_tag
def row_title(scope: Scope, row: dict[str, Any]) -> str:
    """Return what a row is called in a list."""
    return titles.row_title(scope, row)


@register.simple_tag
def row_facts(scope: Scope, row: dict[str, Any]) -> str:
    """Return the distance of a row from the place, if any, and its first key facts, which distinguish namesakes."""
    readable = {field.name: field for field in scope.fields}
    names = [name for name in scope.definition.summary if name != scope.definition.title_field]
    texts = [readable[name] for name in names if name in readable and readable[name].type is FieldType.TEXT]
    fields = [field for field in texts if not is_empty(row.get(field.name))]
    text = [how_far(row[METRES], position_error(scope, row))] if METRES in row else []
    text += [
        wording.restriction(str(row[field.name])) or str(field.label(row[field.name]))
        for field in fields[:_FACTS]
    ]
    return Truncator(" · ".join(text)).chars(_LENGTH)


@register.filter
def type_name(field: Field) -> str:
    """Return the type of a field in words, as in the notice of a file."""
    return columns.type_name(field.type)


@register.filter
def reuse_links(scope: Scope, request: HttpRequest) -> list[ReuseLink]:
    """List the addresses for desktop tools and scripts."""
    items, tiles = reverse("ogc:items", args=[scope.slug]), reverse("tiles:tilejson", args=[scope.slug])
    links = [
        ReuseLink(
            "qgis",
            _("QGIS : OGC API Features"),
            request.build_absolute_uri(reverse("ogc:landing")),
            _(
                "Couche › Ajouter une couche › WFS / OGC API Features, nouvelle connexion, version « OGC API »."
            ),
        ),
        ReuseLink(
            "api",
            _("API : GeoJSON"),
            request.build_absolute_uri(items),
            _("Filtres : commune, bbox, q, filter (CQL2)…"),
        ),
        ReuseLink(
            "tiles",
            _("Tuiles vectorielles : TileJSON"),
            request.build_absolute_uri(tiles),
            _("MapLibre, OpenLayers, QGIS."),
        ),
        ReuseLink(
            "style",
            _("Style de la carte : style.json"),
            request.build_absolute_uri(f"{reverse('ogc:style', args=[scope.slug, STYLE_NAME])}?f=mapbox"),
            _("MapLibre : tuiles, couleurs, images et étiquettes en une adresse."),
        ),
    ]
    return links if scope.definition.geometry.is_located else links[:2]


@register.filter
def shape(scope: Scope) -> str:
    """Return how features are drawn: point, line or surface."""
    return shape_of(scope)


@dataclass(frozen=True, slots=True)
class Position:
    """A position in one notation: ``text`` as people read it, ``plain`` as other tools do, for the clipboard."""

    name: str
    text: str
    plain: str


@register.filter
def positions(where: FeaturePosition) -> list[Position]:
    """Write a place in the usual notations."""
    latitude, longitude = where.latitude, where.longitude
    decimal = f"{wording.degrees(latitude)}, {wording.degrees(longitude)}"
    metres = [wording.number(round(amount)) for amount in (where.easting, where.northing)]
    return [
        Position(_("WGS 84, degrés"), decimal, decimal),
        Position(
            _("WGS 84, minutes et secondes"),
            wording.sexagesimal(latitude, longitude),
            wording.plain_sexagesimal(latitude, longitude),
        ),
        Position(_("Lambert-93, mètres"), ", ".join(metres), f"{where.easting:.1f}, {where.northing:.1f}"),
    ]


@dataclass(frozen=True, slots=True)
class DueWords:
    """A due date in words, with the class and the pictogram of its state."""

    word: str
    kind: str
    icon: str
    away: str


@register.filter
def due_words(due: DueDate) -> DueWords:
    """Word how late something is: never colour alone."""
    words = {
        DueState.OVERDUE: (_("En retard"), "bad", "circle-alert"),
        DueState.SOON: (_("Bientôt due"), "warn", "clock"),
        DueState.FINE: (_("À jour"), "open", "circle-check"),
    }
    return DueWords(*words[due.state], wording.days_away(due.days))


@register.filter
def has_value(field: Field, record: Any) -> bool:
    """Whether a record has a value in a field."""
    return not is_empty(field_value(field, record))


@register.filter
def is_long(field: Field, record: Any) -> bool:
    """Whether a field of a record needs the whole width of a card: sentences, addresses of pages."""
    return len(str(field.label(field_value(field, record)))) > LONG


@register.filter
def how_far(metres: float, error: float | None = None) -> str:
    """Word a distance between two features, and how sure it is: « à 115 m, à 250 m près »."""
    return _distance_words(metres, error, get_language())


@lru_cache(maxsize=4_000)
def _distance_words(metres: float, error: float | None, _language: str | None) -> str:
    if metres == 0:
        text = _("mitoyen")
    else:
        text = _("à moins d’un mètre") if metres < 1 else _("à %s") % wording.distance(metres)
    return (
        text
        if error is None
        else _("%(distance)s, %(error)s") % {"distance": text, "error": wording.error(error)}
    )


@register.filter
def entry_key(entry: CatalogueEntry) -> tuple[Hashable, ...]:
    """Return what the catalogue shows of a layer beside its face."""
    layer = entry.scope.layer
    texts = (layer.slug, layer.title, layer.abstract, str(layer.producer or ""), layer.licence)
    raster = entry.scope.online.pk if isinstance(entry.scope, RasterScope) else 0
    return (*texts, entry.scope.is_open, layer.is_sample, entry.count, entry.updated, raster)


@register.filter
def facet_title(name: str) -> str:
    """Return what a facet is called, from its parameter in the address."""
    titles = {
        "theme": _("Thème"),
        "visibilite": _("Visibilité"),
        "geometrie": _("Géométrie"),
        "producteur": _("Producteur"),
        "licence": _("Licence"),
    }
    return titles[name]


@register.simple_tag
def also_called(scope: Scope, field: Field | None = None, code: str = "") -> SafeString | str:
    """Render « aussi appelé : … » for a layer, one of its fields, or a value of a field; nothing when it has none."""
    called = synonyms(scope)
    if field is None:
        words = called.layer
    else:
        words = called.of_value(field.name, str(code)) if code else called.of_field(field.name)
    if not words:
        return ""
    text = _("aussi appelé : %s") % ", ".join(words)
    return format_html(
        '<p class="muted small">{}</p>' if field is None else ' <small class="muted">{}</small>', text
    )


@register.filter
def export_formats(scope: Scope) -> list[Format]:
    """List the formats that a page offers of a layer, none for who may not download it."""
    return [*page_formats(scope.definition), *official_formats(scope)] if scope.can_download else []


@register.filter
def headings_query(kind: Format) -> str:
    """Return the parameter of an export in the form for people, empty for the other."""
    return f"{HEADINGS}={LABELS}" if kind.is_for_people else ""


@register.filter
def readable(formats: Iterable[Format]) -> str:
    """Name the formats that are in the form for people."""
    return get_text_list([kind.title for kind in formats if kind.is_for_people], _("et"))


@register.filter
def untold(formats: Iterable[Format]) -> str:
    """Name the formats that have no place for the notice."""
    return get_text_list([kind.title for kind in formats if not kind.embeds_notice], _("et"))


register.filter("waiting_period", waiting_period)


@register.filter
def is_box(field: forms.BoundField) -> bool:
    """Whether an input is a box to tick, whose label comes after it."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def more_waiting(waiting: WaitingRelation) -> int:
    """Return the number of features after the first ones, which are always visible."""
    return max(0, waiting.count - FIRST)


@register.filter
def unit_of(field: forms.BoundField, units: Mapping[str, str]) -> str:
    """Return the unit of an input, empty without one, and where its label says it."""
    unit = units.get(field.name, "")
    return "" if unit and names_unit(str(field.label), unit) else unit
