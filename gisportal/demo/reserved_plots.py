"""Sample reserved plots: who benefits, since when and in which state, for most of the prescriptions 05 of the plan."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from gisportal.demo.plui import IDURBA
from gisportal.demo.sample_rows import seeded_random
from planning.models import ReservedPlot
from planning.vocabulary import RESERVED_PLOT_TYPE, PlotState
from plui.models import Prescription, PrescriptionLin, PrescriptionPct, PrescriptionSurf

_MODELS: tuple[type[Prescription], ...] = (PrescriptionSurf, PrescriptionLin, PrescriptionPct)
_PURPOSES = {
    "05-00": "Équipement public",
    "05-01": "Élargissement à 12 m, piste cyclable comprise",
    "05-02": "École de huit classes et son préau",
    "05-03": "Local technique des réseaux",
    "05-04": "Square ouvert au public",
    "05-05": "Logements sociaux, la moitié de la surface de plancher",
    "05-06": "Voie à créer, largeur 8 m",
    "05-07": "Projet d’aménagement global à venir",
}
_BENEFICIARIES = {
    "05-01": ("Département des Hauts-de-Seine, exemple", "Grand Paris Seine Ouest, exemple"),
    "05-05": ("Bailleur social, exemple",),
}
_STATES = (PlotState.OPEN, PlotState.OPEN, PlotState.OPEN, PlotState.NOTICE, PlotState.ACQUIRED)


def load_reserved_plots() -> None:
    """Write the plots that are not described yet; one in six stays without description."""
    there = set(ReservedPlot.objects.values_list("idurba", "number"))
    ReservedPlot.objects.bulk_create(plot for plot in _plots() if (plot.idurba, plot.number) not in there)


def _plots() -> Iterator[ReservedPlot]:
    rng = seeded_random("reserved-plots")
    for model in _MODELS:
        rows = model._default_manager.filter(idurba__idurba=IDURBA, typepsc=RESERVED_PLOT_TYPE).exclude(
            txt=""
        )
        for rank, row in enumerate(rows.select_related("commune").order_by("lib_idpsc")):
            town = f"{row.commune.nom} (commune), exemple" if row.commune else "Établissement public, exemple"
            plot = ReservedPlot(
                idurba=IDURBA,
                number=row.txt,
                purpose=_PURPOSES.get(row.code, ""),
                beneficiary=rng.choice(_BENEFICIARIES.get(row.code, (town,))),
                origin=dt.date(rng.randint(2012, 2024), rng.randint(1, 12), rng.randint(1, 28)),
                state=rng.choice(_STATES),
            )
            if rank % 6 != 5:
                yield plot
