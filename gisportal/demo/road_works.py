"""Sample road works follow the days after the load: those that were to come begin, those that were open end.

Every process of the site reads this module, for its periodic task: it imports nothing of what loads the demonstration.
"""

from __future__ import annotations

import datetime as dt

from layers import access
from layers.errors import UnknownLayer
from layers.visitor import system_visitor

SLUG = "travaux-voirie"
TO_COME, OPEN, ENDED = "À venir", "En cours", "Terminé"
# Who keeps works says that they have ended some days after they have: the dashboard looks for those who forget.
_DAYS_TO_SAY = 12


def update_road_works(*, today: dt.date) -> int:
    """Give the works the state of the day, and return how many changed; what somebody suspended or prolonged stays.

    Where the sample was removed, nothing changes.
    """
    try:
        works = access.scope(system_visitor(), SLUG)
    except UnknownLayer:
        return 0
    names = {name: works.filterable[name].source for name in ("statut", "date_debut", "date_fin")}
    state = names["statut"]
    ended_before = today - dt.timedelta(days=_DAYS_TO_SAY)
    begun = works.queryset.filter(**{state: TO_COME, f"{names['date_debut']}__lte": today})
    changed = begun.update(**{state: OPEN})
    ended = works.queryset.filter(**{state: OPEN, f"{names['date_fin']}__lt": ended_before})
    return changed + ended.update(**{state: ENDED})
