"""Write counts: add them to those of the day, sum days up by month, and review the contents each night.

Each is one statement. Counts of several processes meet in one row: ``INSERT … ON CONFLICT … + n``, in the order of the
key, so that two of them never wait for each other.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils.translation import gettext as _

from layers.errors import Forbidden
from layers.models import Layer
from layers.visitor import Visitor
from layers.vocabulary import LayerState, Visibility
from usage.queries import used_layer
from usage.vocabulary import ContentKind, UseKind, UseOrigin


@dataclass(frozen=True, slots=True, order=True)
class Use:
    """A use, with all that is recorded of it. ``portal`` is an INSEE code, empty for the whole territory."""

    day: dt.date
    kind: str
    layer: str = ""
    dashboard: str = ""
    form: str = ""
    origin: str = UseOrigin.PUBLIC.value
    portal: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """A dashboard that its readers may open, since ``day``."""

    slug: str
    title: str
    day: dt.date | None = None


_ADD = """
INSERT INTO usage_dailyuse
    (jour, nature, couche, tableau, titre, format, origine, commune_id, portail, nombre, created_at, updated_at)
SELECT u.jour, u.nature, u.couche, u.tableau, u.titre, u.format, u.origine, c.code, COALESCE(c.nom, %s), u.nombre,
    now(), now()
