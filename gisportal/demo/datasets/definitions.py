"""Metadata of a sample dataset: files in ``fixtures/datasets``, fields, default style."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from layers.vocabulary import Frequency, Visibility

WRITTEN_ON = dt.date(2026, 1, 5)
INVENTED = "Données générées pour la démonstration : lieux et valeurs inventés."


@dataclass(frozen=True, slots=True)
class FieldText:
    """Metadata of a field: title, unit, description, its readers when restricted, whether it adds up, its weight."""

    title: str
    unit: str = ""
    description: str = ""
    readers: tuple[str, ...] = ()
    is_additive: bool | None = None
    weight: str = ""


@dataclass(frozen=True, slots=True)
class SampleDataset:
    """A dataset. ``files`` are its versions, the oldest first; ``hidden`` are columns that are only the geometry.

    The ``producer`` feeds it and puts it online. With ``readers`` it is internal to them and to the producer.
    ``time_field`` dates the rows where they have several dates. ``smallest_count`` is the fewest rows published in
    counts and measures, 0 for any; ``tells_counts`` opens these to everybody though the rows are internal. ``noun``
    is the name of a row, with its plural and whether it is feminine. ``synonyms`` are other words for it, its fields
    and values (``administration.forms``). The files of a dataset that ``is_of_today`` are written as seen from
    ``WRITTEN_ON``: loading moves their days to that of the first load.
    """

    slug: str
    title: str
    theme: str
    files: tuple[str, ...]
    producer: str
    abstract: str
    source: str = INVENTED
    keywords: tuple[str, ...] = ()
    frequency: Frequency = Frequency.ANNUAL
    title_field: str = ""
    time_field: str = ""
    hidden: tuple[str, ...] = ()
    words: Mapping[str, FieldText] = field(default_factory=dict)
    noun: tuple[str, str, bool] = ("", "", False)
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    is_sample: bool = True
    readers: tuple[str, ...] = ()
    smallest_count: int = 0
    tells_counts: bool = False
    is_of_today: bool = False

    @property
    def visibility(self) -> Visibility:
        """Who sees it without a grant."""
        if self.tells_counts:
            return Visibility.STATISTICS
        return Visibility.INTERNAL if self.readers else Visibility.OPEN


TOWN = FieldText("Commune")
YEAR = FieldText("Année")
MONTH = FieldText("Mois", description="Premier jour du mois.")
HOUR = FieldText("Heure", description="Début de l’heure, de 0 à 23.")
DAY_KIND = FieldText("Type de jour")
ZONE = FieldText("Zone")
MODE = FieldText("Mode")
LINE = FieldText("Ligne")
NAME = FieldText("Nom")
EQUIPMENT = FieldText("Équipement")
ACCESSIBLE = FieldText("Accessible", description="Aux personnes à mobilité réduite.")
SHARED_KIND = FieldText(
    "Type d’engin", description="Code MDS : scooter_standing (trottinette), car (voiture)."
)

Document = Mapping[str, object]


def _default_style(token: str, icon: str, **more: object) -> Document:
    return {"token": token, "icon": icon, **more}


def _labels(field: str, zoom: float, priority: str = "") -> Document:
    return {"field": field, "zoom": zoom} | ({"priority": priority} if priority else {})


MAP_STYLES: Mapping[str, Document] = {
    "stations-velos": _default_style("c-lagoon", "maki:bicycle-share", labels=_labels("nom", 15, "capacite")),
    "amenagements-cyclables": _default_style("c-teal", "maki:bicycle", labels=_labels("type", 15.5)),
    "espaces-verts": _default_style("c-olive", "maki:garden", labels=_labels("nom", 14, "surface_m2")),
    "comptages-routiers": _default_style("c-cocoa", "gauge", labels=_labels("voie", 15, "tmja_2024")),
    "stationnement-parcs": _default_style("c-navy", "maki:parking", labels=_labels("nom", 15, "nb_places")),
    "transports-lignes": _default_style("c-violet", "maki:rail-light", labels=_labels("ligne", 13)),
    "transports-arrets": _default_style("c-plum", "maki:bus", labels=_labels("nom", 15, "montees_jour")),
    "engins-partages": _default_style("c-magenta", "maki:scooter"),
    "accidents-sites": _default_style("c-brick", "maki:danger", labels=_labels("nom", 15, "accidents")),
    # From afar 2,600 outlines finer than a pixel are a stain, and a quarter of the time of each frame.
    "batiments": _default_style("c-brick", "maki:building", zooms=[13, 24]),
    "arbres-alignement": _default_style(
        "c-forest", "maki:park-alt1", labels=_labels("genre", 16.5, "hauteur_m")
    ),
}
"""Datasets that a map shows."""
TABLE_STYLES: Mapping[str, Document] = {
    "population-communale": _default_style("c-violet", "users"),
    "logements-menages": _default_style("c-amber", "house"),
    "pyramide-ages": _default_style("c-raspberry", "user-round"),
    "domicile-travail": _default_style("c-lagoon", "train-front"),
    "emplois-etablissements": _default_style("c-slate", "building-2"),
    "collecte-dechets": _default_style("c-cocoa", "recycle"),
    "velos-disponibilite": _default_style("c-lagoon", "clock"),
    "stationnement-frequentation": _default_style("c-navy", "ticket"),
    "stationnement-recettes": _default_style("c-navy", "coins"),
    "transports-frequentation": _default_style("c-plum", "chart-line"),
    "trajets-partages": _default_style("c-magenta", "footprints"),
    "immatriculations-critair": _default_style("c-olive", "car-front"),
    "comptages-horaires": _default_style("c-cocoa", "chart-column"),
    "accidents": _default_style("c-brick", "users-round"),
    "mdna-ateliers": _default_style("c-leaf", "calendar-days"),
    "mdna-distributions": _default_style("c-forest", "package"),
    "mdna-listes-attente": _default_style("c-olive", "hourglass"),
}
"""Datasets without places."""
SAMPLE_STYLES: Mapping[str, Document] = {**MAP_STYLES, **TABLE_STYLES}
