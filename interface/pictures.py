"""Icons, faces of layers and swatches of symbols as SVG, whose colours are classes, or attributes for literal ones.

No page carries a style attribute (Content Security Policy): a token is a class of ``hues.css``, which follows the
theme; a literal colour is a presentation attribute of SVG.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from interface import wording
from layers.access import RasterScope, Scope
from layers.definitions import GeometryType
from layers.styles.colours import COLOUR_TOKENS, IN_THE_DARK, NEUTRAL_TOKENS, is_black, mixed, parts
from layers.styles.definitions import Category, NumberInterval, Overlay, Style
from layers.styles.symbols import LAYER_ICON, Marker, Symbol, Zooms
from styles.frame import default_symbol
from styles.legends import density_scale, size_scale, sizes
from styles.pictures import SvgPicture, pictogram_or_fallback
from styles.styled_layers import overlay_symbol
from styles.swatches import LEGEND_ZOOM, ZoomSwatch, icon_picture, zoom_swatches
from styles.swatches import swatch as swatch_picture

TOKENS = frozenset({*COLOUR_TOKENS, *NEUTRAL_TOKENS}) | frozenset(
    {"brand", "signal", "open", "internal", "ok", "warn", "bad"}
)
_HUED = re.compile(r'class="is-(?:fill|stroke)( hue-(?!paper)[a-z0-9-]+ strength-\d+)"')
_UNNAMED = re.compile(r"[^a-z0-9-]")
_PAINT = re.compile(r'(fill|stroke)="@(#[0-9a-f]{6}|[a-z0-9-]+(?:/\d{1,3})?)"')


class SymbolSheet:
    """Pictures that a page draws many times, each written once: ``svg`` after the last drawing that refers to one."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.symbols: dict[str, SafeString] = {}

    def add(self, symbols: Mapping[str, SafeString]) -> None:
        """Add pictures by their names in the page."""
        self.symbols.update(symbols)

    @property
    def svg(self) -> SafeString:
        """The pictures of the drawings written so far, unseen themselves."""
        return format_html(
            '<svg id="{}" class="symbol-sheet" aria-hidden="true">{}</svg>',
            self.name,
            SafeString("".join(self.symbols.values())),
        )


def icon(name: str, sheet: SymbolSheet | None = None) -> SafeString:
    """Draw a decorative icon, from the ``sheet`` of a page that has one.

    A name an administrator mistyped gives a neutral pictogram, never a broken page.
    """
    if not sheet:
        return _pictogram_svg(str(name))
    drawn, symbols = _shared_pictogram(str(name))
    sheet.add(symbols)
    return drawn


@lru_cache(maxsize=512)
def _shared_pictogram(name: str) -> tuple[SafeString, dict[str, SafeString]]:
    picture = pictogram_or_fallback(name)
    symbol = _id_of("icon", name)
    drawn = format_html(
        '<svg class="icon{}" aria-hidden="true"><use href="#{}"/></svg>',
        " is-filled" if picture.is_filled else "",
        symbol,
    )
    return drawn, {symbol: _symbol(symbol, picture.side, picture.side, SafeString(picture.shapes))}


def _id_of(kind: str, pictogram: str) -> str:
    """Return the id in a page of a pictogram, whose name an administrator may have mistyped."""
    return f"{kind}-{_UNNAMED.sub('-', pictogram)}"


def _symbol(name: str, width: float, height: float, shapes: SafeString) -> SafeString:
    return format_html(
        '<symbol id="{}" viewBox="0 0 {} {}">{}</symbol>', name, f"{width:g}", f"{height:g}", shapes
    )


@lru_cache(maxsize=512)
def _pictogram_svg(name: str) -> SafeString:
    picture = pictogram_or_fallback(name)
    return format_html(
        '<svg class="icon{}" viewBox="0 0 {} {}" aria-hidden="true" focusable="false">{}</svg>',
        " is-filled" if picture.is_filled else "",
        picture.side,
        picture.side,
        mark_safe(picture.shapes),  # noqa: S308 (rebuilt by styles.pictures)
    )


def hue(token: str) -> str:
    """Return the class that carries the token of a colour, the territory's for an unknown or a literal one."""
    name = token.partition("/")[0]
    return f"hue-{name}" if name in TOKENS else "hue-t-territory"


def strength(share: float) -> str:
    """Return the class that mixes a colour with the paper, in steps of five hundredths."""
    return f"strength-{min(max(round(share * 20) * 5, 5), 100)}"


