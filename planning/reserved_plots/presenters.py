"""Reserved plots in words: rows of the page and of the paper, columns of the files, JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interface.wording import area, day, distance, number
from layers.definitions import FieldType
from layers.queries import communes
from planning.reserved_plots.queries import Plot
from planning.tables.definitions import Column, TableStatement, statement_of_rows
from planning.vocabulary import PlotState

_COLUMNS = (
    Column("number", gettext_lazy("Numéro")),
    Column("idurba", gettext_lazy("Document")),
    Column("purpose", gettext_lazy("Destination")),
    Column("beneficiary", gettext_lazy("Bénéficiaire")),
    Column("state", gettext_lazy("État")),
    Column("origin", gettext_lazy("Inscrit le"), FieldType.DATE),
    Column("code", gettext_lazy("Code CNIG")),
    Column("code_label", gettext_lazy("Type de prescription")),
    Column("communes", gettext_lazy("Communes")),
    Column("area_m2", gettext_lazy("Surface (m²)"), FieldType.NUMBER, 1),
    Column("length_m", gettext_lazy("Longueur (m)"), FieldType.NUMBER, 1),
    Column("parcel_count", gettext_lazy("Nombre de parcelles"), FieldType.INTEGER),
    Column("parcels", gettext_lazy("Parcelles")),
)


@dataclass(frozen=True, slots=True)
class PlotRow:
    """A plot in words. ``parcels`` are (reference, address of the sheet)."""

    number: str
    purpose: str
    beneficiary: str
    state: str
    is_open: bool
    origin: str
    kind: str
    communes: str
    size: str
    parcels: Sequence[tuple[str, str]]
    address: str
    edit_address: str


def plot_rows(plots: Iterable[Plot], *, can_edit: bool) -> list[PlotRow]:
    """Return plots in words; ``can_edit`` gives the way to the form of each that has a number."""
    names = {each.code: each.nom for each in communes()}
    return [_row(plot, names, can_edit=can_edit) for plot in plots]


def _row(plot: Plot, names: dict[str, str], *, can_edit: bool) -> PlotRow:
    known, first = plot.description, plot.drawings[0]
    state = PlotState(known.state) if known is not None else None
    return PlotRow(
        number=plot.number,
        purpose=plot.purpose,
        beneficiary=known.beneficiary if known is not None else "",
        state=str(state.label) if state is not None else "",
        is_open=state in {None, PlotState.OPEN, PlotState.NOTICE},
        origin=day(known.origin) if known is not None and known.origin else "",
        kind=f"{first.code} {first.code_label}",
        communes=_communes(plot, names),
        size=_size(plot),
        parcels=[(reference_of(idu), reverse("planning:parcel", args=[idu])) for idu in plot.parcels],
        address=reverse("explorer:feature", args=[first.layer, first.pk]),
        edit_address=_edit_address(plot) if can_edit and plot.number else "",
    )


def _edit_address(plot: Plot) -> str:
    if plot.description is not None:
        return reverse("management:reserved-plot", args=[plot.description.pk])
    return f"{reverse('management:new-reserved-plot')}?idurba={plot.idurba}&number={plot.number}"


def _communes(plot: Plot, names: dict[str, str]) -> str:
    codes = dict.fromkeys(code for each in plot.drawings for code in each.communes)
    return ", ".join(names.get(code, code) for code in codes)


def _size(plot: Plot) -> str:
    sizes = []
    if plot.area_m2 is not None:
        sizes.append(area(plot.area_m2))
    if plot.length_m is not None:
        sizes.append(distance(plot.length_m))
    return ", ".join(sizes)


def reference_of(idu: str) -> str:
    """Return the cadastral reference in an identifier: « AB 123 », with the prefix of a former commune."""
    prefix, section, numero = idu[5:8], idu[8:10].lstrip("0"), idu[10:].lstrip("0")
    return " ".join(part for part in ("" if prefix == "000" else prefix, section, numero) if part)


def plots_statement(plots: Iterable[Plot]) -> TableStatement:
    """Return the table of the files."""
    names = {each.code: each.nom for each in communes()}
    return statement_of_rows(_COLUMNS, (_line(plot, names) for plot in plots))


def _line(plot: Plot, names: dict[str, str]) -> Sequence[Any]:
    known, first = plot.description, plot.drawings[0]
    return (
        plot.number,
        plot.idurba,
        plot.purpose,
        known.beneficiary if known is not None else None,
        str(PlotState(known.state).label) if known is not None else None,
        known.origin.isoformat() if known is not None and known.origin else None,
        first.code,
        first.code_label,
        _communes(plot, names),
        plot.area_m2,
        plot.length_m,
        len(plot.parcels),
        ", ".join(plot.parcels),
    )


def plots_document(plots: Iterable[Plot]) -> dict[str, Any]:
    """Return plots as JSON: areas in m², lengths in m; the note of the team is not part of it."""
    return {"plots": [_plot(plot) for plot in plots]}


def _plot(plot: Plot) -> dict[str, Any]:
    known = plot.description
    return {
        "number": plot.number or None,
        "idurba": plot.idurba,
        "purpose": plot.purpose,
        "beneficiary": (known.beneficiary or None) if known is not None else None,
        "state": known.state if known is not None else None,
        "origin": known.origin.isoformat() if known is not None and known.origin else None,
        "area_m2": None if plot.area_m2 is None else round(plot.area_m2, 2),
        "length_m": None if plot.length_m is None else round(plot.length_m, 2),
        "communes": list(dict.fromkeys(code for each in plot.drawings for code in each.communes)),
        "parcels": list(plot.parcels),
        "prescriptions": [
            {"layer": each.layer, "id": each.pk, "title": each.title, "code": each.code}
            for each in plot.drawings
        ],
    }


def summary(plots: Sequence[Plot]) -> str:
    """Return how many plots there are, and how many have a beneficiary."""
    described = sum(bool(plot.description and plot.description.beneficiary) for plot in plots)
    return _("Emplacements : %(count)s. Avec un bénéficiaire : %(described)s.") % {
        "count": number(len(plots)),
        "described": number(described),
    }
