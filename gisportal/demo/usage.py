"""A history of the use of the portal before the demonstration was installed, invented; real counts are added to it.

One statement, from nothing but names and days: loading again writes the same rows, and touches none that was counted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.contrib.auth.models import Group
from django.db import connection

from gisportal.demo.groups import DIG, MANAGEMENT, PLAYGROUNDS, TREES
from gisportal.demo.rights import label_layer
from gisportal.usage_counters import review
from layers.models import Grant, Layer
from usage.models import DailyUse
from usage.services import months_before
from usage.vocabulary import CONTENTS, USES

_SOURCE = (
    "Données d’exemple : l’historique d’avant l’installation est inventé ; les usages réels s’y ajoutent depuis, "
    "comptés sans aucune donnée personnelle."
)
# Group → the rows that it reads; nothing: all of them. A producer reads the counts of its own layers.
_READERS: Mapping[str, Mapping[str, str]] = {
    USES: {
        DIG: "",
        MANAGEMENT: "",
        TREES: "couche IN ('arbres-remarquables')",
        PLAYGROUNDS: "couche IN ('aires-de-jeux')",
    },
    CONTENTS: {DIG: "", MANAGEMENT: ""},
}
# Months are kept as months before the last days; together, fourteen of them.
_DAYS_OF_MONTHS, _MONTHS = 1, 12
_HISTORY = """
WITH spans AS (
    SELECT d::date AS jour, CASE WHEN extract(isodow FROM d) > 5 THEN 0.4 ELSE 1.2 END AS weight
    FROM generate_series(%(days)s::date, %(anchor)s::date - 1, interval '1 day') d
    UNION ALL
    SELECT m::date, 29 FROM generate_series(%(months)s::date, %(days)s::date - 1, interval '1 month') m
), things AS (
    SELECT slug::text AS couche, ''::text AS tableau, title::text AS titre, visibility = 'open' AS is_open
    FROM layers_layer WHERE state = 'published'
    UNION ALL
    SELECT '', slug::text, title::text, is_public FROM dashboards_dashboard
    WHERE published_id IS NOT NULL
), known AS (
    -- One thing of seven was left aside: nobody opened it in the last six months.
    SELECT *, 1 + (hashtext(couche || tableau) & 31) AS base, (hashtext(tableau || couche) & 1023) %% 7 = 0 AS is_idle,
        (SELECT code FROM layers_commune ORDER BY hashtext(code || couche || tableau) LIMIT 1) AS town
    FROM things
), uses (nature, format, origine, in_town, is_public, rate) AS (
    VALUES ('consultation', '', 'public', false, true, 1.0), ('consultation', '', 'connecte', false, false, 0.3),
        ('consultation', '', 'public', true, true, 0.25), ('telechargement', 'csv', 'public', false, true, 0.12),
        ('telechargement', 'geojson', 'public', false, true, 0.06),
        ('telechargement', 'xlsx', 'connecte', false, false, 0.05),
        ('telechargement', 'gpkg', 'connecte', false, false, 0.03), ('appel', '', 'public', false, true, 1.8),
        ('appel', '', 'connecte', false, false, 0.5), ('tableau', '', 'public', false, true, 0.7),
        ('tableau', '', 'connecte', false, false, 0.4)
), counted AS (
    SELECT s.jour, u.nature, k.couche, k.tableau, k.titre, u.format, u.origine,
        CASE WHEN u.in_town THEN k.town END AS commune,
        floor(k.base * u.rate * s.weight * (1 + 0.5 * (s.jour - %(months)s::date) / 425.0) *
            (0.4 + (hashtext(k.couche || k.tableau || u.nature || u.format || u.origine || u.in_town || s.jour) & 1023)
                / 850.0))::int AS nombre
    FROM known k JOIN uses u ON (k.tableau <> '') = (u.nature = 'tableau') AND (k.is_open OR NOT u.is_public)
    CROSS JOIN spans s
    WHERE NOT k.is_idle OR s.jour < %(idle)s OR u.nature = 'appel'
)
INSERT INTO usage_dailyuse
    (jour, nature, couche, tableau, titre, format, origine, commune_id, portail, nombre, created_at, updated_at)
SELECT n.jour, n.nature, n.couche, n.tableau, n.titre, n.format, n.origine, n.commune,
    COALESCE(c.nom, 'Tout le territoire'), n.nombre, now(), now()
FROM counted n LEFT JOIN layers_commune c ON c.code = n.commune WHERE n.nombre > 0
ON CONFLICT DO NOTHING
"""


def load_usage(groups: Mapping[str, Group], *, anchor: dt.date) -> None:
    """Write the history, who reads it, and the review of the night."""
    for slug, readers in _READERS.items():
        layer = Layer.objects.get(slug=slug)
        label_layer(layer, producer=groups[DIG], source=_SOURCE, is_open=False)
        for name, rows in readers.items():
            Grant.objects.update_or_create(
                layer=layer, group=groups[name], defaults={"rows": rows, "can_download": True}
            )
    if DailyUse.objects.filter(jour__lt=anchor).exists():
        return  # it was written before, and is only added to
    days = months_before(anchor.replace(day=1), _DAYS_OF_MONTHS)
    with connection.cursor() as cursor:
        cursor.execute(
            _HISTORY,
            {
                "anchor": anchor,
                "days": days,
                "months": months_before(days, _MONTHS),
                "idle": months_before(anchor, 7),
            },
        )
    review()
