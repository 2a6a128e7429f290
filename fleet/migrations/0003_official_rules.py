"""The official tables, with the text that each row is read in. An administrator adds the rows of texts to come."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import migrations

_CRITAIR_SOURCE = (
    "Arrêté du 21 juin 2016 (nomenclature des véhicules, articles L318-1 et R318-2 du code de la route), annexe I"
)
_CRITAIR_DAY = dt.date(2016, 6, 24)
_ELECTRIC = ["EL", "H2", "HE", "HH", "AC"]
_GAS_OR_RECHARGEABLE = ["EE", "GL", "FL", "GP", "EG", "GN", "EN"]
_DIESEL, _PETROL = ["GO", "GH"], ["ES", "EH", "FE"]
_FUELLED = _DIESEL + _PETROL
_MOPEDS = ["CL"]
_OTHER_LIGHT = ["MTL", "QM"]
_HEAVY = ["M2", "M3", "N2", "N3"]
# (categories, kinds, energies, Euro norms from and to, first registration from and to, class)
_CRITAIR: tuple[tuple[Any, ...], ...] = (
    ([], [], _ELECTRIC, None, None, None, None, "E"),
    ([], [], _GAS_OR_RECHARGEABLE, None, None, None, None, "1"),
    (["L"], _OTHER_LIGHT, _FUELLED, 4, 5, "2017-01-01", None, "1"),
    (["L"], _MOPEDS, _FUELLED, 4, 5, "2018-01-01", None, "1"),
    (["L"], _OTHER_LIGHT, _FUELLED, 3, 3, "2007-01-01", "2016-12-31", "2"),
    (["L"], _MOPEDS, _FUELLED, 3, 3, "2007-01-01", "2017-12-31", "2"),
    (["L"], [], _FUELLED, 2, 2, "2004-07-01", "2006-12-31", "3"),
    (["L"], [], _FUELLED, None, None, "2000-06-01", "2004-06-30", "4"),
    (["L"], [], _FUELLED, None, None, None, "2000-05-31", "NC"),
    (["M1"], [], _DIESEL, 5, 7, "2011-01-01", None, "2"),
    (["M1"], [], _DIESEL, 4, 4, "2006-01-01", "2010-12-31", "3"),
    (["M1"], [], _DIESEL, 3, 3, "2001-01-01", "2005-12-31", "4"),
    (["M1"], [], _DIESEL, 2, 2, "1997-01-01", "2000-12-31", "5"),
    (["M1"], [], _DIESEL, None, 1, None, "1996-12-31", "NC"),
    (["M1"], [], _PETROL, 5, 7, "2011-01-01", None, "1"),
    (["M1"], [], _PETROL, 4, 4, "2006-01-01", "2010-12-31", "2"),
    (["M1"], [], _PETROL, 2, 3, "1997-01-01", "2005-12-31", "3"),
    (["M1"], [], _PETROL, None, 1, None, "1996-12-31", "NC"),
    (["N1"], [], _DIESEL, 5, 7, "2011-01-01", None, "2"),
    (["N1"], [], _DIESEL, 4, 4, "2006-01-01", "2010-12-31", "3"),
    (["N1"], [], _DIESEL, 3, 3, "2001-01-01", "2005-12-31", "4"),
    (["N1"], [], _DIESEL, 2, 2, "1997-10-01", "2000-12-31", "5"),
    (["N1"], [], _DIESEL, None, 1, None, "1997-09-30", "NC"),
    (["N1"], [], _PETROL, 5, 7, "2011-01-01", None, "1"),
    (["N1"], [], _PETROL, 4, 4, "2006-01-01", "2010-12-31", "2"),
    (["N1"], [], _PETROL, 2, 3, "1997-10-01", "2005-12-31", "3"),
    (["N1"], [], _PETROL, None, 1, None, "1997-09-30", "NC"),
    (_HEAVY, [], _DIESEL, 6, 7, "2014-01-01", None, "2"),
    (_HEAVY, [], _DIESEL, 5, 5, "2009-10-01", "2013-12-31", "3"),
    (_HEAVY, [], _DIESEL, 4, 4, "2006-10-01", "2009-09-30", "4"),
    (_HEAVY, [], _DIESEL, 3, 3, "2001-10-01", "2006-09-30", "5"),
    (_HEAVY, [], _DIESEL, None, 2, None, "2001-09-30", "NC"),
    (_HEAVY, [], _PETROL, 6, 7, "2014-01-01", None, "1"),
    (_HEAVY, [], _PETROL, 5, 5, "2009-10-01", "2013-12-31", "2"),
    (_HEAVY, [], _PETROL, 3, 4, "2001-10-01", "2009-09-30", "3"),
    (_HEAVY, [], _PETROL, None, 2, None, "2001-09-30", "NC"),
)
_LABEL_SOURCE = "Arrêté du 10 novembre 2005 (étiquette énergie et CO₂ des voitures particulières)"
_LABELS = (("A", 100), ("B", 120), ("C", 140), ("D", 160), ("E", 200), ("F", 250), ("G", None))
_CHECK = " À vérifier à la source."
_DEFINITION = "code de l’environnement, D224-15-11"
# (kind, from, least share, most CO₂, text)
_QUOTAS: tuple[tuple[Any, ...], ...] = (
    ("faibles", "2017-01-13", 20, 60, f"L224-7 (loi du 17 août 2015) ; {_DEFINITION}, 60 g/km."),
    ("faibles", "2021-07-01", 30, 60, f"L224-7 (loi du 24 décembre 2019) ; {_DEFINITION}, 60 g/km."),
    ("faibles", "2021-11-19", 30, 50, f"L224-8 (ordonnance 2021-1490) ; {_DEFINITION} (décret 2021-1494), 50 g/km."),
    ("faibles", "2025-01-01", 40, 50, f"L224-8 (ordonnance 2021-1490) ; {_DEFINITION}."),
    ("faibles", "2030-01-01", 70, 50, f"L224-8 (ordonnance 2021-1490) ; {_DEFINITION}."),
    ("tres_faibles", "2017-01-13", None, None, "Code de l’environnement, D224-15-12 : définition, sans part exigée."),
    ("tres_faibles", "2026-01-01", 37.4, None, "L224-8 (ordonnance 2021-1490) ; code de l’environnement, D224-15-12."),
)  # fmt: skip
_ARRETE_2017 = "Arrêté du 26 avril 2017 (gaz à effet de serre des prestations de transport), annexe, amont compris"
_BASE_2023 = "Base Carbone (ADEME), facteurs 2023 arrondis, amont compris. À vérifier à la source."
_FACTORS: tuple[tuple[Any, ...], ...] = (
    ("2017-06-01", ["GO", "GH", "GL"], "litres", 3.17, _ARRETE_2017),
    ("2017-06-01", ["ES", "EH", "EE"], "litres", 2.79, _ARRETE_2017),
    ("2017-06-01", ["FE", "FL"], "litres", 1.46, _ARRETE_2017),
    ("2017-06-01", [], "kwh", 0.048, _ARRETE_2017),
    ("2023-01-01", ["GO", "GH", "GL"], "litres", 3.10, _BASE_2023),
    ("2023-01-01", ["ES", "EH", "EE"], "litres", 2.70, _BASE_2023),
    ("2023-01-01", ["FE", "FL"], "litres", 1.11, _BASE_2023),
    ("2023-01-01", ["GP", "EG"], "litres", 1.86, _BASE_2023),
    ("2023-01-01", [], "kwh", 0.052, _BASE_2023),
)


def load(apps: Any, _editor: Any) -> None:
    """Write the tables; they are empty before."""
    apps.get_model("fleet", "CritAirRule").objects.bulk_create(
        apps.get_model("fleet", "CritAirRule")(
            en_vigueur=_CRITAIR_DAY,
            source=_CRITAIR_SOURCE,
            categories=categories,
            genres=kinds,
            energies=energies,
            norme_min=least,
            norme_max=most,
            debut=start,
            fin=end,
            classe=found,
        )
        for categories, kinds, energies, least, most, start, end, found in _CRITAIR
    )
    apps.get_model("fleet", "EnergyLabel").objects.bulk_create(
        apps.get_model("fleet", "EnergyLabel")(
            en_vigueur="2005-11-10", source=_LABEL_SOURCE, classe=found, au_plus=most
        )
        for found, most in _LABELS
    )
    apps.get_model("fleet", "RenewalQuota").objects.bulk_create(
        apps.get_model("fleet", "RenewalQuota")(
            nature=kind, en_vigueur=start, part=part, co2_max=most, energies=_ELECTRIC, source=source + _CHECK
        )
        for kind, start, part, most, source in _QUOTAS
    )
    apps.get_model("fleet", "EmissionFactor").objects.bulk_create(
        apps.get_model("fleet", "EmissionFactor")(
            en_vigueur=start, energies=energies, unite=unit, facteur=factor, source=source
        )
        for start, energies, unit, factor, source in _FACTORS
    )


class Migration(migrations.Migration):
    """Rows of official texts; going back drops their tables anyway."""

    dependencies = [("fleet", "0002_initial")]
    operations = [migrations.RunPython(load, migrations.RunPython.noop)]