def style_icon(
    style: Style, more: str = "", sheet: SymbolSheet | None = None, *, is_hued: bool = True
) -> SafeString:
    """Draw the face of a layer, decorative: its pictogram on its colour; ``more`` are classes.

    Not ``is_hued``: what it stands in has the class of its colour.
    """
    if sheet is None:
        return _face(style.token, style.icon, more, is_hued)
    return _drawn_face(style.token, style.icon, more, is_hued, sheet)


def _drawn_face(
    token: str, pictogram: str, more: str, is_hued: bool, sheet: SymbolSheet | None = None
) -> SafeString:
    name, share = parts(token)
    classes = f"pic {more}".strip()
    if name.startswith("#") or share < 1:
        picture = inline(icon_picture(token, pictogram), "face")
        return format_html('<span class="{}" aria-hidden="true">{}</span>', classes, picture)
    # What is hidden says so once.
    face = SafeString(icon(pictogram, sheet).replace(' aria-hidden="true"', "", 1))
    hued = f"{classes} {hue(name)}" if is_hued else classes
    return format_html('<span class="{}" aria-hidden="true">{}</span>', hued, face)


_face = lru_cache(maxsize=1_000)(_drawn_face)


def scope_icon(scope: Scope | RasterScope, more: str = "") -> SafeString:
    """Draw the face of a layer or of a raster, which is a picture in the colour of its theme; ``more`` are classes."""
    if isinstance(scope, Scope):
        return style_icon(scope.style, more)
    classes = f"pic {more}".strip()
    return format_html(
        '<span class="{} {}" aria-hidden="true">{}</span>',
        classes,
        hue(scope.layer.theme.token),
        icon("image"),
    )


def swatch(scope: Scope, legend_class: Category | NumberInterval | None = None) -> SafeString:
    """Draw the symbol of a class of a layer, decorative; that of what is in none without ``legend_class``."""
    style, geometry = scope.style, scope.definition.geometry
    symbol = style.symbol_of(legend_class, default_symbol(style, geometry))
    return inline(swatch_picture(symbol, geometry, style.icon), "symbol")


def zoom_swatch(
    scope: Scope,
    legend_class: Category | NumberInterval | Overlay | None = None,
    sheet: SymbolSheet | None = None,
) -> SafeString:
    """Draw the symbol of a class, or of what lies over classes, at each zoom: that of ``LEGEND_ZOOM`` first.

    ``explorer/legend/legend.js`` shows that of the zoom of the map. All have one size; what the map does not draw at a
    zoom is faint. The pictures are those of the ``sheet`` of a page that has one.
    """
    style, geometry = scope.style, scope.definition.geometry
    if isinstance(legend_class, Overlay):
        symbol = overlay_symbol(style, legend_class, geometry)
    else:
        symbol = style.symbol_of(legend_class, default_symbol(style, geometry))
    if not sheet:
        return _zoom_swatches(symbol, geometry, style.icon, style.zooms)
    drawn, symbols = _shared_swatches(symbol, geometry, style.icon, style.zooms)
    sheet.add(symbols)
    return drawn


@lru_cache(maxsize=1024)
def _shared_swatches(
    symbol: Symbol, geometry: GeometryType, icon: str, zooms: Zooms
) -> tuple[SafeString, dict[str, SafeString]]:
    """Return the drawing of a symbol and what it refers to by name.

    The colour of the class is that of the drawing, so that classes of one shape share their pictures.
    """
    names = {icon, *(layer.icon for layer in symbol if isinstance(layer, Marker))} - {"", LAYER_ICON}
    pictograms = {_id_of("shape", name): pictogram_or_fallback(name).shapes for name in names}
    symbols = {
        name: SafeString(f'<defs><g id="{name}">{shapes}</g></defs>') for name, shapes in pictograms.items()
    }
    swatches = zoom_swatches(symbol, geometry, icon, zooms)
    colours = Counter(_HUED.findall("".join(_shapes(one.picture.shapes) for one in swatches)))
    colour = next(iter(colours.most_common(1)), ("", 0))[0]
    steps = []
    for one in swatches:
        picture = one.picture
        shapes = _shapes(picture.shapes).replace(colour, "").replace("hue-paper strength-100", "hue-paper")
        for pictogram, outline in pictograms.items():
            shapes = shapes.replace(outline, f'<use href="#{pictogram}"/>')
        name = replace(picture, shapes=shapes).name[:9]
        symbols[name] = _symbol(name, picture.width, picture.height, SafeString(shapes))
        steps.append((one, name))
    drawn, first = next((one, name) for one, name in steps if one.zooms[0] <= LEGEND_ZOOM < one.zooms[1])
    texts = [f"{one.zooms[0]:g} {name}{'' if one.is_visible else ' undrawn'}" for one, name in steps]
    return format_html(
        '<svg class="symbol{}" width="{}" height="{}" aria-hidden="true"><use href="#{}"{}{}/></svg>',
        colour,
        f"{drawn.picture.width:g}",
        f"{drawn.picture.height:g}",
        first,
        "" if drawn.is_visible else SafeString(' class="is-undrawn"'),
        format_html(' data-steps="{}"', ",".join(texts)) if len(texts) > 1 else "",
    ), symbols


