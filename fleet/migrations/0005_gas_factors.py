"""What a kilogramme of natural gas or of hydrogen emits: see ``docs/fleet.md``."""

from typing import Any

from django.db import migrations

_GAS = (
    "Base Carbone (ADEME) : gaz naturel comprimé, amont compris, 2,96 kg par kg, cité par mobiogaz.fr. "
    "Le biométhane a 0,61. À vérifier à la source."
)
_HYDROGEN = (
    "ADEME : 11 kg par kg d’hydrogène de vaporeformage, le procédé à prendre par défaut (Base Carbone), "
    "sans transport ni distribution. À vérifier à la source."
)
_FACTORS: tuple[tuple[list[str], float, str], ...] = (
    (["GN", "EN"], 2.96, _GAS),
    (["H2", "HE", "HH"], 11.0, _HYDROGEN),
)


def load(apps: Any, _editor: Any) -> None:
    """Write a row for each gas; what an administrator wrote already for a kilogramme of it stays the only one."""
    factors = apps.get_model("fleet", "EmissionFactor").objects
    for energies, factor, source in _FACTORS:
        if not factors.filter(unite="kg_gaz", energies__overlap=energies).exists():
            factors.create(
                en_vigueur="2023-01-01", energies=energies, unite="kg_gaz", facteur=factor, source=source
            )


class Migration(migrations.Migration):
    """Rows of a table of official figures."""

    dependencies = [("fleet", "0004_readings_at_the_same_time")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
