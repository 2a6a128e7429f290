"""The layers of this app, without geometry: uses by day, and each content with its uses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from layers.definitions import GeometryType, LayerDefinition, Metadata, fields_of
from layers.styles.definitions import Style
from usage import vocabulary
from usage.models import DailyUse, UsedContent

_TOKEN = "c-slate"  # noqa: S105  (the name of a colour)

USES = LayerDefinition(
    slug=vocabulary.USES,
    model=DailyUse,
    title=_("Usage du portail"),
    singular=_("Usage d’un jour"),
    geometry=GeometryType.NONE,
    fields=fields_of(
        DailyUse,
        [
            "jour",
            "nature",
            "titre",
            "couche",
            "tableau",
            "format",
            "origine",
            "commune",
            "portail",
            "nombre",
        ],
        facets=["nature", "format", "origine", "portail"],
    ),
    title_field="titre",
    summary=("jour", "nature", "nombre", "portail"),
    style=Style(token=_TOKEN, icon="chart-column"),
    metadata=Metadata(
        theme="territoire",
        abstract=_(
            "Consultations, téléchargements, appels de l’API et ouvertures de tableaux de bord, par jour, couche et "
            "portail. Les compteurs ne contiennent aucune donnée personnelle."
        ),
        keywords=("usage", "fréquentation", "statistiques"),
        frequency="UPDATE_CONT",
        is_open=False,
    ),
    time_field="jour",
    subject_field="couche",
)

CONTENTS = LayerDefinition(
    slug=vocabulary.CONTENTS,
    model=UsedContent,
    title=_("Usage du portail : contenus"),
    singular=_("Contenu du portail"),
    geometry=GeometryType.NONE,
    fields=fields_of(
        UsedContent,
        [
            "titre",
            "nature",
            "identifiant",
            "publie_le",
            "derniere_ouverture",
            "ouvertures_30_jours",
            "ouvertures_6_mois",
            "telechargements_6_mois",
            "appels_6_mois",
            "delaisse",
        ],
        facets=["nature", "delaisse"],
    ),
    title_field="titre",
    summary=("nature", "ouvertures_6_mois", "derniere_ouverture"),
    style=Style(token=_TOKEN, icon="layers"),
    metadata=Metadata(
        theme="territoire",
        abstract=_(
            "Les couches et les tableaux de bord publiés, avec leurs ouvertures récentes : ce que personne n’ouvre s’y "
            "voit aussi. Calculé chaque nuit."
        ),
        keywords=("usage", "fréquentation", "statistiques"),
        frequency="DAILY",
        is_open=False,
    ),
    time_field="derniere_ouverture",
)
