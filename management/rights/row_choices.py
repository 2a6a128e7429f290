"""Rows of a grant as people choose them beside menus: a zone that is drawn, and a question in a sentence, both in CQL2.

A zone is read back from the filter that it became; a sentence is read back as the conditions that it was read as.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Polygon, WKTWriter
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from administration.geometry_widget import ValidGeometryField
from explorer.map_state.parsing import ORDER, SORT, TABLE
from explorer.natural_language.interpretation import Pair, Understood
from explorer.natural_language.proposals import MAX_TEXT, why_unused
from explorer.natural_language.queries import understood
from interface.conditions import condition
from interface.territory import COMMUNE_FIELD
from layers.access import Scope
from layers.definitions import Field
from layers.errors import LayersError
from layers.parsing.cql2 import parse_filter
from layers.parsing.cql2.nodes import GeometryLiteral, Operation, Property
from layers.sql.filters.compiler import GEOMETRY_NAMES
from layers.visitor import Visitor

MAX_ZONE_POINTS = 500
"""Points of the outline of a zone: it is compared with every row at each request of its readers."""
MAX_QUESTION = MAX_TEXT
_DECIMALS = 6  # of a degree: some ten centimetres
_BOX = re.compile(r"-?\d{1,3}(?:\.\d{1,15})?(?:[,;\s]+-?\d{1,3}(?:\.\d{1,15})?){3}", re.ASCII)
_FILTER = "filter"


class ZoneField(ValidGeometryField):
    """One surface or several, in degrees: GeoJSON, WKT, or four numbers (west, south, east, north).

    Raises:
        ValidationError: no such geometry, over ``MAX_ZONE_POINTS`` points, or a rectangle without a surface.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(geom_type="MULTIPOLYGON", srid=4326, required=False, **kwargs)

    def to_python(self, value: Any) -> GEOSGeometry | None:
        """Read the text, a rectangle too."""
        text = value.strip() if isinstance(value, str) else ""
        if _BOX.fullmatch(text):
            west, south, east, north = (float(number) for number in re.split(r"[,;\s]+", text))
            if west >= east or south >= north:
                raise ValidationError(
                    _("Un rectangle se donne par quatre nombres : ouest, sud, est, nord."), code="box"
                )
            value = Polygon.from_bbox((west, south, east, north)).wkt
        zone = super().to_python(value)
        if zone is None:
            return None
        if zone.num_coords > MAX_ZONE_POINTS:
            raise ValidationError(
                _("La zone compte %(count)d points ; le maximum est %(max)d : simplifiez son contour."),
                code="points",
                params={"count": zone.num_coords, "max": MAX_ZONE_POINTS},
            )
        try:
            parse_filter(zone_filter(zone), parameter="zone")
        except LayersError as error:
            raise ValidationError(error.detail, code="invalid") from error
        return zone


def zone_filter(zone: GEOSGeometry) -> str:
    """Return the CQL2 of the rows that touch a zone, in degrees (CRS84), at ``_DECIMALS`` decimals."""
    shape = zone[0] if isinstance(zone, MultiPolygon) and len(zone) == 1 else zone
    text = WKTWriter(trim=True, precision=_DECIMALS).write(shape).decode()
    return f"S_INTERSECTS(geom, {text.replace(' (', '(', 1)})"


def commune_filter(codes: Sequence[str]) -> str:
    """Return the CQL2 of the rows of some communes, by INSEE code."""
    listed = ", ".join(f"'{code}'" for code in codes)
    return f"{COMMUNE_FIELD} IN ({listed})" if len(codes) > 1 else f"{COMMUNE_FIELD} = {listed}"


def zone_of(text: str) -> GEOSGeometry | None:
    """Return the zone of a condition that ``zone_filter`` wrote, or anybody in the same words; None of any other.

    One of more decimals or points is another: a form would write it otherwise than it is.
    """
    try:
        zone = _surface(text)
        return zone if zone is not None and zone.equals_exact(_surface(zone_filter(zone))) else None
    except LayersError:
        return None


