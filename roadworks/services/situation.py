"""What a site is at an instant: its dates, its status, how much it hampers, what becomes of cars.

Nobody types them. They follow from the phases, the effects, the state of moderation and the clock, in one statement for
all sites: after each write, and each minute, since a night of works ends at six.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import connection, transaction

# Ends are exclusive: a day ends at midnight, a night on the next morning. A phase that is over, or to come, counts
# only where none is under way. A site that somebody ended is over from that instant on.
_SITUATION = """
WITH moment AS (
    SELECT %(instant)s AS instant, %(instant)s AT TIME ZONE %(zone)s AS clock
), dated AS (
    SELECT site.id, site.etat, site.fin_reelle,
           coalesce(phases.date_debut, site.date_debut) AS date_debut,
           coalesce(phases.date_fin, site.date_fin) AS date_fin,
           coalesce(phases.ends, site.date_fin + 1 + time '00:00') AS ends
    FROM roadworks_roadworks AS site
    LEFT JOIN LATERAL (
        SELECT min(phase.date_debut) AS date_debut, max(phase.date_fin) AS date_fin,
               max(CASE WHEN phase.heure_fin <= phase.heure_debut THEN phase.date_fin + 1 + phase.heure_fin
                        ELSE phase.date_fin + 1 + time '00:00' END) AS ends
        FROM roadworks_phase AS phase WHERE phase.chantier_id = site.id
    ) AS phases ON true
    WHERE %(sites)s::bigint[] IS NULL OR site.id = ANY(%(sites)s::bigint[])
), placed AS (
    SELECT dated.*, CASE
        WHEN etat = 'suspended' THEN 'Suspendu'
        WHEN etat = 'finished' OR fin_reelle <= moment.instant OR ends <= moment.clock THEN 'Terminé'
        WHEN date_debut > moment.clock::date THEN 'À venir'
        WHEN etat = 'extended' THEN 'Prolongé'
        ELSE 'En cours'
    END AS statut
    FROM dated, moment
), effects AS (
    SELECT placed.id,
           bool_or(effect.impact = 'ferme' AND effect.mode <> 'stationnement') AS is_closed,
           bool_or(effect.impact <> 'aucun') AS is_hampered,
           bool_or(effect.mode = 'voiture' AND effect.impact = 'ferme' AND effect.sens = 'deux')
           OR (bool_or(effect.mode = 'voiture' AND effect.impact = 'ferme' AND effect.sens = 'aller')
               AND bool_or(effect.mode = 'voiture' AND effect.impact = 'ferme' AND effect.sens = 'retour'))
           AS is_road_closed,
           bool_or(effect.mode = 'voiture' AND effect.impact = 'ferme') AS is_one_way,
           bool_or(effect.mode = 'voiture' AND effect.impact = 'alterne') AS is_alternate,
           bool_or(effect.mode = 'voiture' AND effect.impact = 'ralenti') AS is_narrowed
    FROM placed
    CROSS JOIN moment
    JOIN roadworks_effect AS effect ON effect.chantier_id = placed.id
    LEFT JOIN roadworks_phase AS phase ON phase.id = effect.phase_id
    WHERE effect.phase_id IS NULL
       OR moment.clock::date BETWEEN phase.date_debut AND phase.date_fin
       OR NOT EXISTS (
           SELECT FROM roadworks_phase AS other
           WHERE other.chantier_id = placed.id AND moment.clock::date BETWEEN other.date_debut AND other.date_fin)
    GROUP BY placed.id
), situation AS (
    SELECT placed.id, placed.date_debut, placed.date_fin, placed.statut,
           CASE WHEN effects.is_closed THEN 'Très perturbant'
                WHEN effects.is_hampered THEN 'Perturbant' ELSE 'Peu perturbant' END AS niveau,
           CASE WHEN effects.is_road_closed THEN 'Route barrée'
                WHEN effects.is_one_way THEN 'Sens unique'
                WHEN effects.is_alternate THEN 'Circulation alternée'
                WHEN effects.is_narrowed THEN 'Circulation restreinte' ELSE 'Sans impact' END AS impact
    FROM placed LEFT JOIN effects ON effects.id = placed.id
)
"""
_STALE = (
    _SITUATION
    + """
SELECT site.id FROM situation JOIN roadworks_roadworks AS site ON site.id = situation.id
WHERE (site.date_debut, site.date_fin, site.statut, site.niveau_perturbation, site.impact_circulation)
   IS DISTINCT FROM
      (situation.date_debut, situation.date_fin, situation.statut, situation.niveau, situation.impact)
"""
)
_UPDATE = (
    _SITUATION
    + """
UPDATE roadworks_roadworks AS site
SET date_debut = situation.date_debut, date_fin = situation.date_fin, statut = situation.statut,
    niveau_perturbation = situation.niveau, impact_circulation = situation.impact
FROM situation WHERE site.id = situation.id
"""
)


@transaction.atomic
def update_sites(*, instant: dt.datetime, sites: Sequence[int] | None = None) -> int:
    """Compute dates, status, disturbance and traffic of sites at an instant; return how many changed.

    ``sites`` are ids, None for all. Where nothing changes nothing is written: the version of the layer stays, and
    every cache of it.
    """
    values: dict[str, Any] = {
        "instant": instant,
        "zone": settings.TIME_ZONE,
        "sites": None if sites is None else list(sites),
    }
    with connection.cursor() as cursor:
        cursor.execute(_STALE, values)
        stale = [pk for (pk,) in cursor.fetchall()]
        if stale:
            cursor.execute(_UPDATE, values | {"sites": stale})
    return len(stale)