@lru_cache(maxsize=1024)
def _zoom_swatches(symbol: Symbol, geometry: GeometryType, icon: str, zooms: Zooms) -> SafeString:
    swatches = zoom_swatches(symbol, geometry, icon, zooms)
    if len(swatches) == 1:
        return inline(swatches[0].picture, "symbol")
    return format_html_join("", "{}", ((_at_zooms(one),) for one in swatches))


def _at_zooms(one: ZoomSwatch) -> SafeString:
    visible = inline(one.picture, "symbol" if one.is_visible else "symbol is-undrawn")
    low, high = one.zooms
    hidden = "" if low <= LEGEND_ZOOM < high else " hidden"
    return format_html('<span data-zooms="{} {}"{}>{}</span>', f"{low:g}", f"{high:g}", hidden, visible)


def colour_swatch(token: str, percent: float = 100, more: str = "") -> SafeString:
    """Draw a piece of a colour of a style, ``percent`` of it over the paper, decorative; ``more`` are classes."""
    name, left = parts(mixed(token, percent / 100))
    if not name.startswith("#"):
        classes = f"swatch {more} {hue(name)} {strength(left)}"
        return format_html('<span class="{}" aria-hidden="true"></span>', " ".join(classes.split()))
    return format_html(
        '<svg class="swatch {}" viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
        '<rect width="1" height="1" fill="{}"/></svg>',
        more,
        in_themes(name),
    )


def painted(token: str, attribute: str) -> SafeString:
    """Return the ``fill`` or ``stroke`` of a literal colour; nothing for a token, which has its class."""
    is_literal = token.startswith("#")
    return format_html('{}="{}"', attribute, in_themes(token)) if is_literal else SafeString("")


def in_themes(literal: str) -> str:
    """Return a literal colour as CSS: with another one in the dark, where dark paper would hide it."""
    dark = IN_THE_DARK.get(literal)
    return f"light-dark({literal}, {dark})" if dark else literal


def inline(picture: SvgPicture, classes: str) -> SafeString:
    """Return a picture as a decorative SVG of a page."""
    return format_html(
        '<svg class="{0}" width="{1}" height="{2}" viewBox="0 0 {1} {2}" aria-hidden="true" focusable="false">'
        "{3}</svg>",
        classes,
        f"{picture.width:g}",
        f"{picture.height:g}",
        _shapes(picture.shapes),
    )


def painted_shapes(shapes: str) -> SafeString:
    """Return the shapes of a picture, which our own code wrote, with classes for tokens."""
    return mark_safe(_PAINT.sub(_painted, shapes))  # noqa: S308 (written by styles, colours checked)


_shapes = lru_cache(maxsize=1024)(painted_shapes)


def _painted(match: re.Match[str]) -> str:
    name, share = parts(match[2])
    if is_black(name):
        return f'class="is-black-{match[1]}" {match[1]}="{name}"'
    if name.startswith("#"):
        return f'{match[1]}="{in_themes(name)}"'
    return f'class="is-{match[1]} {hue(name)} {strength(share)}"'


def legend_scale(scope: Scope, style: Style) -> tuple[SvgPicture, str] | None:
    """Return the colours of a density or the sizes of a proportion with their words; None for another kind of style."""
    if style.heat:
        return density_scale(style.heat), _("Du moins dense au plus dense")
    if style.proportion is None:
        return None
    field = scope.filterable.get(style.field)
    unit = f"{wording.HARD_SPACE}{wording.unit(field.unit)}" if field and field.unit else ""
    # Three significant digits.
    texts = [f"{wording.number(float(f'{value:.3g}'))}{unit}" for value, _size in sizes(style.proportion)]
    title = str(field.title) if field else style.field
    words = _("%(field)s : %(values)s") % {"field": title, "values": ", ".join(texts)}
    return size_scale(style, scope.definition.geometry, texts), words
