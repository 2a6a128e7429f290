"""Add the licences that the national portal knows and the EU frequencies; what was continuous keeps its meaning."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models


def keep_continuous(apps: Any, _editor: Any) -> None:
    """Write UPDATE_CONT for continuous updates: CONT is several times a day."""
    apps.get_model("layers", "Layer").objects.filter(frequency="CONT").update(frequency="UPDATE_CONT")


class Migration(migrations.Migration):
    dependencies = [
        ("layers", "0024_grants_to_add_and_to_change"),
    ]

    operations = [
        migrations.AlterField(
            model_name="layer",
            name="frequency",
            field=models.CharField(
                choices=[
                    ("UPDATE_CONT", "En continu"),
                    ("1MIN", "Toutes les minutes"),
                    ("5MIN", "Toutes les 5 minutes"),
                    ("10MIN", "Toutes les 10 minutes"),
                    ("15MIN", "Tous les quarts d’heure"),
                    ("30MIN", "Toutes les demi-heures"),
                    ("HOURLY", "Toutes les heures"),
                    ("BIHOURLY", "Toutes les 2 heures"),
                    ("TRIHOURLY", "Toutes les 3 heures"),
                    ("12HRS", "Toutes les 12 heures"),
                    ("CONT", "Plusieurs fois par jour"),
                    ("DAILY_3", "Trois fois par jour"),
                    ("DAILY_2", "Deux fois par jour"),
                    ("DAILY", "Quotidienne"),
                    ("WEEKLY_5", "Cinq fois par semaine"),
                    ("WEEKLY_3", "Trois fois par semaine"),
                    ("WEEKLY_2", "Deux fois par semaine"),
                    ("WEEKLY", "Hebdomadaire"),
                    ("BIWEEKLY", "Toutes les deux semaines"),
                    ("MONTHLY_3", "Trois fois par mois"),
                    ("MONTHLY_2", "Deux fois par mois"),
                    ("MONTHLY", "Mensuelle"),
                    ("BIMONTHLY", "Tous les deux mois"),
                    ("QUARTERLY", "Trimestrielle"),
                    ("ANNUAL_3", "Trois fois par an"),
                    ("ANNUAL_2", "Semestrielle"),
                    ("ANNUAL", "Annuelle"),
                    ("BIENNIAL", "Tous les deux ans"),
                    ("TRIENNIAL", "Tous les trois ans"),
                    ("QUADRENNIAL", "Tous les quatre ans"),
                    ("QUINQUENNIAL", "Tous les cinq ans"),
                    ("DECENNIAL", "Tous les dix ans"),
                    ("BIDECENNIAL", "Tous les vingt ans"),
                    ("TRIDECENNIAL", "Tous les trente ans"),
                    ("AS_NEEDED", "Selon les besoins"),
                    ("IRREG", "Irrégulière"),
                    ("NEVER", "Jamais : données closes"),
                    ("NOT_PLANNED", "Non prévue"),
                    ("OTHER", "Autre"),
                    ("UNKNOWN", "Inconnue"),
                ],
                default="UNKNOWN",
                max_length=20,
                verbose_name="fréquence",
            ),
        ),
        migrations.AlterField(
            model_name="layer",
            name="licence",
            field=models.CharField(
                choices=[
                    ("etalab-2.0", "Licence Ouverte 2.0"),
                    ("fr-lo", "Licence Ouverte 1.0"),
                    ("ODbL-1.0", "ODbL 1.0"),
                    ("cc-by", "Creative Commons, attribution"),
                    ("cc-by-sa", "Creative Commons, attribution et partage à l’identique"),
                    ("cc-zero", "Creative Commons zéro, sans condition"),
                    ("odc-by", "Open Data Commons, attribution"),
                    ("odc-pddl", "Open Data Commons, domaine public"),
                    ("other-at", "Autre licence ouverte, avec attribution"),
                    ("other-open", "Autre licence ouverte"),
                    ("other-pd", "Autre, domaine public"),
                    ("internal", "Usage interne"),
                ],
                default="etalab-2.0",
                max_length=20,
                verbose_name="licence",
            ),
        ),
        migrations.RunPython(keep_continuous, migrations.RunPython.noop),
    ]
