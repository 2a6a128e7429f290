"""What sample datasets say of the fields that several of them have."""

from __future__ import annotations

from gisportal.demo.sample_dataset import FieldText

TOWN = FieldText("Commune")
YEAR = FieldText("Année")
MONTH = FieldText("Mois", description="Premier jour du mois.")
HOUR = FieldText("Heure", description="Début de l’heure, de 0 à 23.")
DAY_KIND = FieldText("Type de jour")
ZONE = FieldText("Zone")
MODE = FieldText("Mode")
LINE = FieldText("Ligne")
NAME = FieldText("Nom")
EQUIPMENT = FieldText("Équipement")
ACCESSIBLE = FieldText("Accessible", description="Aux personnes à mobilité réduite.")
SHARED_KIND = FieldText(
    "Type d’engin", description="Code MDS : scooter_standing (trottinette), car (voiture)."
)
