"""Reserved plots: the prescriptions 05 that a visitor reads, by number, with what the portal knows of each.

The plan says where and why; the table ``ReservedPlot`` says who benefits. Areas are in m² and lengths in m, on the
spheroid. A plot of which no prescription is read is no plot for this visitor.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.db import connection
from django.db.models import F, FloatField, Func

from layers import access
from layers.access import Scope, in_commune, joined
from layers.errors import UnknownLayer
from layers.sql.limits import time_limit
from layers.sql.spatial import Geography
from layers.visitor import Visitor
from planning.models import ReservedPlot
from planning.queries.locations import PARCELS
from planning.tables.sql import MARK, area_sliver, row_source, shared_area, shared_length, touching
from planning.tool_layers.queries import readable
from planning.vocabulary import NOISE_M2, RESERVED_PLOT_TYPE, SLIVER_M

PRESCRIPTIONS = ("plui-prescriptions-surf", "plui-prescriptions-lin", "plui-prescriptions-pct")
_NEEDED = frozenset({"txt", "typepsc", "idurba", "libelle", "code"})
_DIGITS = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Drawing:
    """A prescription 05: its layer and id, its label, its code, what it measures, the communes that it goes into."""

    layer: str
    pk: int
    title: str
    code: str
    code_label: str
    area_m2: float | None
    length_m: float | None
    communes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plot:
    """A reserved plot: a number of a document, its drawings, what the portal knows of it, and its parcels."""

    idurba: str
    number: str
    drawings: Sequence[Drawing]
    description: ReservedPlot | None = None
    parcels: Sequence[str] = field(default=())

    @property
    def area_m2(self) -> float | None:
        """The area of its surfaces together, None without any."""
        areas = [each.area_m2 for each in self.drawings if each.area_m2 is not None]
        return sum(areas) if areas else None

    @property
    def length_m(self) -> float | None:
        """The length of its lines together, None without any."""
        lengths = [each.length_m for each in self.drawings if each.length_m is not None]
        return sum(lengths) if lengths else None

    @property
    def purpose(self) -> str:
        """What it is for: what the team wrote, else the labels of the plan."""
        if self.description is not None and self.description.purpose:
            return self.description.purpose
        return ", ".join(dict.fromkeys(each.title for each in self.drawings))


@dataclass(frozen=True, slots=True)
class PlotLayers:
    """The layers of prescriptions that a visitor reads, and the parcels if they do."""

    prescriptions: Sequence[Scope]
    parcels: Scope | None

    @property
    def can_download(self) -> bool:
        """Whether the visitor may take the prescriptions away."""
        return all(scope.can_download for scope in self.prescriptions)

    @property
    def joined(self) -> Scope:
        """The scope that stands for all of them."""
        extra = [*self.prescriptions[1:], *([self.parcels] if self.parcels else [])]
        return joined(self.prescriptions[0], extra)


def plot_layers(visitor: Visitor) -> PlotLayers:
    """Return the layers that plots are read from.

    Raises:
        UnknownLayer: the visitor reads no layer of prescriptions.
    """
    scopes = access.scopes_by_slug(visitor, [*PRESCRIPTIONS, PARCELS])
    prescriptions = [
        scope
        for slug in PRESCRIPTIONS
        if (scope := readable(scopes, slug)) is not None and scope.filterable.keys() >= _NEEDED
    ]
    if not prescriptions:
        raise UnknownLayer(PRESCRIPTIONS[0])
    parcels = readable(scopes, PARCELS)
    return PlotLayers(prescriptions, parcels if parcels and "idu" in parcels.filterable else None)


def plots(layers: PlotLayers, *, commune: str = "", number: str = "") -> list[Plot]:
    """Return the plots by document and number, « 2 » before « 10 », without their parcels.

    Drawings without a number are a plot each.

    Raises:
        TooSlow: the database did not answer in time.
    """
    groups: dict[tuple[str, str, str], list[Drawing]] = defaultdict(list)
    with time_limit("page"):
        for scope in layers.prescriptions:
            for idurba, label, drawing in _drawings(scope, commune, number):
                groups[idurba, label, "" if label else f"{drawing.layer}/{drawing.pk}"].append(drawing)
        known = {(row.idurba, row.number): row for row in ReservedPlot.objects.all()}
    listed = [
        Plot(idurba, label, drawings, known.get((idurba, label)))
        for (idurba, label, _single), drawings in groups.items()
    ]
    return sorted(listed, key=lambda plot: (plot.idurba, not plot.number, natural(plot.number)))


def natural(text: str) -> list[tuple[int, str]]:
    """Return a key that sorts the numbers inside texts by their value."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in _DIGITS.split(text)]


