"""Styles that stand for the others, as layers to be written for other tools: one of each kind and symbol layer."""

from __future__ import annotations

from layers.definitions import Field, FieldType, GeometryType
from layers.styles.definitions import Category, Heat, Labels, NumberInterval, Overlay, Proportion, Style
from layers.styles.symbols import Fill, LinePattern, Marker, MarkerLine, PointPattern, Stroke
from styles.styled_layers import StyledLayer

FIELDS = (
    Field("code", FieldType.TEXT, "Code"),
    Field("hauteur", FieldType.NUMBER, "Hauteur", unit="m"),
    Field("nom", FieldType.TEXT, "Nom"),
)
OWN_FIELDS = (
    Field("couleur", FieldType.TEXT, "Couleur"),
    Field("taille", FieldType.INTEGER, "Taille", unit="pt"),
)
OWN_COLOURS = ("000-160-000", "192-000-000")
"""The values of ``couleur`` in the features of tests."""
_THREE = (
    Category("a", "Équipements", "#b03060"),
    Category("b", "Espaces verts", "t-nature"),
    Category("c", "Transports", "t-mobility", 0.6),
)
_BANDS = tuple(
    Category(
        value,
        title,
        colour,
        symbol=(Stroke(colour, 9, offset=4.5, join="miter", cap="butt"), Stroke("#343434", 3)),
    )
    for value, title, colour in (("a", "U", "#b00006"), ("b", "AU", "#e88766"), ("c", "N", "#23a600"))
)


def styled(geometry: GeometryType, style: Style) -> StyledLayer:
    """Return a layer of a style, whose fields have their own names elsewhere too."""
    names = tuple(field.name for field in FIELDS)
    return StyledLayer("essai", "Couche d’essai", geometry, style, FIELDS, names)


STYLES = {
    "icon": styled(
        GeometryType.POINT, Style("t-amenities", "trees", symbol=(Marker(size=26, icon="face", stroke_width=2),))
    ),
    "shapes": styled(
        GeometryType.POINT,
        Style(
            "t-people", "map", "code",
            categories=(
                Category("a", "Étoiles", "#b03060", symbol=(Marker("star", 24),)),
                Category("b", "Triangles", "#2b8cbe", symbol=(Marker("triangle", 24, angle=90),)),
                Category("c", "Croix", "#23a600", symbol=(Marker("cross", 24, stroke_width=4),)),
            ),
        ),
    ),
    "categories": styled(GeometryType.SURFACE, Style("ink-3", "map", "code", categories=_THREE)),
    "graduated": styled(
        GeometryType.SURFACE,
        Style(
            "ink-3", "map", "hauteur",
            intervals=(
                NumberInterval(0, 10, "Moins de 10 m", "#fde0dd"),
                NumberInterval(10, 20, "10 à 20 m", "#fa9fb5"),
                NumberInterval(20, 40, "20 m et plus", "#c51b8a"),
            ),
        ),
    ),
    "proportional": styled(
        GeometryType.POINT,
        Style("t-mobility", "map", "hauteur", proportion=Proportion(0, 40, 8, 48), symbol=(Marker(),)),
    ),
    "dashes": styled(
        GeometryType.LINE,
        Style(
            "#d95f02", "route",
            symbol=(Stroke("ink", 8, cap="butt"), Stroke("class", 4, dash=(10, 6), cap="butt")),
        ),
    ),
    "hatches": styled(
        GeometryType.SURFACE,
        Style(
            "t-urbanism", "map",
            symbol=(Fill("paper-3", 1), LinePattern(10, 45, width=2), Stroke("class/100", 2)),
        ),
    ),
    "dots": styled(
        GeometryType.SURFACE,
        Style(
            "t-nature", "map",
            symbol=(
                PointPattern(Marker(size=5, fill="class/100", stroke="", stroke_width=0), 14, 14, is_staggered=True),
                Stroke("class/100", 2),
            ),
        ),
    ),
    "bands": styled(GeometryType.SURFACE, Style("ink-3", "map", "code", categories=_BANDS, hides_others=True)),
    "ticks": styled(
        GeometryType.LINE,
        Style(
            "t-waste", "route",
            symbol=(Stroke("class", 2), MarkerLine(Marker("triangle", 12, "class", "", 0), 24)),
        ),
    ),
    "labels": styled(
        GeometryType.SURFACE,
        Style(
            "t-territory", "map", symbol=(Fill("class/20", 1), Stroke("class", 1)),
            labels=Labels("code", 20, "ink", "paper", zoom=15, priority="hauteur"),
        ),
    ),
    # Two symbols by zoom, and labels that only show nearer: see at which scale they are drawn.
    "scales": styled(
        GeometryType.POINT,
        Style(
            "t-climate", "map", "code",
            categories=(Category("a", "A", "#111111"),),
            symbol=(Marker(size=30, fill="#c00000", zooms=(0, 15)), Marker(size=30, fill="#00a000", zooms=(15, 24))),
            labels=Labels("code", zoom=18),
        ),
    ),
    # Hatches on a class and on what is in none: both stay drawn below.
    "overlays": styled(
        GeometryType.SURFACE,
        Style(
            "#8899aa", "map", "code", categories=_THREE[:2],
            overlays=(
                Overlay("nom", ("UB", "N"), "Prioritaire", "#14242b", (LinePattern(20, 45, colour="class", width=4),)),
            ),
        ),
    ),
    # Each feature in its own colour, which ``nom`` has, and its text along an angle.
    "colours": StyledLayer(
        "essai", "Couche d’essai", GeometryType.POINT,
        Style(
            "t-climate", "map", symbol=(Marker(size=30, fill="#677593", stroke="", stroke_width=0),),
            labels=Labels("code", 20, zoom=14, size_field="taille", angle_field="hauteur"), colour_field="couleur",
        ),
        (*FIELDS, *OWN_FIELDS), tuple(field.name for field in (*FIELDS, *OWN_FIELDS)),
    ),
    "heat": styled(GeometryType.POINT, Style("t-climate", "map", "hauteur", heat=Heat(40, "YlOrRd"))),
}  # fmt: skip
"""By what each of them shows."""
