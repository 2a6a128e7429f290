"""The page of the studio: parts of the form, its map, its warnings, its versions, its words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cartography.classes.queries import ClassStatistics, study
from cartography.classes.services import is_reversed
from cartography.studio.class_table import class_lines, histogram_drawing, patterns
from cartography.studio.fields import (
    StyleChoice,
    field_choices,
    heat_cards,
    kinds,
    label_choices,
    palette_cards,
    priority_choices,
    simulated_colours,
)
from cartography.studio.overlays import overlays_context
from cartography.studio.warnings import class_colours, warnings
from cartography.symbols import EDGES, SHAPES, DashForm, PointChoice, PointForm, choice_of
from cartography.versions.presenters import class_legend, scale_of, version_lines
from interface.map_config import compiled, map_config, shape
from interface.territory import visible_communes
from interface.wording import number
from layers import access
from layers.access import Scope
from layers.definitions import Text
from layers.errors import InvalidStyle
from layers.models import StyleVersion
from layers.queries import extent
from layers.styles.colours import LAYER_COLOURS
from layers.styles.definitions import ClassMethod, ClusterKind, Style, StyleKind
from layers.vocabulary import STYLE_KINDS
from styles.classification import MAX_INTERVALS, MIN_INTERVALS
from styles.colours import DARK, LIGHT, resolved
from styles.frame import default_symbol
from styles.maplibre.compiler import images
from styles.services import changes, draft_of, draft_style, mark
from styles.swatches import icon_picture, swatch

_LISTED_VERSIONS = 6
# What maps draw beside what styles may name.
_ROLES_LIGHT = {"brand": "#0b5563", "signal": "#c2410c"}
_ROLES_DARK = {"brand": "#7cc7d3", "signal": "#ff9a5c"}
METHODS: Mapping[ClassMethod, Text] = {
    ClassMethod.QUANTILES: gettext_lazy("Quantiles"),
    ClassMethod.EQUAL: gettext_lazy("Égales"),
    ClassMethod.JENKS: gettext_lazy("Jenks"),
    ClassMethod.MANUAL: gettext_lazy("À la main"),
}
# What a screen shows from a zoom on.
ZOOMS: Mapping[float, Text] = {
    0: gettext_lazy("toujours"),
    10: gettext_lazy("le territoire"),
    12: gettext_lazy("une commune"),
    13: gettext_lazy("un quartier"),
    14: gettext_lazy("des rues"),
    16: gettext_lazy("une rue"),
    17: gettext_lazy("des bâtiments"),
    18: gettext_lazy("un bâtiment"),
    24: gettext_lazy("jusqu’au plus près"),
}
# What the script says; places are ``{named}``.
_WORDS: Mapping[str, Text] = {
    "undo": gettext_lazy("Annuler : {step}"),
    "redo": gettext_lazy("Rétablir : {step}"),
    "nothing_to_undo": gettext_lazy("Rien à annuler"),
    "nothing_to_redo": gettext_lazy("Rien à rétablir"),
    "undone": gettext_lazy("Annulé : {step}"),
    "redone": gettext_lazy("Rétabli : {step}"),
    "saving": gettext_lazy("Enregistrement…"),
    "refused": gettext_lazy("pas enregistré : à corriger"),
    "failed": gettext_lazy("pas enregistré, le serveur ne répond pas"),
    "stale": gettext_lazy("Quelqu’un d’autre a changé ce brouillon : rechargez la page pour voir le sien."),
    "no_map": gettext_lazy("Ce navigateur n’affiche pas de carte ; les réglages restent bons."),
    "draft": gettext_lazy("Aperçu du brouillon"),
    "published": gettext_lazy("Style publié"),
    "both": gettext_lazy("Publié à gauche, brouillon à droite"),
    "contrast": gettext_lazy("{light} pour 1 sur clair, {dark} pour 1 sur sombre"),
    "low_contrast": gettext_lazy("{light} pour 1 sur clair, {dark} pour 1 sur sombre : il faut 3"),
    "unreadable": gettext_lazy("Écrivez-la comme #2b8cbe."),
}


@dataclass(frozen=True, slots=True)
class StyleWork:
    """The style in the studio: the style, its draft (None when nothing was changed), what its classes hold.

    ``fault`` says why a draft cannot be drawn any more, its field taken away for instance: the style is then what is
    published.
    """

    scope: Scope
    style: Style
    draft: StyleVersion | None
    study: ClassStatistics
    fault: str = ""

    @property
    def published(self) -> Style:
        """The style that everybody sees."""
        return access.written_style(self.scope)


@dataclass(frozen=True, slots=True)
class LayerLine:
    """A layer in the order of the view."""

    slug: str
    title: str
    words: str
    picture: Any
    is_current: bool


def open_work(scope: Scope) -> StyleWork:
    """Return the draft of a layer's style, or the published style without one."""
    draft = draft_of(scope.layer)
    style, fault = access.written_style(scope), ""
    if draft:
        try:
            style = draft_style(scope, draft)
        except InvalidStyle as error:
            fault = error.detail
    return StyleWork(scope, style, draft, study(scope, style), fault)