def _surface(text: str) -> Any:
    match parse_filter(text, parameter="rows").tree:
        case Operation("s_intersects", (Property(name), GeometryLiteral(zone))) if name in GEOMETRY_NAMES:
            is_surface = zone.geom_type in ("Polygon", "MultiPolygon") and zone.num_coords <= MAX_ZONE_POINTS
            return zone if is_surface else None
    return None


@dataclass(frozen=True, slots=True)
class QuestionRows:
    """What a sentence limits the rows to: CQL2, empty for all of them; ``faults`` name what it cannot be used for."""

    filter: str
    faults: tuple[str, ...]


def question_rows(visitor: Visitor, scope: Scope, text: str) -> QuestionRows:
    """Read the rows of a layer that a sentence in French asks for, with the words of what the visitor sees."""
    reading = understood(visitor, text)
    if not reading.subject:
        reading = understood(visitor, f"{scope.layer.title} {text}")
    if not reading.subject:
        return QuestionRows("", tuple(map(why_unused, reading.not_understood)) or (_no_condition(),))
    if reading.subject != scope.slug:
        return QuestionRows("", (_("Cette phrase porte sur une autre couche que celle de l’accès."),))
    parts = list(_conditions(scope, reading.parameters))
    faults = (*map(why_unused, reading.not_understood), *_unusable(scope, reading))
    if not parts and not faults:
        faults = (_no_condition(),)
    return QuestionRows(" AND ".join(parts), faults)


def _no_condition() -> str:
    return _(
        "Cette phrase ne limite pas les lignes : dites lesquelles, par exemple « à Sèvres, plantés après 2010 »."
    )


def _conditions(scope: Scope, pairs: Iterable[Pair]) -> Iterator[str]:
    """Yield the conditions of the subject in CQL2."""
    values: dict[str, list[str]] = {}
    for name, value in pairs:
        slug, _dot, field = name.partition(".")
        if name == COMMUNE_FIELD and COMMUNE_FIELD in scope.filterable:
            yield commune_filter(value.split(","))
        elif slug == scope.slug and field == _FILTER:
            yield f"({value})"
        elif slug == scope.slug and field in scope.filterable:
            values.setdefault(field, []).append(value)
    for name, texts in values.items():
        field_of_name: Field | None = scope.filterable.get(name)
        if field_of_name is not None:
            yield condition(field_of_name, texts, parameter=name)


_REASONS = {
    "touching": gettext_lazy("La proximité d’une autre couche ne peut pas limiter un accès."),
    "disjoint": gettext_lazy("La proximité d’une autre couche ne peut pas limiter un accès."),
    "fiches": gettext_lazy("Les fiches liées à un objet ne peuvent pas limiter un accès."),
    "premiers": gettext_lazy("Un classement ne peut pas limiter un accès."),
    ORDER: gettext_lazy("Un classement ne peut pas limiter un accès."),
    TABLE: gettext_lazy("Un classement ne peut pas limiter un accès."),
    "near": gettext_lazy("Votre position ne peut pas limiter un accès."),
    COMMUNE_FIELD: gettext_lazy("Les lignes de cette couche ne sont d’aucune commune."),
}


def _unusable(scope: Scope, reading: Understood) -> Iterator[str]:
    """Yield what a question has beside conditions on the fields of its subject, each once."""
    names = {
        name.rpartition(".")[2] if name.startswith(f"{scope.slug}.") else name
        for name, _v in reading.parameters
    }
    reasons = [str(reason) for name, reason in _REASONS.items() if name in names - scope.filterable.keys()]
    if reading.figure is not None:
        reasons.append(_("Un calcul ne peut pas limiter un accès."))
    handled = {"sujet", _FILTER, "radius", SORT, *_REASONS, *scope.filterable}
    if names - handled and not reasons:
        reasons.append(_("Cette phrase parle aussi d’une autre couche : dites les lignes de celle-ci seule."))
    yield from dict.fromkeys(reasons)
