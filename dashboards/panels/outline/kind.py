"""A tree of two levels: of each part, how many rows are in a good state, and a mark a row."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dashboards.documents.document import PanelQuestion
from dashboards.panels.fitting import plain_question
from dashboards.panels.kinds import (
    Fit,
    Glyph,
    Miniature,
    PanelAnswer,
    PanelColumn,
    PanelKind,
    PanelRequest,
    PanelTable,
    PaperRule,
)
from dashboards.panels.miniatures import rows_miniature
from dashboards.panels.options import FLAG, NAME, TEXT, needed, option_schema, role, titled
from dashboards.panels.queries import aggregate_query, group_notes, run_aggregate
from dashboards.panels.states import (
    GOOD,
    STATE_NEEDED,
    PanelState,
    States,
    field_named,
    in_reading_order,
    states_of,
)
from dashboards.panels.tables import capitalised
from dashboards.sources.keys import own_codes
from dashboards.sources.source import PanelSource, panel_source
from interface.territory import CommuneShape

MAX_MARKS = 40
"""Marks of a part that are drawn; beyond, its words say how many there are."""
_MAX_GROUPS = 5_000


@dataclass(frozen=True, slots=True)
class OutlineMark:
    """Rows of one state: one mark each."""

    state: PanelState
    count: int

    @property
    def marks(self) -> range:
        """As many things as there are marks."""
        return range(min(self.count, MAX_MARKS))

    @property
    def words(self) -> str:
        """How many rows are in the state: « En retard : 3 »."""
        return _("%(title)s : %(text)s") % {"title": self.state.title, "text": self.count}


@dataclass(frozen=True, slots=True)
class OutlinePart:
    """A part of the tree at a ``level`` (0 for the whole), with its rows by state."""

    level: int
    title: str
    marks: tuple[OutlineMark, ...]
    is_open: bool = False
    summary: str = ""

    @property
    def count(self) -> int:
        """How many rows it has."""
        return sum(mark.count for mark in self.marks)

    @property
    def good(self) -> int:
        """How many of them are in a good state."""
        return sum(mark.count for mark in self.marks if mark.state.tone == GOOD)

    @property
    def words(self) -> str:
        """Every state with its count, for who does not see the marks."""
        return ", ".join(mark.words for mark in self.marks)


@dataclass(frozen=True, slots=True)
class OutlineLegendLine:
    """A mark of the tree and the states that it stands for: « Atteint, En bonne voie »."""

    state: PanelState
    titles: str


Counts = Counter[tuple[str, str, str]]


class Outline(PanelKind):
    """A tree of two levels: of each part, how many rows are in a good state, and a mark a row."""

    name = "outline"
    title = gettext_lazy("Arborescence")
    icon = "list-tree"
    size = (3, 6)
    options = option_schema(
        level_1=needed(titled(role(NAME, "codes"), gettext_lazy("Premier niveau"))),
        level_2=titled(role(NAME, "codes"), gettext_lazy("Second niveau")),
        **STATE_NEEDED,
        whole=titled(TEXT, gettext_lazy("Nom de l’ensemble")),
        good_words=titled(TEXT, gettext_lazy("Mots de ce qui va bien")),
        flat=titled(FLAG, gettext_lazy("Premier niveau seul")),
        clears={
            "type": "array",
            "items": NAME,
            "maxItems": 10,
            "title": gettext_lazy("Filtres ôtés au clic"),
            "description": "Filters of the page that a click takes off: what was chosen inside another part.",
        },
    )
    template = "dashboards/panels/outline.html"
    phrase = gettext_lazy("L’arborescence de {}, avec l’état de chaque ligne")
    is_resized = False
    paper = PaperRule(is_written=True, row=22, rows=6)
    shape = Glyph.ROWS
    has_order = False

    def read(self, request: PanelRequest) -> PanelAnswer:
        """Return the tree, whatever the page has chosen in it.

        Raises:
            UnknownProperty: a field that the visitor does not have.
        """
        states = states_of(request)
        levels = [str(request.option("level_1", "")), str(request.option("level_2", ""))]
        names = [name for name in levels if name or name == levels[0]]
        fields = [field_named(request, name, f"level_{index}") for index, name in enumerate(names, 1)]
        keys = tuple(dict.fromkeys([*names, states.field.name]))
        result = run_aggregate(
            request,
            aggregate_query(PanelQuestion(request.question.layer, by=keys), limit=_MAX_GROUPS),
            # All of the tree stays there to be chosen, whatever is chosen in it.
            selection=request.without([*names, *request.option("clears", ())]),
        )
        counts: Counts = Counter()
        for row in result.rows:
            codes_by_key, count = dict(zip(keys, row, strict=False)), row[len(keys)]
            first, second = (*(str(codes_by_key[name] or "") for name in names), "")[:2]
            if isinstance(count, int):
                counts[first, second, str(codes_by_key[states.field.name] or "")] += count
        parts = list(_parts(request, states, counts, names))
        return request.answer(
            _table(parts, [capitalised(str(field.title)) for field in fields], states, names),
            matched=sum(counts.values()),
            value=parts[0].good,
            context={
                "lines": parts,
                "legend": _legend(parts[0]),
                "clears": " ".join([*names[1:], *request.option("clears", ())]),
                "undoes": " ".join([*names, *request.option("clears", ())]),
            },
            has_drawing=True,
            is_empty=not counts,
            notes=group_notes(result),
        )

    def unsuitable(self, source: PanelSource) -> str:
        """Refuse a source without a list of values."""
        return "" if own_codes(panel_source(source.scope)) else _("aucune liste de valeurs ici.")

    def source_of(self, source: PanelSource) -> PanelSource:
        """Return the features, whatever records a panel showed of them."""
        return panel_source(source.scope)

    def fit(self, source: PanelSource, question: PanelQuestion) -> Fit:
        """Return a tree by the first two lists of values, its marks by the state that the map shows."""
        codes = [each.name for each in own_codes(source)]
        state = source.scope.style.field if source.scope.style.field in codes else codes[0]
        levels = [name for name in codes if name != state] or [state]
        options = {"level_1": levels[0], "state": state} | ({"level_2": levels[1]} if len(levels) > 1 else {})
        return Fit(plain_question(question), options)

    def miniature(self, answer: PanelAnswer, communes: Sequence[CommuneShape]) -> Miniature:
        """Return the first parts."""
        return rows_miniature(answer)


OUTLINE = Outline()


def _parts(
    request: PanelRequest, states: States, counts: Counts, names: Sequence[str]
) -> Iterable[OutlinePart]:
    chosen = [request.chosen.get(name, ()) for name in names]
    yield _part(request, states, 0, request.option("whole", "") or _("Ensemble"), counts)
    for title in in_reading_order({first for first, _second, _state in counts}):
        own = Counter({key: count for key, count in counts.items() if key[0] == title})
        inner = in_reading_order({second for _first, second, _state in own if second})
        is_open = title in chosen[0] or (len(chosen) > 1 and any(each in chosen[1] for each in inner))
        yield replace(_part(request, states, 1, title, own), is_open=is_open)
        if not is_open or request.option("flat", False):
            continue
        for second in inner:
            yield _part(request, states, 2, second, Counter({k: n for k, n in own.items() if k[1] == second}))


def _part(request: PanelRequest, states: States, level: int, title: str, counts: Counts) -> OutlinePart:
    by_state: Counter[str] = Counter()
    for (_first, _second, state), count in counts.items():
        by_state[state] += count
    ordered = sorted(by_state, key=states.rank)
    part = OutlinePart(
        level,
        title or _("Non renseigné"),
        tuple(OutlineMark(states.of(code), by_state[code]) for code in ordered),
    )
    return replace(part, summary=_summary(part, states, request.option("good_words", "")))


def _summary(part: OutlinePart, states: States, words: str) -> str:
    """Say how many rows are in a good state, in the words of the document, else of these states."""
    counts = {"good": part.good, "count": part.count}
    if words:
        form = ngettext("%(good)d sur %(count)d %(words)s", "%(good)d sur %(count)d %(words)s", part.good)
        return form % {**counts, "words": words}
    good = sorted((code for code, tone in states.tones.items() if tone == GOOD), key=states.rank)
    if not good:
        return ""
    titles = _(" ou ").join(states.of(code).title for code in good)
    return _("%(good)d sur %(count)d : %(words)s") % {**counts, "words": titles}


def _legend(whole: OutlinePart) -> list[OutlineLegendLine]:
    """Return the marks that the tree has, with the states of each: those of one tone have one mark."""
    titles: dict[str, list[str]] = {}
    states: dict[str, PanelState] = {}
    for mark in whole.marks:
        titles.setdefault(mark.state.tone, []).append(mark.state.title)
        states.setdefault(mark.state.tone, mark.state)
    return [OutlineLegendLine(states[tone], ", ".join(names)) for tone, names in titles.items()]


def _table(
    parts: Sequence[OutlinePart], titles: Sequence[str], states: States, names: Sequence[str]
) -> PanelTable:
    """Return the parts as a table: a column a state that some row is in."""
    codes = sorted({mark.state.code for mark in parts[0].marks}, key=states.rank)
    rows, filters = [], []
    for part in parts:
        counts = {mark.state.code: mark.count for mark in part.marks}
        rows.append((part.title, part.count, *(counts.get(code, 0) for code in codes)))
        filters.append((names[part.level - 1], part.title) if part.level else None)
    return PanelTable(
        columns=(
            PanelColumn("part", " / ".join(titles)),
            PanelColumn("count", _("Total"), is_number=True),
            *(PanelColumn(f"state_{code}", states.of(code).title, is_number=True) for code in codes),
        ),
        rows=tuple(rows),
        filters=tuple(filters),
    )
