"""What a typed text proposes: its sentence, its address, its count, other readings; the same as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from explorer.map_state.parsing import HERE, LAYERS, SORT, TABLE, MapQuery, parse_map
from explorer.map_state.queries import is_on_map, layer_query
from explorer.natural_language.figure_answers import read_figure
from explorer.natural_language.figure_values import FigureAnswer
from explorer.natural_language.hints import HintKind
from explorer.natural_language.interpretation import Pair, Understood, Unused
from explorer.natural_language.parse_result import Reason
from explorer.natural_language.queries import understood, understood_at_once
from explorer.question.choices import ChoiceCounter
from explorer.question.sentence import Sentence, drawing_depth, sentence
from interface import wording
from interface.requests import Parameters, filled
from interface.titles import counted, noun_of
from layers.access import Scope
from layers.errors import InvalidParameter, LayersError
from layers.parsing import single_values
from layers.queries.search import scopes_by_slug
from layers.visitor import Visitor

_WHY = {
    Reason.UNKNOWN: gettext_noop("« %s » n’est pas compris"),
    Reason.POSITION: gettext_noop(
        "« %s » : une question part de votre position une seule fois, et pas loin d’elle"
    ),
    Reason.SUPERLATIVE: gettext_noop("« %s » demande un classement : triez le tableau"),
    Reason.SECOND_SUBJECT: gettext_noop("« %s » : une question cherche dans une seule couche"),
    Reason.REPEATED: gettext_noop("« %s » : cette couche est déjà dans la question"),
    Reason.NO_FIELD: gettext_noop("« %s » : aucun champ de la couche ne le dit"),
    Reason.TOO_FAR: gettext_noop("« %s » : une distance va jusqu’à 100 km"),
    Reason.EITHER: gettext_noop("« %s » : les conditions sur des champs différents s’ajoutent"),
    Reason.LAYERS: gettext_noop("« %s » : chaque couche se cherche à part, par les liens qui suivent"),
    Reason.NO_ADDRESS: gettext_noop("« %s » : cette adresse n’est pas dans la base des adresses"),
    Reason.ADDRESSES: gettext_noop("« %s » : plusieurs adresses portent ce nom"),
    Reason.CONTRADICTION: gettext_noop("« %s » contredit le reste de la question"),
}

_HINTS = {
    HintKind.LAYERS: gettext_noop("« %(text)s » n’est pas compris ici : c’est un mot de %(names)s"),
    HintKind.WORDS: gettext_noop(
        "« %(text)s » n’est pas compris ; mots connus qui y ressemblent : %(names)s"
    ),
    HintKind.MEASURES: gettext_noop("« %(text)s » : aucun champ ne le dit ; la couche a %(names)s"),
    HintKind.ORDERS: gettext_noop(
        "« %(text)s » : aucun champ ne le classe ; le tableau se trie par %(names)s"
    ),
    HintKind.COMMUNE: gettext_noop("« %(text)s » n’est ni une commune ni un lieu de la carte"),
    HintKind.ADDRESSES: gettext_noop("« %(text)s » : il y en a plusieurs, dites laquelle : %(names)s"),
    HintKind.ELSEWHERE: gettext_noop(
        "« %(text)s » : pas d’adresse de ce nom à cet endroit ; il existe %(names)s"
    ),
    HintKind.YEAR: gettext_noop("« %(text)s » : dites aussi l’année"),
}
# Where the addresses are offered one by one.
_CHOICE = {
    HintKind.ADDRESSES: gettext_noop("« %s » : il y en a plusieurs. À quelle adresse ?"),
    HintKind.ELSEWHERE: gettext_noop("« %s » : pas à cet endroit. À une de ces adresses ?"),
}
MAX_TEXT = 200


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another reading of the text: its sentence, or the address that it is about; and its query string for the map."""

    words: str
    address: str