def _drawings(scope: Scope, commune: str, number: str) -> Iterable[tuple[str, str, Drawing]]:
    geometry = scope.definition.geometry
    rows = scope.queryset.filter(typepsc=RESERVED_PLOT_TYPE)
    if commune:
        rows = rows.filter(in_commune(scope.definition, commune))
    if number:
        rows = rows.filter(txt=number)
    function = {2: "ST_Area", 1: "ST_Length"}.get(geometry.dimension)
    if function:
        measured = Func(Geography(F("geom")), function=function, output_field=FloatField())
        rows = rows.annotate(plot_measure=measured)
    code = scope.filterable["code"]
    for row in rows.order_by("pk"):
        measure = getattr(row, "plot_measure", None)
        yield (
            row.idurba_id,
            row.txt.strip(),
            Drawing(
                scope.slug,
                row.pk,
                row.libelle,
                row.code,
                str(code.label(row.code)),
                measure if geometry.is_surface else None,
                measure if geometry.dimension == 1 else None,
                tuple(getattr(row, "communes", None) or ([row.commune_id] if row.commune_id else [])),
            ),
        )


def with_parcels(layers: PlotLayers, listed: Sequence[Plot]) -> list[Plot]:
    """Return plots with the identifiers of the parcels that they go into, slivers left out.

    Raises:
        TooSlow, TooCostly, Busy: the database did not answer in time, or would not.
    """
    if layers.parcels is None or not listed:
        return list(listed)
    found: dict[tuple[str, int], list[str]] = {}
    with time_limit("page"):
        for scope in layers.prescriptions:
            ids = [each.pk for plot in listed for each in plot.drawings if each.layer == scope.slug]
            if ids:
                found |= {(scope.slug, pk): idus for pk, idus in _parcels(scope, layers.parcels, ids).items()}
    return [
        replace(
            plot,
            parcels=sorted({idu for each in plot.drawings for idu in found.get((each.layer, each.pk), ())}),
        )
        for plot in listed
    ]


def _parcels(scope: Scope, parcels: Scope, ids: Sequence[int]) -> Mapping[int, list[str]]:
    first = row_source(scope.queryset.filter(pk__in=ids), "pk", "geom")
    other = row_source(parcels.queryset, "geom", "idu")
    if first is None or other is None:
        return {}
    measures = {
        2: (shared_area("a.geom", "p.geom"), area_sliver("m.shared", "m.whole"), NOISE_M2),
        1: (shared_length("a.geom", "p.geom"), "false", SLIVER_M),
        0: ("1.0", "false", 0.0),
    }
    shared, sliver, least = measures[scope.definition.geometry.dimension]
    statement = (
        f"SELECT a.id, array_agg(p.idu) FROM {first.sql} AS a(id, geom)"  # noqa: S608 (names are ours, values bound)
        f" JOIN {other.sql} AS p(geom, idu) ON {touching('a.geom', 'p.geom')} {MARK.format(parameter='commune')}"
        f" CROSS JOIN LATERAL (SELECT {shared} AS shared, ST_Area(p.geom::geography) AS whole OFFSET 0) AS m"
        f" WHERE m.shared >= {least!r} AND NOT {sliver} GROUP BY a.id"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*first.parameters, *other.parameters])
        return dict(cursor.fetchall())


def may_edit(visitor: Visitor) -> bool:
    """Whether a visitor writes what the portal knows of plots: who may change every row of their prescriptions."""
    if visitor.is_administrator:
        return True
    if visitor.is_anonymous or not visitor.may_write:
        return False
    scopes = access.scopes_by_slug(visitor, PRESCRIPTIONS)
    surfaces = scopes.get(PRESCRIPTIONS[0])
    return surfaces is not None and surfaces.changes_every_row


def described_plot(scope: Scope, pk: int) -> tuple[str, str] | None:
    """Return the number and the beneficiary of the plot that a prescription draws; None where it draws none."""
    if not scope.filterable.keys() >= _NEEDED:
        return None
    row = scope.queryset.filter(pk=pk, typepsc=RESERVED_PLOT_TYPE).exclude(txt="").first()
    if row is None:
        return None
    known = ReservedPlot.objects.filter(idurba=row.idurba_id, number=row.txt.strip()).first()
    return row.txt.strip(), known.beneficiary if known is not None else ""


def find_plot(pk: int) -> ReservedPlot | None:
    """Return what the portal knows of a plot, None where there is nothing."""
    return ReservedPlot.objects.filter(pk=pk).first()


def every_description() -> list[ReservedPlot]:
    """Return what the portal knows of each plot, those that no prescription draws any more too."""
    return list(ReservedPlot.objects.all())


def plots_version() -> str:
    """Return a text that changes with every write to the table of plots."""
    rows = ReservedPlot.objects.order_by("-updated_at").values_list("updated_at", flat=True)
    last = rows.first()
    return f"{ReservedPlot.objects.count()} {last.isoformat() if last else ''}"
