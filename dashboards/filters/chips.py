"""What is asked of a page, in words: one chip a filter, each with the address of the page without it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from dashboards.documents.document import Document, PageFilter
from dashboards.filters.conditions import commune_title, kernel_value, period_title
from dashboards.filters.fields import QuestionRows, resolved, title_of
from dashboards.filters.parsing import COMMUNE, PERIOD, PageState, Period
from interface import wording
from interface.conditions import value_words
from interface.territory import label_communes
from layers.definitions import Field
from layers.errors import InvalidParameter
from layers.queries import communes


@dataclass(frozen=True, slots=True)
class FilterChip:
    """A filter of the page: ``subject`` says what it is about, ``words`` what is asked, ``name`` is its parameter.

    ``query`` is the query string of the page without it.
    """

    subject: str
    words: str
    name: str
    query: str

    @property
    def sentence(self) -> str:
        """The filter as paper and the screen reader tell it."""
        return _("%(title)s : %(text)s") % {"title": self.subject, "text": self.words}


def chips(state: PageState, rows: Sequence[QuestionRows], document: Document) -> list[FilterChip]:
    """Return a chip for each filter of the page, in the order of the address."""
    found: list[FilterChip] = []
    if state.communes:
        names = {commune.code: commune.nom for commune in communes()}
        words = ", ".join(names.get(code, code) for code in state.communes)
        found.append(_chip(state, commune_title(document), words, COMMUNE))
    if state.period:
        found.append(_chip(state, period_title(document), period_words(state.period), PERIOD))
    titles = {part.field: part for part in document.filters}
    for name, values in state.values.items():
        field = field_of(name, rows, document)
        if field is not None:
            subject = str(capfirst(title_of(titles.get(name, PageFilter(name)), field)))
            words = _(" ou ").join(asked_words(field, value) for value in values)
            found.append(_chip(state, subject, words, name))
    return found


def sentences(state: PageState, rows: Sequence[QuestionRows], document: Document) -> tuple[str, ...]:
    """Return what is asked of a page, a sentence a filter: what leaves the page says what it holds."""
    return tuple(chip.sentence for chip in chips(state, rows, document))


def field_of(name: str, rows: Sequence[QuestionRows], document: Document) -> Field | None:
    """Return the first field of the page that a filter is about, its communes with their names."""
    found = next((each for part in rows if (each := resolved(name, part, document))), None)
    return label_communes([found.field])[0] if found is not None else None


def asked_words(field: Field, value: str) -> str:
    """Word a value of the address; one that the field cannot have is said as it is written."""
    try:
        return value_words(field, kernel_value(field, value))
    except (ValueError, InvalidParameter):
        return value


def period_words(period: Period) -> str:
    """Word a period: a whole year by its number, else its days."""
    first, last = period.first, period.last
    if first and last and (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        years = {"first": first.year, "last": last.year}
        return str(first.year) if first.year == last.year else _("%(first)d à %(last)d") % years
    if first and last:
        return _("du %(first)s au %(last)s") % {"first": wording.day(first), "last": wording.day(last)}
    if first:
        return _("à partir du %(first)s") % {"first": wording.day(first)}
    return _("jusqu’au %(last)s") % {"last": wording.day(last)} if last else ""


def _chip(state: PageState, subject: str, words: str, name: str) -> FilterChip:
    return FilterChip(subject, words, name, urlencode(state.asking(name, ()).pairs))