@dataclass(frozen=True, slots=True)
class QuestionProposal:
    """The question proposed for a text.

    ``address`` is a query string of ``/carte/``, empty when no layer was understood. ``count`` is the answer in words
    (« 5 arbres »), empty when it takes too long; with ``figure`` it is that. ``notes`` list unused
    words and assumptions.
    ``page`` is where a table or a figure is read, empty for a question that the map answers; ``rows`` is where the rows
    of a figure are, on the map or in the page of a table.
    """

    understood: Understood
    words: str
    address: str
    count: str
    notes: tuple[str, ...]
    alternatives: tuple[Alternative, ...] = ()
    page: str = ""
    figure: FigureAnswer | None = None
    rows: str = ""

    @property
    def link(self) -> str:
        """Where the question is answered: the map with its sentence in sight, or the page of a table or a figure.

        Empty where an address is to be chosen first.
        """
        if self.is_choice:
            return ""
        if self.page or not self.address:
            return self.page
        return f"{reverse('explorer:map')}?{self.address}&onglet={self.tab}"

    @property
    def is_choice(self) -> bool:
        """Whether the question is about one of several addresses, which the alternatives are."""
        return bool(self.understood.address_titles and self.alternatives)

    @property
    def tab(self) -> str:
        """The tab of the panel that answers: « Autour » where the position of the person is asked for."""
        return "filtres" if self.understood.around_m is None else "autour"

    @property
    def is_complete(self) -> bool:
        """Whether every word was used."""
        return not self.understood.not_understood


def proposal(visitor: Visitor, text: str) -> QuestionProposal:
    """Return the question of a text, in words and as an address, from the words of what the visitor sees."""
    return _proposal(visitor, understood(visitor, text), "menu")


def answer_of(visitor: Visitor, text: str, *, is_nothing: bool) -> QuestionProposal | None:
    """Return the question of a text for the page of results: the same as that of the panel of the map.

    The name of a layer or of a feature alone is no question. Where a search gives nothing (``is_nothing``), what is
    understood in part, or not at all, is proposed with what is not.
    """
    proposed = proposal(visitor, text)
    reading = proposed.understood
    if not reading.is_question and not (is_nothing and " " in text):
        return None
    is_most = _is_worth_proposing(reading)
    return proposed if is_most or is_nothing else None


def suggested(visitor: Visitor, text: str) -> QuestionProposal | None:
    """Return the question of a text when it is worth proposing while people type; else None.

    No scope is read for a text without a question, and results do not wait long for the count.
    """
    reading = understood_at_once(visitor, text)
    if reading is None or not _is_worth_proposing(reading):
        return None
    proposed = _proposal(visitor, reading, "suggestion")
    return proposed if proposed.link or proposed.is_choice else None


def _proposal(visitor: Visitor, reading: Understood, kind: str) -> QuestionProposal:
    """Word what was understood, with the scopes of the layers that it names alone; ``kind`` limits the count."""
    notes = tuple(_notes(reading))
    slugs = {
        slug: None for pairs in (reading.parameters, *reading.alternatives) for slug in _layers_of(pairs)
    }
    read = scopes_by_slug(visitor, list(slugs)) if slugs else {}
    scopes = {slug: scope for slug, scope in read.items() if is_on_map(scope.definition)}
    figure = _figure(reading, read)
    table = read.get(reading.subject)
    if table is not None and not is_on_map(table.definition):
        return _of_table(reading, table, read, kind, notes, figure)
    requested = _sentence_of(reading.parameters, scopes)
    if requested is None:
        address = "" if reading.subject else urlencode(_here_pairs(reading.parameters))
        alternatives = tuple(_alternatives(reading, scopes))
        return QuestionProposal(
            reading, _around(reading.parameters), address, "", notes, alternatives=alternatives
        )
    address = _address(requested, reading.parameters)
    return QuestionProposal(
        reading,
        words=_words(requested, reading.parameters),
        address=address,
        count=_answer_words(figure, requested, scopes, kind) if _is_counted(reading) else "",
        notes=_figure_notes(figure, notes),
        page=_figure_page(reading) if figure else "",
        figure=figure,
        rows=f"{reverse('explorer:map')}?{address}&onglet=filtres" if figure else "",
        alternatives=tuple(_alternatives(reading, scopes)),
    )


def _is_counted(reading: Understood) -> bool:
    """Whether a count answers: neither around a position still to come, nor without the address that was said."""
    reasons = {each.reason for each in reading.not_understood}
    return reading.around_m is None and reasons.isdisjoint({Reason.NO_ADDRESS, Reason.ADDRESSES})


def _alternatives(reading: Understood, scopes: Mapping[str, Scope]) -> Iterable[Alternative]:
    """Word the other readings: each by the address that it is about where they are of several."""
    for index, pairs in enumerate(reading.alternatives):
        each = _sentence_of(pairs, scopes)
        if each is None:
            continue
        is_address = index < len(reading.address_titles)
        words = reading.address_titles[index] if is_address else _words(each, pairs)
        yield Alternative(words, _address(each, pairs))


