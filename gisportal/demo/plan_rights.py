"""Who sees and enters what of the sample plans: indicators are public, actions are the authority's and its partners'.

Both ways of sharing the entry are here: by axis and by action (``rows`` of a grant).
"""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth.models import Group

from gisportal.demo.groups import (
    ALEC,
    CLIMATE,
    CONSULTANTS_CLIMATE,
    ELECTED,
    FLEET,
    HOUSING,
    MANAGEMENT,
    MOBILITY,
    TOWNS,
    WASTE,
)
from gisportal.demo.rights import label_layer
from layers.models import Grant, Layer, ProtectedField

INDICATORS, ACTIONS = "plans-indicateurs", "plans-actions"
_SOURCE = "Données d’exemple : plans, valeurs et actions inventés pour la démonstration."
_CLIMATE_PLAN, _WASTE_PLAN = "plan = 'pcaet'", "plan = 'plpdma'"
_FIRST_AXIS = f"{_CLIMATE_PLAN} AND axe = '1. Réduire les émissions'"
_OWN_HOUSE = f"{_CLIMATE_PLAN} AND axe = '4. Une collectivité exemplaire'"
# Group → the rows that it reads of the actions; nothing: all of them.
_READERS: Mapping[str, str] = {
    CLIMATE: "",
    WASTE: "",
    MANAGEMENT: "",
    ELECTED: "",
    HOUSING: _CLIMATE_PLAN,
    MOBILITY: _CLIMATE_PLAN,
    ALEC: _CLIMATE_PLAN,
    CONSULTANTS_CLIMATE: _CLIMATE_PLAN,
    **dict.fromkeys(TOWNS, _CLIMATE_PLAN),
}
# Layer, group → the rows that it edits: a plan, an axis of it, or some of its actions.
_EDITORS = (
    (INDICATORS, CLIMATE, _CLIMATE_PLAN),
    (INDICATORS, WASTE, _WASTE_PLAN),
    (INDICATORS, HOUSING, _FIRST_AXIS),
    (INDICATORS, FLEET, _OWN_HOUSE),
    (ACTIONS, CLIMATE, _CLIMATE_PLAN),
    (ACTIONS, WASTE, _WASTE_PLAN),
    (ACTIONS, HOUSING, _FIRST_AXIS),
    (ACTIONS, MOBILITY, f"{_CLIMATE_PLAN} AND code IN ('1.2.1', '1.2.2', '1.2.4')"),
)
_READERS_OF_MONEY = (CLIMATE, WASTE, MANAGEMENT)


def load_plan_rights(groups: Mapping[str, Group]) -> None:
    """Label both layers as samples and write who reads and edits them."""
    layers = {layer.slug: layer for layer in Layer.objects.filter(slug__in=[INDICATORS, ACTIONS])}
    for slug, layer in layers.items():
        label_layer(layer, producer=groups[CLIMATE], source=_SOURCE, is_open=slug == INDICATORS)
    for name, rows in _READERS.items():
        _grant(layers[ACTIONS], groups[name], rows, can_edit=False)
    for slug, name, rows in _EDITORS:
        _grant(layers[slug], groups[name], rows, can_edit=True)
    for name in ("budget", "notes"):
        protected, _is_new = ProtectedField.objects.get_or_create(layer=layers[ACTIONS], name=name)
        protected.groups.set([groups[reader] for reader in _READERS_OF_MONEY])


def _grant(layer: Layer, group: Group, rows: str, *, can_edit: bool) -> None:
    """Write a grant; a group may have two: one to read more rows than it edits."""
    Grant.objects.update_or_create(
        layer=layer, group=group, can_edit=can_edit, defaults={"rows": rows, "can_download": True}
    )
