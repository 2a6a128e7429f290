"""Words of periods: the sides of a day, and the years, quarters, months and weeks counted from today."""

from __future__ import annotations

from enum import Enum

from explorer.natural_language.phrases import PhraseTable, merged, spelt


class Edge(Enum):
    """The side of a day named by a word."""

    AFTER = "after"
    FROM = "from"
    BEFORE = "before"
    UNTIL = "until"
    IN = "in"
    BETWEEN = "between"


EDGES: PhraseTable[Edge] = PhraseTable(
    merged(
        (
            spelt(
                Edge.AFTER,
                "après|postérieur à|postérieure à|plus récent que|plus récente que|après l’an|après l’année",
            ),
            spelt(
                Edge.FROM,
                "depuis|à partir de|à partir du|dès|à compter de|depuis le|après le|à partir d|depuis l’an"
                "|depuis l’année|à partir de l’an|à partir de l’année|dès l’an|dès l’année|à compter du",
            ),
            spelt(
                Edge.BEFORE,
                "avant|avant le|antérieur à|antérieure à|plus ancien que|plus ancienne que|avant l’an|avant l’année",
            ),
            spelt(Edge.UNTIL, "jusqu’en|jusqu’à|jusqu’au|jusqu’à l’année|jusqu’à l’an"),
            spelt(
                Edge.IN,
                "en|en l’an|durant|pendant|courant|de|du|datant de|l’année|au cours de|au cours du|le|dans|lors du"
                "|de l’année|durant l’année|pendant l’année|au cours de l’année|dans l’année|de l’an|datant du"
                "|pour l’année|à l’année|sur l’année|courant de l’année",
            ),
            spelt(Edge.BETWEEN, "entre|entre le|de|du"),
        )
    )
)
BETWEEN: PhraseTable[bool] = PhraseTable(spelt(True, "entre|entre le|de|du|compris entre|d"))
AND: PhraseTable[bool] = PhraseTable(spelt(True, "et|et le|à|au|et du|et l’an|et l’année|à l’an"))

ONWARD: PhraseTable[Edge] = PhraseTable(
    merged(
        (
            spelt(Edge.FROM, "ou après|et après|ou plus tard|ou depuis|et depuis"),
            spelt(Edge.UNTIL, "ou avant|et avant|ou plus tôt"),
        )
    )
)


MONTH_OPENS: PhraseTable[Edge] = PhraseTable(
    merged(
        (
            spelt(
                Edge.IN,
                "en|de|d"
                "|au mois de|au mois d|du mois de|du mois d|pour le mois de|pour le mois d|courant|pendant le mois de"
                "|pendant le mois d|durant le mois de|durant le mois d|lors du mois de|lors du mois d",
            ),
            spelt(Edge.FROM, "depuis|depuis le mois de|depuis le mois d"),
        )
    )
)


THIS_YEAR: PhraseTable[int] = PhraseTable(
    merged(
        (
            spelt(
                0, "cette année|de cette année|de l’année|de l’année en cours|l’année en cours|année en cours"
            ),
            spelt(
                -1,
                "l’année dernière|l’an dernier|de l’année dernière|l’an passé|de l’an dernier|l’année passée"
                "|de l’année passée|de l’an passé|l’année précédente|de l’année précédente",
            ),
            spelt(
                1,
                "l’année prochaine|l’an prochain|de l’année prochaine|de l’an prochain|l’année qui vient"
                "|de l’année qui vient",
            ),
        )
    )
)
THIS_MONTH: PhraseTable[int] = PhraseTable(
    merged(
        (
            spelt(
                0,
                "ce mois-ci|ce mois ci|ce mois|du mois en cours|de ce mois-ci|de ce mois|du mois|le mois en cours"
                "|au cours du mois",
            ),
            spelt(
                -1,
                "le mois dernier|du mois dernier|le mois passé|du mois passé|au mois dernier|du mois précédent"
                "|le mois précédent",
            ),
            spelt(1, "le mois prochain|du mois prochain|au mois prochain|du prochain mois|le prochain mois"),
        )
    )
)
THIS_QUARTER: PhraseTable[int] = PhraseTable(
    merged(
        (
            spelt(
                0,
                "ce trimestre|de ce trimestre|du trimestre en cours|le trimestre en cours|du trimestre"
                "|au trimestre en cours",
            ),
            spelt(
                -1,
                "le trimestre dernier|du trimestre dernier|au trimestre dernier|du dernier trimestre"
                "|le dernier trimestre|au dernier trimestre|du trimestre précédent|le trimestre précédent"
                "|du trimestre passé",
            ),
            spelt(
                1,
                "le trimestre prochain|du trimestre prochain|au trimestre prochain|du prochain trimestre"
                "|le prochain trimestre|au prochain trimestre|du trimestre suivant",
            ),
        )
    )
)
WITHIN: PhraseTable[bool] = PhraseTable(
    spelt(True, "dans les|dans moins de|dans moins d|d’ici|d’ici à|d’ici moins de|sous")
)
"""Words before an amount of time from today on."""
COMING: PhraseTable[bool] = PhraseTable(spelt(True, "qui viennent|qui vient|à venir|au plus|maximum"))
TO_DATE: PhraseTable[str] = PhraseTable(
    merged(
        (
            spelt("year-to-date", "depuis le début de l’année|depuis le début d’année"),
            spelt("month-to-date", "depuis le début du mois"),
            spelt(
                "this-year",
                "avant la fin de l’année|jusqu’à la fin de l’année",
            ),
            spelt("week-to-date", "depuis le début de la semaine"),
        )
    )
)
THIS_WEEK: PhraseTable[int] = PhraseTable(
    merged(
        (
            spelt(0, "cette semaine|de cette semaine|de la semaine|la semaine en cours"),
            spelt(
                -1,
                "la semaine dernière|de la semaine dernière|la semaine passée|de la semaine passée"
                "|la semaine précédente",
            ),
            spelt(
                1, "la semaine prochaine|de la semaine prochaine|la semaine qui vient|la prochaine semaine"
            ),
        )
    )
)
SINCE: PhraseTable[bool] = PhraseTable(
    merged(
        (
            spelt(
                True,
                "depuis|depuis moins de|il y a moins de|il y a moins d|depuis les|ces|des|durant les|pendant les"
                "|dans les|les|au cours des|sur les|lors des|au cours de ces|pendant ces",
            ),
            spelt(False, "il y a plus de|il y a plus d|depuis plus de|depuis plus d"),
        )
    )
)
