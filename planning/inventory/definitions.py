"""The layers that have an inventory: what narrows it, how a sheet groups their fields, what the index lists."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from layers.definitions import Text


@dataclass(frozen=True, slots=True)
class InventoryLayer:
    """A layer with an inventory.

    ``filters`` are the fields that narrow it besides the commune, ``groups`` those of a sheet under their titles, and
    ``indexes`` those whose values the last pages list. A field that somebody does not read is left out of all three.
    """

    layer: str
    title: Text
    filters: tuple[str, ...]
    groups: tuple[tuple[Text, tuple[str, ...]], ...]
    indexes: tuple[str, ...]

    @property
    def file_name(self) -> str:
        """The beginning of the names of its files."""
        return f"inventaire-{self.layer}"


INVENTORIES: Mapping[str, InventoryLayer] = {
    each.layer: each
    for each in (
        InventoryLayer(
            "batiments-patrimoniaux",
            _("Inventaire du patrimoine bâti"),
            filters=("protection", "interet"),
            groups=(
                (_("Identification"), ("denomination", "adresse", "commune", "interet")),
                (_("Dates et auteurs"), ("datation", "siecle", "auteur")),
                (
                    _("Protection"),
                    ("protection", "date_protection", "detail_protection", "ref_merimee", "code_plui"),
                ),
                (
                    _("Sources et confiance"),
                    (
                        "source",
                        "confiance",
                        "precision_position",
                        "etat_inventaire",
                        "position_verifiee_le",
                        "merimee_verifiee_le",
                        "protection_verifiee_le",
                    ),
                ),
            ),
            indexes=("auteur", "siecle"),
        ),
        InventoryLayer(
            "arbres-remarquables",
            _("Inventaire des arbres remarquables"),
            filters=("protection", "critere"),
            groups=(
                (
                    _("Identification"),
                    (
                        "nom_vernaculaire",
                        "genre",
                        "espece",
                        "cultivar_variete",
                        "matricule",
                        "adresse",
                        "commune",
                    ),
                ),
                (
                    _("Mesures"),
                    (
                        "hauteur",
                        "circonference",
                        "diametre_couronne",
                        "stade_developpement",
                        "date_plantation",
                    ),
                ),
                (_("Protection"), ("critere", "protege", "protection", "statut_foncier")),
                (_("Suivi"), ("etat_sanitaire", "date_dernier_diagnostic")),
                (_("Sources et confiance"), ("source", "date_releve", "precision_position")),
            ),
            indexes=("genre",),
        ),
    )
}
