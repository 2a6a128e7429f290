"""Rules on informations of the plan, cautions on protected sites, and what the summary says of heritage."""

from typing import Any

from django.db import migrations

_DETAILS = ["code", "txt", "idurba", "nomfic", "urlfic", "date_validite"]
_NOT_IN_PORTAL = "Non regardé : cette donnée n’est pas dans ce que ce portail vous montre."

RULES: list[dict[str, Any]] = [
    {
        "title": "Informations sur une surface",
        "layer": "plui-informations-surf",
        "relation": "overlaps",
        "absence": f"Informations surfaciques du PLUi (préemption, bruit, ZAC…). {_NOT_IN_PORTAL}",
        "order": 30,
    },
    {
        "title": "Informations le long d’une ligne",
        "layer": "plui-informations-lin",
        "relation": "within",
        "distance_m": 5,
        "words": "À moins de 5 m du terrain.",
        "order": 31,
    },
    {
        "title": "Informations sur un point",
        "layer": "plui-informations-pct",
        "relation": "within",
        "distance_m": 5,
        "words": "À moins de 5 m du terrain.",
        "order": 32,
    },
]
_ABF = "architecte des Bâtiments de France (ABF)"
CAUTIONS: list[dict[str, Any]] = [
    {
        "rows": "suptype = 'AC1' AND modegeoass = 'Zone tampon'",
        "level": "summary",
        "words": "Un monument historique est proche : pour des travaux visibles, l’avis de l’architecte des Bâtiments "
        "de France peut être nécessaire.",
        "order": 10,
    },
    {
        "rows": "suptype = 'AC1' AND modegeoass <> 'Zone tampon'",
        "level": "summary",
        "words": "Travaux : l’accord de l’architecte des Bâtiments de France est à demander.",
        "order": 11,
    },
    {
        "rows": "suptype = 'AC2'",
        "level": "warning",
        "words": "Site inscrit ou classé : les travaux sont déclarés à l’avance (site inscrit) ou demandent une "
        f"autorisation spéciale (site classé). L’{_ABF} est consulté.",
        "order": 12,
    },
    {
        "rows": "suptype = 'AC4'",
        "level": "warning",
        "words": f"Site patrimonial remarquable : l’accord de l’{_ABF} est nécessaire pour tous les travaux qui "
        "changent l’aspect extérieur.",
        "order": 13,
    },
]


def write_rules(apps: Any, _schema_editor: Any) -> None:
    """Write the rules, and add the cautions to that of easements where the team has not removed it."""
    rules, cautions = (apps.get_model("planning", name) for name in ("ApplicableRule", "RuleCaution"))
    for values in RULES:
        rules.objects.create(family="information", code_field="code", detail_fields=_DETAILS, **values)
    easements = rules.objects.filter(layer="servitudes", relation="overlaps").order_by("order", "pk").first()
    if easements is not None:
        for caution in CAUTIONS:
            cautions.objects.create(rule=easements, **caution)


class Migration(migrations.Migration):
    """Write them once."""

    dependencies = [("planning", "0004_words_of_the_summary")]
    operations = [migrations.RunPython(write_rules, migrations.RunPython.noop)]
