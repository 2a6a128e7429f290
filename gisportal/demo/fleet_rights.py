"""Who sees and enters what of the sample fleet: its directorate all of it, two others their own vehicles."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib.auth.models import Group

from gisportal.demo.groups import CLIMATE, FLEET, MANAGEMENT, ROADS, TREES
from gisportal.demo.rights import label_layer
from layers.models import Grant, Layer, ProtectedField

VEHICLES, PLATE = "flotte-vehicules", "immatriculation"
_SOURCE = (
    "Données d’exemple : véhicules, marques, immatriculations et relevés inventés pour la démonstration."
)
# Group → the rows that it reads (nothing: all of them), and whether it edits them.
_GRANTS: Mapping[str, tuple[str, bool]] = {
    FLEET: ("", True),
    MANAGEMENT: ("", False),
    CLIMATE: ("", False),
    ROADS: (f"direction = '{ROADS}'", True),
    TREES: (f"direction = '{TREES}'", True),
}


def load_fleet_rights(groups: Mapping[str, Group]) -> None:
    """Label the layer as a sample, close it, and write who reads and edits it; plates are read by one group alone."""
    layer = Layer.objects.get(slug=VEHICLES)
    label_layer(layer, producer=groups[FLEET], source=_SOURCE, is_open=False)
    for name, (rows, can_edit) in _GRANTS.items():
        Grant.objects.update_or_create(
            layer=layer,
            group=groups[name],
            defaults={"rows": rows, "can_edit": can_edit, "can_download": True},
        )
    protected, _is_new = ProtectedField.objects.get_or_create(layer=layer, name=PLATE)
    protected.groups.set([groups[FLEET]])
