"""A question in a sentence: its measures by its keys, or its rows with their fields."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.documents.document import PanelQuestion
from dashboards.sources.keys import list_fields
from dashboards.sources.source import FieldRole, PanelSource
from dashboards.sources.words import field_words, group_key, key_words, lowered
from interface.wording import number
from layers.definitions import Text
from layers.parsing.aggregates import SERIES, AggregateMeasure, parse_measure

_MEASURED: Mapping[str, Text] = {
    "sum": gettext_lazy("La somme de {}"),
    "avg": gettext_lazy("La moyenne de {}"),
    "median": gettext_lazy("La médiane de {}"),
    "min": gettext_lazy("Le minimum de {}"),
    "max": gettext_lazy("Le maximum de {}"),
    "stddev": gettext_lazy("L’écart type de {}"),
    "distinct": gettext_lazy("Le nombre de valeurs différentes de {}"),
}
_MEASURED_DAYS: Mapping[str, Text] = {
    "sum": gettext_lazy("La somme des délais de {} à {}, en jours"),
    "avg": gettext_lazy("Le délai moyen de {} à {}, en jours"),
    "median": gettext_lazy("Le délai médian de {} à {}, en jours"),
    "min": gettext_lazy("Le délai le plus court de {} à {}, en jours"),
    "max": gettext_lazy("Le délai le plus long de {} à {}, en jours"),
    "stddev": gettext_lazy("L’écart type du délai de {} à {}, en jours"),
    "distinct": gettext_lazy("Le nombre de délais différents de {} à {}"),
}
# What most of the rows do not pass.
_OF_MOST = gettext_lazy("La valeur de {} que {percent} des lignes ne dépassent pas")
_OF_MOST_DAYS = gettext_lazy("Le délai de {} à {} que {percent} des lignes ne dépassent pas, en jours")
_DERIVED: Mapping[str, Text] = {
    "per_inhabitant": gettext_lazy("pour 1 000 habitants"),
    "per_km2": gettext_lazy("par km²"),
    "share": gettext_lazy("en part du total"),
    "cumulated": gettext_lazy("en cumul"),
    "change": gettext_lazy("en évolution"),
}


def bold(words: str) -> SafeString:
    """Return words in bold."""
    return format_html("<b>{}</b>", words)


def groups_sentence(question: PanelQuestion, source: PanelSource, *, second: Text) -> SafeString:
    """Describe the measures of a question by its keys; ``second`` words the second key.

    Raises:
        InvalidParameter: a measure or a key that is none.
    """
    measures = [_measure(source, text) for text in question.measures]
    if question.series:
        names = (bold(lowered(field_words(source, name))) for name in question.series)
        measures = [
            format_html(_("Les colonnes {}"), format_html_join(", ", "{}", ((name,) for name in names)))
        ]
    sentence = format_html_join(_(" et "), "{}", ((each,) for each in measures))
    for index, key in enumerate(key for key in question.by if key != SERIES):
        text = _first_key(source, key) if index == 0 else _key(source, key, second)
        sentence = format_html("{}{}{}", sentence, " " if index == 0 else ", ", text)
    return sentence


def rows_sentence(question: PanelQuestion, source: PanelSource, *, phrase: Text = "") -> SafeString:
    """Say the rows of a question and their fields, as ``phrase`` puts the one and the other."""
    names = question.fields or list_fields(source)
    fields = format_html_join(", ", "{}", ((bold(lowered(field_words(source, name))),) for name in names))
    form = str(phrase) or _("Les lignes de {}, avec {}")
    return format_html(form, bold(lowered(source.title)), fields)


def _measure(source: PanelSource, text: str) -> SafeString:
    measure = parse_measure(text)
    if measure.function == "ratio":
        first, last = (_plain(source, part) for part in measure.parts)
        if measure.times != 1:
            return format_html(_("{} pour {} de : {}"), first, number(measure.times), last)
        return format_html(_("{} rapporté à : {}"), first, last)
    if measure.parts:
        return format_html("{} {}", _plain(source, measure.parts[0]), _DERIVED[measure.function])
    return _plain(source, measure)


def _plain(source: PanelSource, measure: AggregateMeasure) -> SafeString:
    if measure.function == "count":
        things = lowered(source.title)
        form = _("Le nombre d’{}") if things[:1] in "aeiouyhàâéèêëîïôöùûœæ" else _("Le nombre de {}")
        return format_html(form, bold(things))
    if measure.function == "length":
        return format_html(_("La longueur totale de {}"), bold(lowered(source.title)))
    if measure.function == "area":
        return format_html(_("La surface totale de {}"), bold(lowered(source.title)))
    ends = measure.ends()
    names = [bold(lowered(field_words(source, name))) for name in ends or (measure.property,)]
    if measure.function == "percentile":
        percent = f"{number(round(measure.share * 100, 1))}\u00a0%"
        return format_html(str(_OF_MOST_DAYS if ends else _OF_MOST), *names, percent=percent)
    words = format_html(str((_MEASURED_DAYS if ends else _MEASURED)[measure.function]), *names)
    if not measure.weight:
        return words
    return format_html(_("{}, pondérée par : {}"), words, bold(lowered(field_words(source, measure.weight))))


def _first_key(source: PanelSource, key: str) -> SafeString:
    field = source.fields.get(group_key(key).property)
    if field is not None and field.role is FieldRole.COMMUNE:
        return format_html(_("par {}"), bold(_("commune")))
    return _key(source, key, _("par {}"))


def _key(source: PanelSource, key: str, phrase: Text) -> SafeString:
    return format_html(str(phrase), bold(lowered(key_words(source, key))))