def _answer_words(
    figure: FigureAnswer | None, requested: Sentence, scopes: Mapping[str, Scope], kind: str
) -> str:
    return figure.text if figure else _count(requested, scopes, kind)


def _figure(reading: Understood, scopes: Mapping[str, Scope]) -> FigureAnswer | None:
    """Read the figure that is asked for; None without one, or when it takes too long."""
    if reading.figure is None or reading.subject not in scopes or reading.around_m is not None:
        return None
    try:
        return read_figure(scopes[reading.subject], reading.figure, _query(reading.parameters), scopes)
    except LayersError:
        return None


def _figure_notes(figure: FigureAnswer | None, notes: tuple[str, ...]) -> tuple[str, ...]:
    """Add what is said beside a figure: the year, where the question names none, and what lies outside."""
    if figure is None:
        return notes
    year = (_("année %s, la dernière") % figure.year,) if figure.year else ()
    return (*notes, *year, *figure.notes)


def _of_table(
    reading: Understood,
    scope: Scope,
    scopes: Mapping[str, Scope],
    kind: str,
    notes: tuple[str, ...],
    figure: FigureAnswer | None,
) -> QuestionProposal:
    """Propose the rows of a table, or of the communes, on its page, or its figure."""
    query = _query(reading.parameters)
    rows = layer_query(scope, query, scopes)
    page = f"{reverse('explorer:layer', args=[scope.slug])}?{rows.query}#objets"
    words = " · ".join(part.words for part in sentence(query, scopes).parts)
    try:
        count = figure.text if figure else counted(noun_of(scope), rows.selection.timed_count(kind))
    except LayersError:
        count = ""
    address = _figure_page(reading) if figure else page
    return QuestionProposal(
        reading, words, "", count, _figure_notes(figure, notes), page=address, figure=figure, rows=page
    )


def _figure_page(reading: Understood) -> str:
    """Return the address of the page of a figure, which reads the question again."""
    return f"{reverse('explorer:figure')}?{urlencode({'q': reading.text})}"


def _query(parameters: Iterable[Pair]) -> MapQuery:
    conditions: dict[str, list[str]] = {}
    for name, value in parameters:
        conditions.setdefault(name, []).append(value)
    return parse_map(conditions)


def _layers_of(parameters: Sequence[Pair]) -> list[str]:
    """Return the layers that parameters of the map name."""
    query = _query(parameters)
    slugs = [slug for name, slug in parameters if name == LAYERS]
    return [query.subject, *query.own, *_related(query), *slugs] if parameters else []


def _sentence_of(parameters: Sequence[Pair], scopes: Mapping[str, Scope]) -> Sentence | None:
    """Return the sentence of parameters of the map, with the layers that it names switched on, surfaces below.

    None without parameters, and when a layer is no longer there.
    """
    query = _query(parameters)
    if not query.subject or not scopes.keys() >= {query.subject, *query.own, *_related(query)}:
        return None
    slugs = [slug for name, slug in parameters if name == LAYERS]
    if not scopes.keys() >= set(slugs):
        return None
    named = dict.fromkeys([query.subject, *_related(query), *slugs])
    ordered = sorted(named, key=lambda slug: drawing_depth(scopes[slug]))
    return sentence(replace(query.with_layers(ordered), is_default=False), scopes)


def _related(query: MapQuery) -> list[str]:
    own = query.own.get(query.subject, {})
    texts = [text for name in ("touching", "disjoint") for text in own.get(name, ())]
    return [text.partition("@")[0].partition("/")[0].removesuffix("*") for text in texts]


def _address(question_sentence: Sentence, parameters: Iterable[Pair]) -> str:
    """Return the query string of the map, with the table that a superlative sorts, and the position to ask for."""
    parameters = list(parameters)
    table = urlencode([pair for pair in parameters if pair[0] in {TABLE, SORT}])
    here = urlencode(_here_pairs(parameters))
    return "&".join(filter(None, [question_sentence.query.link, table, here]))


def _here_pairs(parameters: Iterable[Pair]) -> list[Pair]:
    pairs = [pair for pair in parameters if pair[0] in {"near", "radius"}]
    return pairs if ("near", HERE) in pairs else []