def page_context(work: StyleWork) -> dict[str, Any]:
    """Return the context of the whole page."""
    return parts_context(work) | {"config": preview_config(work.scope), "words": page_words()}


def parts_context(work: StyleWork, faults: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return the context of the parts that each change renders again."""
    scope, style = work.scope, work.style
    other_scopes = [other for other in access.visible(scope.visitor) if other.definition.geometry.is_located]
    base = reverse("cartography:studio", args=[scope.slug])
    return {
        "scope": scope,
        "layer": scope.layer,
        "style": style,
        "draft": work.draft,
        "mark": mark(work.draft),
        "saved": saved_words(work.draft),
        "addresses": {"page": base, "document": f"{base}document/", "icons": f"{base}pictogrammes/"},
        "faults": faults or ({"draft": _unread(work)} if work.fault else {}),
        "warnings": warnings(scope, style, work.study, other_scopes),
        "layers": layer_lines(scope, style, other_scopes),
        "versions": version_lines(scope)[:_LISTED_VERSIONS],
        "state": {
            "mark": mark(work.draft),
            "document": changes(scope, style),
            "draft": compiled_style(scope, style),
            "published": compiled_style(scope, work.published),
        },
        **_legend_context(work),
        **_symbols_context(work),
        **overlays_context(scope, style),
        **_labels_context(work),
    }


def saved_words(draft: StyleVersion | None) -> str:
    """Return when the draft was kept, as the other workshops of the portal say it."""
    if draft is None:
        return _("Rien n’est encore changé")
    time = formats.time_format(timezone.localtime(draft.updated_at), "H:i")
    return _("gardé à {time}").replace("{time}", time)


def _symbols_context(work: StyleWork) -> dict[str, Any]:
    scope, style = work.scope, work.style
    colours = tuple(resolved(each.colour) for each in class_colours(style))
    palettes = palette_cards(style) if style.intervals or style.categories else []
    return {
        "shape": shape(scope),
        "kinds": kinds(scope, style),
        "kind": style.kind.value,
        "fields": {
            kind.value: field_choices(scope, kind, style.field if kind is style.kind else "")
            for kind in StyleKind
            if kind is not StyleKind.SINGLE
        },
        "study": work.study,
        "lines": class_lines(scope, style, work.study),
        "histogram": histogram_drawing(scope, style, work.study),
        "fit": round(100 * work.study.fit) if work.study.fit is not None else None,
        "methods": [
            StyleChoice(method.value, str(title), method is style.method) for method, title in METHODS.items()
        ],
        "counts": range(MIN_INTERVALS, MAX_INTERVALS + 1),
        "count": len(style.intervals) or 5,
        "palettes": palettes,
        "heat_palettes": heat_cards(style.heat.palette if style.heat else "YlOrRd"),
        "is_reversed": is_reversed(style),
        "simulated_colours": simulated_colours(colours) if len(colours) > 1 else [],
        "patterns": patterns() if scope.definition.geometry.is_surface else [],
        "symbol": choice_of(style.symbol, scope.definition.geometry),
        "point_forms": _point_forms(scope, style),
        "dashes": DashForm.choices,
        "shapes": SHAPES.items(),
        "edges": EDGES.items(),
        "tokens": [*LAYER_COLOURS.items(), ("ink", _("encre")), ("paper", _("papier"))],
        "clusters": [
            (ClusterKind.COUNT.value, _("Leur nombre")),
            (ClusterKind.PIE.value, _("Un camembert des catégories")),
        ],
    }


def _point_forms(scope: Scope, style: Style) -> list[tuple[str, Text]]:
    """Return the forms of points; sizes by value are those of discs, since crowded pictograms are hidden."""
    if style.proportion is None:
        return list(PointForm.choices)
    symbol = choice_of(style.symbol, scope.definition.geometry)
    is_pictogram = isinstance(symbol, PointChoice) and symbol.form == PointForm.PICTOGRAM
    forms: list[tuple[str, Text]] = [
        (PointForm.DEFAULT.value, _("Rond")),
        (PointForm.DOT.value, _("Autre contour")),
    ]
    if is_pictogram:  # chosen elsewhere, or for another kind: the form says what is there
        forms.append((PointForm.PICTOGRAM.value, PointForm.PICTOGRAM.label))
    return forms


def _unread(work: StyleWork) -> str:
    return _(
        "Le brouillon ne peut plus être dessiné (%s) : la page montre le style publié. "
        "Mettez ce brouillon de côté, ou reprenez une version."
    ) % work.fault.rstrip(".")


def _legend_context(work: StyleWork) -> dict[str, Any]:
    scope, style = work.scope, work.style
    field = scope.filterable.get(style.field)
    if scale := scale_of(scope, style):
        return {"legend": [], "scale": scale, "field_title": field.title if field else ""}
    lines = class_legend(scope, style)
    counts = work.study.counts if len(work.study.counts) == len(lines) else ()
    counted = [
        {"picture": line.picture, "title": line.title, "count": number(counts[at]) if counts else ""}
        for at, line in enumerate(lines)
    ]
    geometry = scope.definition.geometry
    if counts and work.study.unclassed and not style.hides_others:
        rest = swatch(style.symbol_of(None, default_symbol(style, geometry)), geometry, style.icon)
        counted.append({"picture": rest, "title": _("Autres"), "count": number(work.study.unclassed)})
    return {"legend": counted, "field_title": field.title if field else ""}


def _labels_context(work: StyleWork) -> dict[str, Any]:
    scope, labels = work.scope, work.style.labels
    return {
        "label_fields": label_choices(scope, labels.field if labels else scope.definition.title_field),
        "priorities": priority_choices(scope, labels.priority if labels else ""),
        "label_zooms": zoom_choices(labels.zoom if labels else 13),
        "zooms_from": zoom_choices(work.style.zooms[0]),
        "zooms_to": zoom_choices(work.style.zooms[1]),
    }


def zoom_choices(chosen: float) -> list[StyleChoice]:
    """Return zooms, named by the extent of a screen, and the selected one."""
    named: dict[float, str] = {zoom: str(title) for zoom, title in ZOOMS.items()}
    if chosen not in named:
        named[chosen] = _("zoom %s") % formats.number_format(chosen)
    return [StyleChoice(f"{zoom:g}", title, zoom == chosen) for zoom, title in sorted(named.items())]


def layer_lines(scope: Scope, style: Style, other_scopes: list[Scope]) -> list[LayerLine]:
    """Return the layers that the visitor sees, the highest first, this one by the rank of its draft."""
    ranked = [(style.rank if other.slug == scope.slug else other.style.rank, other) for other in other_scopes]
    ordered = sorted(enumerate(ranked), key=lambda each: (-each[1][0], each[0]))
    lines = []
    for _index, (_rank, other) in ordered:
        layer_style = style if other.slug == scope.slug else other.style
        lines.append(
            LayerLine(
                other.slug,
                str(other.layer.title),
                str(STYLE_KINDS[layer_style.kind]),
                icon_picture(layer_style.token, layer_style.icon),
                other.slug == scope.slug,
            )
        )
    return lines


def compiled_style(scope: Scope, style: Style) -> dict[str, Any]:
    """Return the style layers and pictures of a style, and the address of tiles with the fields that it uses."""
    compiled_style = compiled(scope, style)
    return {
        "drawing": compiled_style.layers,
        "images": images(compiled_style),
        "tiles": tile_address(scope, style),
    }


def tile_address(scope: Scope, style: Style) -> str:
    """Return the address of tiles with the fields of a style, as a template for MapLibre."""
    names = sorted({*style.fields, scope.definition.title_field} & set(scope.filterable))
    requested = [name for name in names if name != "id"]
    template = reverse("tiles:tile", args=[scope.slug, 0, 0, 0]).replace("0/0/0", "{z}/{x}/{y}")
    return f"{template}?{urlencode({'properties': ','.join(requested)})}" if requested else template


def preview_config(scope: Scope) -> dict[str, Any]:
    """Return the configuration of the map for any style: ground, box of the layer, colours of both themes."""
    visitor = scope.visitor
    box = extent(scope)
    return map_config(visible_communes(visitor), portal=visitor.portal) | {
        "box": list(box) if box else None,
        "slug": scope.slug,
        "palettes": {"light": {**LIGHT, **_ROLES_LIGHT}, "dark": {**DARK, **_ROLES_DARK}},
    }


def page_words() -> dict[str, str]:
    """Return the messages of the script of the page, in the language of the visitor."""
    return {name: str(text) for name, text in _WORDS.items()}
