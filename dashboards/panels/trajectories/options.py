"""Kinds of rows on a trajectory: which field says what. A field that is not named is not shown."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.documents.document import PanelQuestion
from dashboards.panels.fitting import plain_question
from dashboards.panels.kinds import Fit, PanelKind
from dashboards.panels.options import NAME, TEXT, Schema, role, titled
from dashboards.panels.states import STATE_NEEDED
from dashboards.sources.keys import own_codes, own_numbers
from dashboards.sources.source import FieldRole, PanelSource, panel_source
from layers.definitions import Relation, Text


def _field(name: str, title: Text) -> Schema:
    return titled(role(NAME, name), title)


FOLLOWED: Mapping[str, Schema] = {
    "measure": _field("number", gettext_lazy("Dernière mesure")),
    "measure_year": _field("year", gettext_lazy("Année de la dernière mesure")),
    "reference": _field("number", gettext_lazy("Valeur de référence")),
    "reference_year": _field("year", gettext_lazy("Année de référence")),
    "expected": _field("number", gettext_lazy("Valeur attendue")),
    "target": _field("number", gettext_lazy("Cible")),
    "target_year": _field("year", gettext_lazy("Année de la cible")),
    "gap": _field("number", gettext_lazy("Écart à la valeur attendue")),
    "units": _field("text", gettext_lazy("Champ de l’unité")),
    "decimals": _field("number", gettext_lazy("Champ des décimales")),
    "direction": _field("codes", gettext_lazy("Sens souhaité")),
    "up": {
        **TEXT,
        "title": gettext_lazy("Code du sens à la hausse"),
        "description": "The code of ``direction`` for more is better.",
    },
    "selects": _field("text", gettext_lazy("Au clic, filtrer par")),
    **STATE_NEEDED,
    "records": _field("relation", gettext_lazy("Mesures : enregistrements liés")),
    "record_year": titled(NAME, gettext_lazy("Mesures : année")),
    "record_value": titled(NAME, gettext_lazy("Mesures : valeur")),
    "record_source": titled(NAME, gettext_lazy("Mesures : autre source")),
    "record_provisional": titled(NAME, gettext_lazy("Mesures : provisoire")),
    "record_filter": {
        "type": "string",
        "maxLength": 2_000,
        "title": gettext_lazy("Mesures : filtre (CQL2)"),
        "description": "CQL2 on the records: those of the whole, without parts.",
    },
    "steps": _field("relation", gettext_lazy("Trajectoire : enregistrements liés")),
    "step_year": titled(NAME, gettext_lazy("Trajectoire : année")),
    "step_value": titled(NAME, gettext_lazy("Trajectoire : valeur")),
}


class TrajectoriesKind(PanelKind):
    """A kind of rows that are on a trajectory: a number that is measured, a state, and yearly records."""

    def unsuitable(self, source: PanelSource) -> str:
        """Refuse a source whose features have no number, or no state."""
        features = panel_source(source.scope)
        if not own_numbers(features):
            return _("aucun nombre ici.")
        return "" if own_codes(features) else _("aucune liste de valeurs ici.")

    def source_of(self, source: PanelSource) -> PanelSource:
        """Return the features, whatever records a panel showed of them."""
        return panel_source(source.scope)

    def fit(self, source: PanelSource, question: PanelQuestion) -> Fit:
        """Return rows with their main number as what was measured, and their yearly records where they have some."""
        options = {"measure": own_numbers(source)[0].name, "state": own_codes(source)[0].name}
        for relation in source.scope.relations:
            year, value = _year_and_value(source, relation)
            if year and value:
                options |= {"records": relation.name, "record_year": year, "record_value": value}
                break
        return Fit(plain_question(question), options)


def _year_and_value(source: PanelSource, relation: Relation) -> tuple[str, str]:
    """Return the year and the number of related records, empty where they lack."""
    fields = [each for each in panel_source(source.scope, relation.name).own if not each.is_of_feature]
    year = next((each.name for each in fields if each.role is FieldRole.YEAR), "")
    return year, next((each.name for each in fields if each.role is FieldRole.NUMBER), "")
