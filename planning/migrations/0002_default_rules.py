"""Write the rules that the sheet starts from: the team changes them in the pages of management."""

from typing import Any

from django.db import migrations

_DOCUMENT = ["idurba", "nomfic", "urlfic", "date_validite"]
_PSC_DETAILS = ["code", "nature", "txt", *_DOCUMENT]
_NOT_IN_PORTAL = "Non regardé : cette donnée n’est pas dans ce que ce portail vous montre."

RULES: list[dict[str, Any]] = [
    {
        "title": "Zones du PLUi",
        "family": "zones",
        "layer": "plui-zones",
        "relation": "overlaps",
        "code_field": "libelle",
        "detail_fields": ["libelong", "typezone", *_DOCUMENT],
        "absence": f"Zonage du PLUi. {_NOT_IN_PORTAL}",
        "order": 10,
    },
    {
        "title": "Prescriptions sur une surface",
        "family": "prescriptions",
        "layer": "plui-prescriptions-surf",
        "relation": "overlaps",
        "code_field": "code",
        "detail_fields": _PSC_DETAILS,
        "absence": f"Prescriptions surfaciques du PLUi. {_NOT_IN_PORTAL}",
        "order": 20,
        "cautions": [
            {
                "rows": "typepsc = '05'",
                "level": "warning",
                "words": "Emplacement réservé : le terrain est destiné à un équipement public. Le propriétaire peut "
                "mettre la collectivité en demeure de l’acheter.",
            }
        ],
    },
    {
        "title": "Prescriptions le long d’une ligne",
        "family": "prescriptions",
        "layer": "plui-prescriptions-lin",
        "relation": "within",
        "distance_m": 5,
        "code_field": "code",
        "detail_fields": _PSC_DETAILS,
        "words": "À moins de 5 m : une ligne du plan longe souvent le terrain sans le toucher.",
        "absence": f"Prescriptions linéaires du PLUi. {_NOT_IN_PORTAL}",
        "order": 21,
    },
    {
        "title": "Prescriptions sur un point",
        "family": "prescriptions",
        "layer": "plui-prescriptions-pct",
        "relation": "within",
        "distance_m": 5,
        "code_field": "code",
        "detail_fields": _PSC_DETAILS,
        "words": "À moins de 5 m : un bâtiment ou un arbre est dessiné par un point.",
        "absence": f"Prescriptions ponctuelles du PLUi. {_NOT_IN_PORTAL}",
        "order": 22,
    },
    {
        "title": "Servitudes d’utilité publique",
        "family": "servitudes",
        "layer": "servitudes",
        "relation": "overlaps",
        "code_field": "suptype",
        "detail_fields": ["typeass", "modegeoass", "paramcalc", "idgen", "srcgeoass", "datesrcass"],
        "lists_absent_codes": True,
        "absence": f"Servitudes d’utilité publique. {_NOT_IN_PORTAL}",
        "order": 40,
        "cautions": [
            {
                "rows": "suptype = 'AC1' AND modegeoass = 'Zone tampon'",
                "level": "warning",
                "words": "Zone d’attention, à confirmer par l’architecte des Bâtiments de France (ABF) : un rayon autour "
                "d’un monument oblige là où l’on voit l’un et l’autre ensemble (covisibilité), ce qui se juge sur "
                "place.",
            },
            {
                "rows": "suptype = 'AC1' AND modegeoass <> 'Zone tampon'",
                "level": "warning",
                "words": "Périmètre décidé (abords délimités) : l’accord de l’architecte des Bâtiments de France (ABF) "
                "est nécessaire pour tous les travaux, visibles ou non du monument.",
            },
        ],
    },
    {
        "title": "Abords délimités, à côté du terrain",
        "family": "servitudes",
        "layer": "servitudes",
        "relation": "outside",
        "distance_m": 500,
        "at_most": 5,
        "rows": "suptype = 'AC1' AND modegeoass <> 'Zone tampon'",
        "code_field": "suptype",
        "detail_fields": ["typeass", "modegeoass", "idgen", "srcgeoass", "datesrcass"],
        "words": "Le terrain n’est pas dans ces abords : leur périmètre a été décidé et remplace le rayon de 500 m.",
        "order": 41,
    },
    {
        "title": "Bâtiments patrimoniaux proches",
        "family": "heritage",
        "layer": "batiments-patrimoniaux",
        "relation": "within",
        "distance_m": 500,
        "at_most": 6,
        "detail_fields": ["protection", "ref_merimee"],
        "absence": f"Bâtiments patrimoniaux. {_NOT_IN_PORTAL}",
        "order": 60,
    },
    {
        "title": "Arbres remarquables proches",
        "family": "nature",
        "layer": "arbres-remarquables",
        "relation": "within",
        "distance_m": 100,
        "at_most": 6,
        "detail_fields": ["genre", "espece", "protection"],
        "absence": f"Arbres remarquables. {_NOT_IN_PORTAL}",
        "order": 70,
    },
    {
        "title": "Risques et nuisances",
        "family": "risks",
        "absence": "Inondation, carrières, retrait des argiles, pollution du sol, bruit : à voir sur georisques.gouv.fr.",
        "order": 80,
    },
    {
        "title": "Droits privés",
        "family": "other",
        "absence": "Bornage, servitudes privées, règlement de lotissement ou de copropriété : à voir chez le notaire.",
        "order": 90,
    },
]


def write_rules(apps: Any, _schema_editor: Any) -> None:
    """Write the rules and their cautions."""
    rules, cautions = (apps.get_model("planning", name) for name in ("ApplicableRule", "RuleCaution"))
    for values in RULES:
        columns = {name: value for name, value in values.items() if name != "cautions"}
        rule = rules.objects.create(**columns)
        for order, caution in enumerate(values.get("cautions", ()), 1):
            cautions.objects.create(rule=rule, order=order, **caution)


class Migration(migrations.Migration):
    """Write them once."""

    dependencies = [("planning", "0001_rules")]
    operations = [migrations.RunPython(write_rules, migrations.RunPython.noop)]