def _around(parameters: Iterable[Pair]) -> str:
    """Word the place of the person, whose position is asked for when the question is."""
    radius = dict(_here_pairs(parameters)).get("radius")
    if radius is None:
        return ""
    return _("à moins de %s de votre position") % wording.distance(float(radius))


def _words(question_sentence: Sentence, parameters: Iterable[Pair]) -> str:
    parts = [*(part.words for part in question_sentence.parts), _around(parameters)]
    return " · ".join(filter(None, parts))


def _count(question_sentence: Sentence, scopes: Mapping[str, Scope], kind: str) -> str:
    assert question_sentence.subject is not None
    try:
        count = ChoiceCounter(scopes, kind).count(question_sentence.subject, question_sentence.query)
    except LayersError:
        return ""
    return "" if count is None else counted(noun_of(question_sentence.subject), count)


def _notes(reading: Understood) -> Iterable[str]:
    for unused in reading.not_understood:
        if unused.hint is not None and _is_offered(reading, unused):
            yield _(_CHOICE[unused.hint.kind]) % unused.text
        else:
            yield why_unused(unused)
    for title in reading.second_subjects:
        yield _("« %s » : sur la carte aussi, la réponse compte la première couche") % title
    for typed, read in reading.corrections:
        yield _("« %(typed)s » est lu « %(read)s »") % {"typed": typed, "read": read}
    for words, title in reading.supposed:
        yield _("« %(words)s » porte sur « %(title)s »") % {"words": words, "title": title.lower()}
    if reading.order is not None and reading.order[1]:
        words, title = reading.order
        yield _("« %(words)s » : les premiers du tableau, trié par « %(title)s »") % {
            "words": words,
            "title": title.lower(),
        }
    for words, metres in reading.defaults:
        distance = wording.distance(metres)
        yield _("« %(words)s » : %(distance)s") % {"words": words, "distance": distance}


def _is_offered(reading: Understood, unused: Unused) -> bool:
    """Whether words are an address that the alternatives offer."""
    return bool(reading.address_titles) and unused.hint is not None and unused.hint.kind in _CHOICE


def why_unused(unused: Unused) -> str:
    """Word why something was left out, and what the catalogue has that is near."""
    if unused.hint is None:
        return _(_WHY[unused.reason]) % unused.text
    names = ", ".join(_("« %s »") % name for name in unused.hint.names)
    return _(_HINTS[unused.hint.kind]) % {"text": unused.text, "names": names}


def is_certain(proposed: QuestionProposal) -> bool:
    """Whether the map may be opened without a word: a question of which every word was used."""
    return proposed.is_complete and proposed.understood.is_question and bool(proposed.link)


def _is_worth_proposing(reading: Understood) -> bool:
    """Whether a question is proposed first: it has conditions, and most words were used."""
    unused = [each for each in reading.not_understood if not _is_offered(reading, each)]
    texts = [word for each in unused for word in each.text.split()]
    return reading.is_question and 2 * len(texts) <= len(reading.text.split())


def proposal_document(proposed: QuestionProposal) -> dict[str, Any]:
    """Return a proposal as JSON: places of spans are characters of ``text``; ``address`` is a query string.

    ``proposed`` is the address of the map when Enter opens it, else empty.
    """
    understood = proposed.understood
    return {
        "text": understood.text,
        "words": proposed.words,
        "address": proposed.address,
        "proposed": proposed.link if is_certain(proposed) else "",
        "count": proposed.count,
        "figure": None if proposed.figure is None else proposed.figure.value,
        "subject": understood.subject,
        "parameters": [list(pair) for pair in understood.parameters],
        "spans": [
            {"start": span.start, "end": span.end, "kind": span.kind.value} for span in understood.spans
        ],
        "notUnderstood": [
            {"text": unused.text, "reason": unused.reason.value} for unused in understood.not_understood
        ],
        "notes": list(proposed.notes),
        "alternatives": [{"words": each.words, "address": each.address} for each in proposed.alternatives],
    }


def parse_text(parameters: Parameters) -> str:
    """Read ``q``.

    Raises:
        UnknownParameter: a parameter other than ``q``.
        InvalidParameter: ``q`` given twice, too long, or with a null character.
    """
    text = " ".join(single_values(filled(parameters), allowed=("q",)).get("q", "").split())
    if len(text) > MAX_TEXT:
        raise InvalidParameter(_("La recherche dépasse %d caractères.") % MAX_TEXT, parameter="q")
    return text
