"""What a panel says, in a sentence made of its question: who makes it reads there what they asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dashboards.builder.conditions import ConditionRow
from dashboards.builder.filter_parts import question_filters
from dashboards.builder.making import PanelInMaking
from dashboards.builder.measure_controls import is_of_groups
from dashboards.documents.document import PanelQuestion
from dashboards.starters.questions import shown_fields
from dashboards.starters.sources import FieldRole, PanelSource
from dashboards.starters.words import field_words, group_key, key_words, lowered
from interface.conditions import value_words
from interface.wording import number
from layers.definitions import Text
from layers.errors import InvalidParameter
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
_SECOND: Mapping[str, Text] = {
    "heat_table": gettext_lazy("en colonnes selon {}"),
    "small_multiples": gettext_lazy("chacun selon {}"),
    "table": gettext_lazy("puis par {}"),
}
_ROWS: Mapping[str, Text] = {
    "map": gettext_lazy("La carte de {}"),
    "gallery": gettext_lazy("Les photos de {}"),
    "due": gettext_lazy("Les échéances de {} : en retard, ce mois-ci, le mois prochain"),
    "sheet": gettext_lazy("La fiche du premier objet de {}"),
    "outline": gettext_lazy("L’arborescence de {}, avec l’état de chaque ligne"),
    "tracking": gettext_lazy("Le suivi de {} : référence, dernière mesure, cible, état"),
    "trajectory": gettext_lazy("La courbe de l’un de {}, celui que la page a choisi"),
}
_MOST_VALUES = 4


def sentence(making: PanelInMaking) -> SafeString:
    """Return what a panel says; nothing but why when its layer is not there for its maker."""
    question, source = making.whole.question, making.source
    if question is None:
        return format_html("{}", _("Un texte, le même pour tous les lecteurs."))
    if source is None:
        return format_html("{}", _("Une question sur une couche qui n’existe pas ou que vous ne voyez pas."))
    try:
        word = _of_groups if is_of_groups(making.whole) else _of_rows
        subject = word(making, question, source)
        parts = [subject, *_kept(question, source), *_order(making, question, source)]
    except InvalidParameter as refused:
        return format_html("{}", refused.detail)
    return format_html("{}.", format_html_join(", ", "{}", ((part,) for part in parts)))


def _bold(words: str) -> SafeString:
    return format_html("<b>{}</b>", words)


def _of_groups(making: PanelInMaking, question: PanelQuestion, source: PanelSource) -> SafeString:
    measures = [_measure(source, text) for text in question.measures]
    if question.series:
        names = (_bold(lowered(field_words(source, name))) for name in question.series)
        measures = [
            format_html(_("Les colonnes {}"), format_html_join(", ", "{}", ((name,) for name in names)))
        ]
    found = format_html_join(_(" et "), "{}", ((each,) for each in measures))
    keys = [key for key in question.by if key != SERIES]
    for place, key in enumerate(keys):
        found = format_html("{}{}{}", found, " " if place == 0 else ", ", _key(making, source, key, place))
    return found


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
        return format_html(form, _bold(things))
    if measure.function == "length":
        return format_html(_("La longueur totale de {}"), _bold(lowered(source.title)))
    if measure.function == "area":
        return format_html(_("La surface totale de {}"), _bold(lowered(source.title)))
    ends = measure.ends()
    names = [_bold(lowered(field_words(source, name))) for name in ends or (measure.property,)]
    if measure.function == "percentile":
        percent = f"{number(round(measure.share * 100, 1))}\u00a0%"
        return format_html(str(_OF_MOST_DAYS if ends else _OF_MOST), *names, percent=percent)
    return format_html(str((_MEASURED_DAYS if ends else _MEASURED)[measure.function]), *names)


def _key(making: PanelInMaking, source: PanelSource, key: str, place: int) -> SafeString:
    words = _bold(lowered(key_words(source, key)))
    if place == 0:
        found = source.fields.get(group_key(key).property)
        is_place = found is not None and found.role is FieldRole.PLACE
        return format_html(_("par {}"), _bold(_("commune")) if is_place else words)
    return format_html(str(_SECOND.get(making.whole.kind, _("en couleur selon {}"))), words)


def _of_rows(making: PanelInMaking, question: PanelQuestion, source: PanelSource) -> SafeString:
    title = _bold(lowered(source.title))
    form = _ROWS.get(making.whole.kind)
    if form is not None:
        return format_html(str(form), title)
    names = question.fields or shown_fields(source)
    fields = format_html_join(", ", "{}", ((_bold(lowered(field_words(source, name))),) for name in names))
    if making.whole.kind == "scatter":
        return format_html(_("Chacun de {} selon {}"), title, fields)
    return format_html(_("Les lignes de {}, avec {}"), title, fields)


def _kept(question: PanelQuestion, source: PanelSource) -> Iterable[SafeString]:
    """Say which rows are kept."""
    filters = question_filters(question, source)
    said = [condition_words(row) for row in filters.rows]
    if filters.features.rest or filters.records.rest:
        said.append(format_html("{}", _("un filtre écrit en CQL2")))
    if said:
        yield format_html(_("pour {}"), format_html_join(_(" et "), "{}", ((each,) for each in said)))


def condition_words(row: ConditionRow) -> SafeString:
    """Say a condition: « état : ouvert ou fermé »."""
    words = [_value(row, value) for value in row.values[:_MOST_VALUES]]
    more = len(row.values) - len(words)
    words += [ngettext("%d autre", "%d autres", more) % more] if more else []
    values = _(" ou ").join(words)
    form = _("{} autre que {}") if row.is_excluded else _("{} : {}")
    return format_html(form, lowered(str(row.field.title)), _bold(values))


def _value(row: ConditionRow, value: str) -> str:
    try:
        return value_words(row.field, value)
    except (ValueError, InvalidParameter):
        return value


def _order(making: PanelInMaking, question: PanelQuestion, source: PanelSource) -> Iterable[SafeString]:
    """Say the order and the bound that were asked."""
    if question.sort and not is_of_groups(making.whole):
        name = question.sort[0].removeprefix("-")
        yield format_html(_("dans l’ordre de {}"), _bold(lowered(field_words(source, name))))
    if question.limit:
        words = ngettext("%d au plus", "%d au plus", question.limit) % question.limit
        yield format_html("{}", words)
