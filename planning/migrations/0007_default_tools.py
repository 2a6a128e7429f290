"""Write the layers and the services that the tools of planners start from: the team changes them in management."""

from typing import Any

from django.db import migrations

LAYERS: list[dict[str, Any]] = [
    {"role": "buildings", "layer": "batiments", "order": 10},
    {
        "role": "preemption",
        "layer": "plui-informations-surf",
        "rows": "typeinf = '04'",
        "order": 10,
    },
]
SERVICES: list[dict[str, Any]] = [
    {
        "service": "Unité départementale de l’architecture et du patrimoine (architecte des Bâtiments de France)",
        "occasion": "Tous travaux, visibles ou non du monument : les abords ont été délimités. Accord exigé.",
        "legal_basis": "Code du patrimoine, L621-32",
        "layer": "servitudes",
        "rows": "suptype = 'AC1' AND modegeoass <> 'Zone tampon'",
        "order": 10,
    },
    {
        "service": "Unité départementale de l’architecture et du patrimoine (architecte des Bâtiments de France)",
        "occasion": "Travaux à moins de 500 m d’un monument, s’il est visible en même temps : à confirmer sur place.",
        "legal_basis": "Code du patrimoine, L621-30",
        "layer": "servitudes",
        "rows": "suptype = 'AC1' AND modegeoass = 'Zone tampon'",
        "order": 11,
    },
    {
        "service": "Inspection des sites",
        "occasion": "Travaux dans un site inscrit ou classé.",
        "legal_basis": "Code de l’environnement, L341-1 et L341-10",
        "layer": "servitudes",
        "rows": "suptype = 'AC2'",
        "order": 20,
    },
    {
        "service": "Bénéficiaire de l’emplacement réservé",
        "occasion": "Toute demande sur un emplacement réservé : seul son projet, ou une construction précaire, y est possible.",
        "legal_basis": "Code de l’urbanisme, L151-41 et L433-1",
        "layer": "plui-prescriptions-surf",
        "rows": "typepsc = '05'",
        "order": 30,
    },
    {
        "service": "Service foncier de la collectivité",
        "occasion": "Vente d’un bien dans le périmètre du droit de préemption urbain : déclaration d’intention d’aliéner.",
        "legal_basis": "Code de l’urbanisme, L211-1 et L213-2",
        "layer": "plui-informations-surf",
        "rows": "typeinf = '04'",
        "order": 40,
    },
    {
        "service": "Gestionnaire des réseaux d’eau, d’électricité et d’assainissement",
        "occasion": "Permis de construire ou d’aménager qui demande un raccordement.",
        "legal_basis": "Code de l’urbanisme, L111-11",
        "order": 90,
    },
]


def write_tools(apps: Any, _schema_editor: Any) -> None:
    """Write both lists."""
    for name, rows in (("ToolLayer", LAYERS), ("ConsultedService", SERVICES)):
        model = apps.get_model("planning", name)
        for values in rows:
            model.objects.create(**values)


class Migration(migrations.Migration):
    """Write them once."""

    dependencies = [("planning", "0006_tools_of_planners")]
    operations = [migrations.RunPython(write_tools, migrations.RunPython.noop)]
