"""Options of kinds that follow rows on a trajectory: which field says what. A field that is not named is not shown."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from dashboards.panels.options import NAME, TEXT, Schema, role, titled
from dashboards.panels.states import STATE_NEEDED
from layers.definitions import Text


def _field(name: str, title: Text) -> Schema:
    return titled(role(NAME, name), title)


FOLLOWED: Mapping[str, Schema] = {
    "measure": _field("number", _("Dernière mesure")),
    "measure_year": _field("year", _("Année de la dernière mesure")),
    "reference": _field("number", _("Valeur de référence")),
    "reference_year": _field("year", _("Année de référence")),
    "expected": _field("number", _("Valeur attendue")),
    "target": _field("number", _("Cible")),
    "target_year": _field("year", _("Année de la cible")),
    "gap": _field("number", _("Écart à la valeur attendue")),
    "units": _field("text", _("Champ de l’unité")),
    "decimals": _field("number", _("Champ des décimales")),
    "direction": _field("codes", _("Sens souhaité")),
    "up": {
        **TEXT,
        "title": _("Code du sens à la hausse"),
        "description": "The code of ``direction`` for more is better.",
    },
    "selects": _field("text", _("Au clic, filtrer par")),
    **STATE_NEEDED,
    "records": _field("relation", _("Mesures : enregistrements liés")),
    "record_year": titled(NAME, _("Mesures : année")),
    "record_value": titled(NAME, _("Mesures : valeur")),
    "record_source": titled(NAME, _("Mesures : autre source")),
    "record_provisional": titled(NAME, _("Mesures : provisoire")),
    "record_filter": {
        "type": "string",
        "maxLength": 2_000,
        "title": _("Mesures : filtre (CQL2)"),
        "description": "CQL2 on the records: those of the whole, without parts.",
    },
    "steps": _field("relation", _("Trajectoire : enregistrements liés")),
    "step_year": titled(NAME, _("Trajectoire : année")),
    "step_value": titled(NAME, _("Trajectoire : valeur")),
}