FROM unnest(%s::date[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::int[])
    AS u (jour, nature, couche, tableau, titre, format, origine, commune, nombre)
LEFT JOIN layers_commune c ON c.code = u.commune
ORDER BY u.jour, u.nature, u.couche, u.tableau, u.format, u.origine, c.code
ON CONFLICT (jour, nature, couche, tableau, format, origine, commune_id) DO UPDATE
SET nombre = usage_dailyuse.nombre + EXCLUDED.nombre, titre = EXCLUDED.titre, updated_at = now()
"""
_SUM_UP = """
WITH old AS (
    DELETE FROM usage_dailyuse WHERE jour < %s AND jour <> date_trunc('month', jour)::date
    RETURNING date_trunc('month', jour)::date AS mois, nature, couche, tableau, titre, format, origine, commune_id,
        portail, nombre
)
INSERT INTO usage_dailyuse
    (jour, nature, couche, tableau, titre, format, origine, commune_id, portail, nombre, created_at, updated_at)
SELECT mois, nature, couche, tableau, max(titre), format, origine, commune_id, max(portail), sum(nombre), now(), now()
FROM old GROUP BY mois, nature, couche, tableau, format, origine, commune_id
ON CONFLICT (jour, nature, couche, tableau, format, origine, commune_id) DO UPDATE
SET nombre = usage_dailyuse.nombre + EXCLUDED.nombre, updated_at = now()
"""
_REVIEW = """
WITH contents AS (
    SELECT %(layer)s AS nature, slug::text AS identifiant, title::text AS titre, created_at::date AS publie_le
    FROM layers_layer WHERE state = %(published)s
    UNION ALL
    SELECT %(dashboard)s, d.slug, d.title, d.day
    FROM unnest(%(slugs)s::text[], %(titles)s::text[], %(days)s::date[]) AS d (slug, title, day)
), used AS (
    SELECT CASE WHEN tableau <> '' THEN %(dashboard)s ELSE %(layer)s END AS nature,
        CASE WHEN tableau <> '' THEN tableau ELSE couche END AS identifiant,
        max(jour) FILTER (WHERE nature = ANY(%(opened)s)) AS derniere,
        sum(nombre) FILTER (WHERE nature = ANY(%(opened)s) AND jour > %(today)s::date - 30) AS recent,
        sum(nombre) FILTER (WHERE nature = ANY(%(opened)s) AND jour >= %(since)s) AS ouvertures,
        sum(nombre) FILTER (WHERE nature = %(download)s AND jour >= %(since)s) AS telechargements,
        sum(nombre) FILTER (WHERE nature = %(call)s AND jour >= %(since)s) AS appels
    FROM usage_dailyuse GROUP BY 1, 2
), gone AS (
    DELETE FROM usage_usedcontent k
    WHERE NOT EXISTS (SELECT FROM contents c WHERE c.nature = k.nature AND c.identifiant = k.identifiant)
)
INSERT INTO usage_usedcontent (nature, identifiant, titre, publie_le, derniere_ouverture, ouvertures_30_jours,
    ouvertures_6_mois, telechargements_6_mois, appels_6_mois, delaisse, created_at, updated_at)
SELECT c.nature, c.identifiant, c.titre, c.publie_le, u.derniere, COALESCE(u.recent, 0), COALESCE(u.ouvertures, 0),
    COALESCE(u.telechargements, 0), COALESCE(u.appels, 0), COALESCE(u.ouvertures, 0) = 0, now(), now()
FROM contents c LEFT JOIN used u USING (nature, identifiant)
ON CONFLICT (nature, identifiant) DO UPDATE
SET titre = EXCLUDED.titre, publie_le = EXCLUDED.publie_le, derniere_ouverture = EXCLUDED.derniere_ouverture,
    ouvertures_30_jours = EXCLUDED.ouvertures_30_jours, ouvertures_6_mois = EXCLUDED.ouvertures_6_mois,
    telechargements_6_mois = EXCLUDED.telechargements_6_mois, appels_6_mois = EXCLUDED.appels_6_mois,
    delaisse = EXCLUDED.delaisse, updated_at = now()
"""


def add_uses(counts: Mapping[Use, int], dashboards: Mapping[str, str]) -> int:
    """Add counts to those of their day, and return the number of rows written.

    ``dashboards`` are the titles of those that are published. Uses of anything but them and published layers are left
    out: an address may name anything. So are uses by the public of a layer that it does not see.
    """
    slugs = {use.layer for use in counts if use.layer}
    layers = {
        layer.slug: layer
        for layer in Layer.objects.filter(slug__in=slugs, state=LayerState.PUBLISHED).only(
            "slug", "title", "visibility"
        )
    }
    lines = [
        (use, layers[use.layer].title if use.layer else dashboards.get(use.dashboard, ""), count)
        for use, count in sorted(counts.items())
        if _is_existing(use, layers, dashboards)
    ]
    if not lines:
        return 0
    columns = [
        (use.day, use.kind, use.layer, use.dashboard, title, use.form, use.origin, use.portal, count)
        for use, title, count in lines
    ]
    with connection.cursor() as cursor:
        cursor.execute(_ADD, [_("Tout le territoire"), *map(list, zip(*columns, strict=True))])
        return int(cursor.rowcount)


def _is_existing(use: Use, layers: Mapping[str, Layer], dashboards: Mapping[str, str]) -> bool:
    if use.dashboard:
        return use.dashboard in dashboards
    if not use.layer:
        return True
    layer = layers.get(use.layer)
    return layer is not None and (use.origin != UseOrigin.PUBLIC or layer.visibility == Visibility.OPEN)


@transaction.atomic
def show_use(visitor: Visitor, slug: str, *, is_public: bool) -> None:
    """Show the use of a layer to all who see it, or to its producers alone; journaled as its rights.

    Raises:
        UnknownLayer: there is no such layer, or its use is not the visitor's to read.
        Forbidden: the visitor does not feed the layer, or their credentials write nothing.
    """
    if not used_layer(visitor, slug).may_open:
        raise Forbidden(_("Seul qui alimente la couche décide de qui lit ses usages."))
    layer = Layer.objects.select_for_update().get(slug=slug)
    layer.is_use_public = is_public
    layer.save(update_fields=["is_use_public", "updated_at"])


def sum_up(*, today: dt.date, months: int) -> int:
    """Make one row a month of the days that are older than ``months``; return how many rows of months were written."""
    with connection.cursor() as cursor:
        cursor.execute(_SUM_UP, [months_before(today.replace(day=1), months)])
        return int(cursor.rowcount)


def review_contents(*, today: dt.date, dashboards: Iterable[Published]) -> None:
    """Write a row for each published content, with its uses in the last months."""
    listed = list(dashboards)
    with connection.cursor() as cursor:
        cursor.execute(
            _REVIEW,
            {
                "layer": ContentKind.LAYER.value,
                "dashboard": ContentKind.DASHBOARD.value,
                "published": LayerState.PUBLISHED.value,
                "slugs": [each.slug for each in listed],
                "titles": [each.title for each in listed],
                "days": [each.day for each in listed],
                "opened": [UseKind.CONSULTATION.value, UseKind.DASHBOARD.value],
                "download": UseKind.DOWNLOAD.value,
                "call": UseKind.CALL.value,
                "today": today,
                "since": months_before(today, 6),
            },
        )


def months_before(day: dt.date, months: int) -> dt.date:
    """Return the same day so many months before, or the last day of a month that has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
