"""Questions in the words of their makers: « Nombre d’aires de jeux », « Somme de Surface, par commune »."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop, ngettext

from dashboards.documents.document import PanelQuestion
from dashboards.sources.source import FieldRole, PanelSource
from interface import wording
from layers.definitions import Text
from layers.parsing.aggregates import SERIES, AggregateMeasure, GroupKey, parse_aggregate, parse_measure

_VOWELS = "aeiouyhàâéèêëîïôöùûœæ"
# Functions of a number, each with its field in the place.
OF_A_NUMBER: Mapping[str, Text] = {
    "sum": gettext_lazy("Somme de %s"),
    "avg": gettext_lazy("Moyenne de %s"),
    "median": gettext_lazy("Médiane de %s"),
    "min": gettext_lazy("Minimum de %s"),
    "max": gettext_lazy("Maximum de %s"),
    "stddev": gettext_lazy("Écart type de %s"),
    "distinct": gettext_lazy("Nombre de valeurs différentes de %s"),
}
# The same of the days from one date to another.
OF_A_DELAY: Mapping[str, Text] = {
    "sum": gettext_lazy("Somme des délais %s"),
    "avg": gettext_lazy("Délai moyen %s"),
    "median": gettext_lazy("Délai médian %s"),
    "min": gettext_lazy("Délai le plus court %s"),
    "max": gettext_lazy("Délai le plus long %s"),
    "stddev": gettext_lazy("Écart type du délai %s"),
    "distinct": gettext_lazy("Nombre de délais différents %s"),
}
# Measures made of another one, which takes the place.
DERIVED_WORDS: Mapping[str, str] = {
    "per_inhabitant": gettext_noop("%s pour 1 000 habitants"),
    "per_km2": gettext_noop("%s par km²"),
    "share": gettext_noop("%s, en part du total"),
    "cumulated": gettext_noop("%s, en cumul"),
    "change": gettext_noop("%s, en évolution"),
}
PERIODS: Mapping[str, Text] = {
    "year": gettext_lazy("par année"),
    "quarter": gettext_lazy("par trimestre"),
    "month": gettext_lazy("par mois"),
    "week": gettext_lazy("par semaine"),
    "day": gettext_lazy("par jour"),
}


def lowered(title: str) -> str:
    """Return a title as it reads inside a sentence: its first letter lower case, unless an acronym begins with it."""
    return title[:1].lower() + title[1:] if title[1:2].islower() or len(title) == 1 else title


def number_of(things: str) -> str:
    """Word a count of things: « Nombre d’aires de jeux »."""
    text = lowered(things)
    form = _("Nombre d’%s") if text[:1].lower() in _VOWELS else _("Nombre de %s")
    return form % text


def measure_words(source: PanelSource, text: str) -> str:
    """Word a measure of the rows of a source.

    Raises:
        InvalidParameter: it is none.
    """
    measure = parse_measure(text)
    if not measure.parts:
        return _plain(source, measure)
    parts = [_plain(source, part) for part in measure.parts]
    if measure.function == "ratio":
        words = {"title": parts[0], "divisor": lowered(parts[-1]), "times": wording.number(measure.times)}
        if measure.times == 1:
            return _("%(title)s rapporté à %(divisor)s") % words
        return _("%(title)s pour %(times)s de %(divisor)s") % words
    return _(DERIVED_WORDS[measure.function]) % parts[0]


def _plain(source: PanelSource, measure: AggregateMeasure) -> str:
    if measure.function == "count":
        return number_of(source.things)
    if measure.function == "length":
        return _("Longueur totale")
    if measure.function == "area":
        return _("Surface totale")
    ends = measure.ends()
    title = delay_words(source, *ends) if ends else field_words(source, measure.property)
    if measure.function == "percentile":
        percent = wording.number(round(measure.share * 100, 1))
        form = _("Centile %(percent)s du délai %(title)s") if ends else _("Centile %(percent)s de %(title)s")
        return form % {"percent": percent, "title": title}
    words = str((OF_A_DELAY if ends else OF_A_NUMBER)[measure.function]) % title
    if not measure.weight:
        return words
    weight = lowered(field_words(source, measure.weight))
    return _("%(mean)s, pondérée par : %(weight)s") % {"mean": words, "weight": weight}


def delay_words(source: PanelSource, start: str, end: str) -> str:
    """Word the two dates of a delay, as they follow the word « délai »."""
    words = {"start": field_words(source, start), "end": field_words(source, end)}
    return _("de « %(start)s » à « %(end)s »") % words


def field_words(source: PanelSource, name: str) -> str:
    """Return the name of a field for people; the one that the question gives it where the source has none."""
    field = source.fields.get(name)
    return field.title if field else name


def group_key(text: str) -> GroupKey:
    """Read a group key.

    Raises:
        InvalidParameter: it is none.
    """
    return parse_aggregate({"group_by": [text]})[1].keys[0]


def key_words(source: PanelSource, text: str) -> str:
    """Word a group key: « Commune », « Mise en service, par année », « Surface, par tranches de 50 »."""
    if text == SERIES:
        return _("Colonnes")
    key = group_key(text)
    title = field_words(source, key.property)
    if key.period:
        return _("%(title)s, %(how)s") % {"title": title, "how": PERIODS[key.period]}
    if key.width is not None:
        how = _("par tranches de %s") % wording.number(float(key.width))
        return _("%(title)s, %(how)s") % {"title": title, "how": how}
    if key.bins:
        how = ngettext("en %d tranche", "en %d tranches", key.bins) % key.bins
        return _("%(title)s, %(how)s") % {"title": title, "how": how}
    return title


def by_words(source: PanelSource, text: str) -> str:
    """Word a group key inside a title: « par commune », « par année » of the date that the rows are known by."""
    key = group_key(text)
    if key.period:
        dates = source.dates
        if dates and dates[0].name == key.property:
            return str(PERIODS[key.period])
    field = source.fields.get(key.property)
    if field is not None and field.role is FieldRole.COMMUNE:
        return _("par commune")
    return _("par %s") % lowered(key_words(source, text))


TITLE_MAX = 200


def groups_title(question: PanelQuestion, source: PanelSource) -> str:
    """Name the first measure of a question by its keys: « Aires de jeux par commune, par état ».

    Raises:
        InvalidParameter: a measure or a key that is none.
    """
    words = [measured(source, question.measures[0]), *(by_words(source, key) for key in question.by[:1])]
    title = " ".join(words)
    if len(question.by) > 1:
        return _("%(title)s, %(how)s") % {"title": title, "how": by_words(source, question.by[1])}
    return title


def measured(source: PanelSource, text: str) -> str:
    """Name what a measure measures: the things counted, the number added up, else the measure in words."""
    measure = parse_measure(text)
    part = measure.parts[0] if measure.parts and measure.function in DERIVED_WORDS else measure
    name = _short(source, part.function, part.property) or measure_words(source, str(part))
    return _(DERIVED_WORDS[measure.function]) % name if part is not measure else name


def _short(source: PanelSource, function: str, name: str) -> str:
    if function == "count":
        return source.things[:1].upper() + source.things[1:]
    return field_words(source, name) if function == "sum" else ""
