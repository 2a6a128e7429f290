"""What a dashboard starts from: panels made for a source, those that its fields suggest, ready sections of a layer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from dashboards.documents.document import PageFilter, Panel, PanelNotice, PanelQuestion, Section
from dashboards.errors import UnknownStarter
from dashboards.panels.fitting import fit_panel
from dashboards.panels.kinds import PanelKind
from dashboards.registry import (
    BAR,
    DONUT,
    DUE,
    FIGURE,
    GALLERY,
    HISTOGRAM,
    LINE,
    MAP,
    SHEET,
    STACKED_BAR,
    TABLE,
)
from dashboards.sources.keys import is_adding, main_codes, main_date, main_number, suited_function
from dashboards.sources.source import FieldRole, PanelSource, SourceField, panel_source
from layers.access import Scope
from layers.parsing.relative_periods import relative_period_words

MAX_SUGGESTED = 12


def new_panel(
    kind: PanelKind,
    source: PanelSource,
    *,
    title: str = "",
    options: dict[str, Any] | None = None,
    **question: Any,
) -> Panel:
    """Return a whole panel of a kind about a source; its id is left to who places it.

    Raises:
        InvalidParameter: the kind cannot show the source.
    """
    query = PanelQuestion(source.scope.slug, relation=source.relation_name, **question)
    width, height = kind.size
    base = Panel("", kind.name, width=width, height=height, question=query, options=options or {})
    panel = fit_panel(base, kind, source)
    return replace(panel, title=title or kind.default_title(panel, source))


def field_panel(source: PanelSource, field: SourceField) -> Panel:
    """Return the panel that shows a field at once, when it is put on a page."""
    name = field.name
    commune = source.commune.name if source.commune else ""
    if field.role in {FieldRole.CODES, FieldRole.COMMUNE}:
        return new_panel(BAR, source, by=(name,))
    if field.role is FieldRole.FLAG:
        return new_panel(DONUT, source, by=(name,))
    if field.role is FieldRole.DATE:
        return new_panel(LINE, source, by=(f"year:{name}",))
    if field.role is FieldRole.YEAR:
        return new_panel(HISTOGRAM, source, by=(name,))
    if field.role is FieldRole.NUMBER:
        if is_adding(field) and commune and name != commune:
            return new_panel(BAR, source, by=(commune,), measures=(f"sum:{name}",))
        return new_panel(HISTOGRAM, source, by=(name,))
    return _text_panel(source, field)


def _text_panel(source: PanelSource, field: SourceField) -> Panel:
    """Return a list of a text with the name of its feature; groups when it is a text of the feature of a record."""
    if field.is_of_feature:
        return new_panel(TABLE, source, by=(field.name,))
    title = source.scope.definition.title_field
    first = [title] if source.relation is None and title in source.scope.filterable else []
    return new_panel(TABLE, source, fields=tuple(dict.fromkeys([*first, field.name])))


def suggested_panels(source: PanelSource) -> list[Panel]:
    """Return panels that the fields of a source suggest, the most telling first, each question once.

    Key figures come first; of a fleet, all the panels of its board.
    """
    fleet = _fleet(source)
    first = fleet.sections[0].panels if fleet else _figures(source)
    panels = [replace(panel, id="") for panel in (*first, *_suggested(source)) if panel is not None]
    by_question = {(panel.kind, panel.question): panel for panel in reversed(panels)}
    return list(reversed(by_question.values()))[:MAX_SUGGESTED]


def _suggested(source: PanelSource) -> Iterable[Panel | None]:
    number, codes, date, commune = main_number(source), main_codes(source), main_date(source), source.commune
    if source.relation is None or source.relation.due:
        yield _if_able(DUE, source) if _has_records_due(source) else None
    yield new_panel(LINE, source, by=(f"year:{date.name}",)) if date else None
    if codes and commune and codes.name != commune.name:
        yield new_panel(STACKED_BAR, source, by=(commune.name, codes.name))
    elif codes:
        yield new_panel(BAR, source, by=(codes.name,))
    if commune:
        measure = f"sum:{number.name}" if number and is_adding(number) else "count"
        yield new_panel(MAP, source, by=(commune.name,), measures=(f"per_inhabitant:{measure}",))
    elif source.has_geometry:
        yield _if_able(MAP, source)
    if number and codes and not is_adding(number):
        yield new_panel(BAR, source, by=(codes.name,), measures=(f"{suited_function(number)}:{number.name}",))
    yield new_panel(HISTOGRAM, source, by=(number.name,)) if number else None
    yield _if_able(GALLERY, source)
    yield _if_able(TABLE, source)


def _has_records_due(source: PanelSource) -> bool:
    if source.relation is not None:
        return source.relation.due is not None
    return any(each.due for each in source.scope.relations)


def _if_able(kind: PanelKind, source: PanelSource) -> Panel | None:
    return None if kind.unsuitable(source) else new_panel(kind, source)


THIRD, HALF, FULL_WIDTH = 4, 6, 12


@dataclass(frozen=True, slots=True)
class Starter:
    """A model for one layer: ``name`` identifies it, ``title`` and ``summary`` say what one gets."""

    name: str
    title: str
    summary: str
    sections: tuple[Section, ...]
    filters: tuple[PageFilter, ...] = ()


def starters_of(scope: Scope) -> list[Starter]:
    """Return the models that suit a layer, the most usual first."""
    source = panel_source(scope)
    starters = [make(source) for make in _MODELS]
    return [each for each in starters if each is not None]


def starter(scope: Scope, name: str) -> Starter:
    """Return a model of a layer by name.

    Raises:
        UnknownStarter: none of that name suits the layer.
    """
    match = next((each for each in starters_of(scope) if each.name == name), None)
    if match is None:
        words = {"name": name[:60], "layer": scope.layer.title}
        raise UnknownStarter(
            _("Aucun modèle « %(name)s » ne convient à la couche « %(layer)s ».") % words, parameter="starter"
        )
    return match


def _essential(source: PanelSource) -> Starter:
    """Return how many there are, where, of which sort, and the list."""
    codes = main_codes(source)
    panels = [*_figures(source), _sized(MAP, source, "carte", HALF, 5)]
    panels.append(_by(source, codes, "repartition", HALF, 5) if codes else None)
    panels.append(_sized(TABLE, source, "liste", FULL_WIDTH, 5))
    return Starter(
        "essentiel",
        _("L’essentiel d’une couche"),
        _("Combien, où, de quelle sorte, et la liste."),
        (_section("essentiel", source.title, panels),),
        _filters(source),
    )


def _over_time(source: PanelSource) -> Starter | None:
    """Return what changes along the main date of a layer, or of its records."""
    about, date = _dated(source)
    if date is None:
        return None
    by_year, by_month = f"year:{date.name}", f"month:{date.name}"
    codes = main_codes(about)
    cut = (by_year, codes.name) if codes else (by_year,)
    panels = [
        _named(new_panel(FIGURE, about, by=(by_year,)), "dernier", THIRD, 2),
        _named(new_panel(LINE, about, by=(by_year,), measures=("cumulated:count",)), "cumul", 8, 4),
        _named(new_panel(STACKED_BAR if codes else BAR, about, by=cut), "par-annee", HALF, 4),
        _named(new_panel(BAR, about, by=(by_month,)), "par-mois", HALF, 4),
    ]
    return Starter(
        "suivi",
        _("Suivi dans le temps"),
        _("La dernière année, le cumul, les années et les mois de « %s ».") % date.title,
        (_section("suivi", _("Suivi dans le temps"), panels),),
        (PageFilter(date.field.name, title=date.title, kind="period"),),
    )


def _by_commune(source: PanelSource) -> Starter | None:
    """Return the communes side by side: how many, for their inhabitants, of which sort."""
    commune, number, codes = source.commune, main_number(source), main_codes(source)
    if commune is None:
        return None
    measure = f"sum:{number.name}" if number and is_adding(number) else "count"
    dense = (f"per_inhabitant:{measure}",)
    panels = [
        _named(new_panel(MAP, source, by=(commune.name,), measures=dense), "carte-communes", HALF, 5),
        _named(new_panel(BAR, source, by=(commune.name,), measures=(measure,)), "communes", HALF, 5),
        _named(new_panel(STACKED_BAR, source, by=(commune.name, codes.name)), "sortes", HALF, 4)
        if codes and codes.name != commune.name
        else None,
        _named(new_panel(TABLE, source, by=(commune.name,), measures=tuple(dict.fromkeys(["count", measure, *dense]))),
               "tableau-communes", HALF, 4),
    ]  # fmt: skip
    return Starter(
        "communes",
        _("Par commune"),
        _("La carte pour 1 000 habitants, le classement et le tableau des communes."),
        (_section("communes", _("Par commune"), panels),),
        (PageFilter("commune", kind="commune"),),
    )


LOW_PERCENT = 20
_DAILY = "last-14-days"


def _fleet(source: PanelSource) -> Starter | None:
    """Return the board of a fleet: how many, charged how much, in which state, where, and its last fourteen days."""
    commune, codes, date = source.commune, main_codes(source), main_date(source)
    level = next((each for each in source.numbers if is_level(each)), None)
    is_placed = source.has_geometry and not MAP.unsuitable(source)
    if commune is None or codes is None or date is None or level is None or not is_placed:
        return None
    mean, recent = f"avg:{level.name}", f"T_INTERSECTS(\"{date.name}\", PERIOD('{_DAILY}'))"
    low = f'"{level.name}" <= {LOW_PERCENT}'
    words = {"title": level.title, "level": LOW_PERCENT}
    alert = PanelNotice(">", 0, _("{value} à %(level)d %% ou moins") % words)
    low_title = _("%(title)s : %(level)d %% ou moins") % words
    days = _("%(title)s : %(period)s") % {"title": source.title, "period": relative_period_words(_DAILY)}
    panels = [
        _named(new_panel(FIGURE, source), "nombre", THIRD, 2),
        _named(new_panel(FIGURE, source, measures=(mean,)), "moyenne", THIRD, 2),
        replace(
            _named(new_panel(FIGURE, source, title=low_title, filter=low), "bas", THIRD, 2), notice=alert
        ),
        _named(new_panel(FIGURE, source, title=days, filter=recent), "recents", HALF, 2),
        _named(new_panel(FIGURE, source, measures=("per_inhabitant:count",)), "densite", HALF, 2),
        _by(source, commune, "communes", HALF, 5),
        replace(
            _named(new_panel(MAP, source), "carte", HALF, 5),
            options={"mode": "categories", "category": codes.name},
        ),
        _named(new_panel(TABLE, source, by=(codes.name,), measures=("count", mean)), "etats", HALF, 4),
        _named(
            new_panel(LINE, source, by=(f"day:{date.name}",), filter=recent, empty=True), "jours", HALF, 4
        ),
    ]
    return Starter(
        "parc",
        _("Suivi d’un parc"),
        _(
            "Cinq chiffres dont une alerte, les communes, les états et leur moyenne, la carte, quatorze jours."
        ),
        (_section("parc", source.title, panels),),
        _filters(source),
    )


# Words of the names of percents, where no unit says it.
_LEVEL_WORDS = frozenset({"pct", "percent", "pourcent", "pourcentage", "batterie", "battery"})


def is_level(field: SourceField) -> bool:
    """Whether a number is a level in percent: a battery, a filling."""
    is_named = bool(_LEVEL_WORDS & set(field.field.name.lower().split("_")))
    return (
        field.role is FieldRole.NUMBER and not field.is_of_feature and (field.field.unit == "%" or is_named)
    )


def _list_and_sheet(source: PanelSource) -> Starter:
    """Return the list of the features with the sheet of one and its photos."""
    panels = [
        _sized(TABLE, source, "liste", 8, 6),
        _sized(SHEET, source, "fiche", THIRD, 6),
        _sized(GALLERY, source, "photos", FULL_WIDTH, 4),
    ]
    return Starter(
        "liste",
        _("Liste et fiche"),
        _("La liste, la fiche du premier objet, et ses photos s’il y en a."),
        (_section("liste", source.title, panels),),
        _filters(source),
    )


def _due(source: PanelSource) -> Starter | None:
    """Return what is late and what comes, with the records it follows from."""
    relation = next((each for each in source.scope.relations if each.due), None)
    if relation is None or relation.due is None:
        return None
    records = panel_source(source.scope, relation.name)
    since, kind = relation.due.since, relation.due.kind
    panels = [
        _named(new_panel(DUE, records), "echeances", 7, 5),
        _named(new_panel(BAR, records, by=(kind,)), "par-nature", 5, 5) if kind in records.fields else None,
        _named(new_panel(LINE, records, by=(f"month:{since}",), empty=True), "par-mois", FULL_WIDTH, 4)
        if since in records.fields
        else None,
    ]
    return Starter(
        "echeances",
        _("Échéances"),
        _("Ce qui est en retard, ce qui vient, et ce qui a été fait : « %s ».") % relation.title,
        (_section("echeances", str(relation.title), panels),),
        _filters(source),
    )


_MODELS: tuple[Callable[[PanelSource], Starter | None], ...] = (
    _essential,
    _over_time,
    _by_commune,
    _fleet,
    _list_and_sheet,
    _due,
)


def _figures(source: PanelSource) -> list[Panel | None]:
    """Return the key figures of a layer: how many, how much, for how many inhabitants."""
    number = main_number(source)
    panels: list[Panel | None] = [_named(new_panel(FIGURE, source), "nombre", THIRD, 2)]
    if number and is_adding(number):
        panels.append(_named(new_panel(FIGURE, source, measures=(f"sum:{number.name}",)), "total", THIRD, 2))
    elif number:
        panels.append(
            _named(new_panel(FIGURE, source, measures=(f"avg:{number.name}",)), "moyenne", THIRD, 2)
        )
    if source.commune is not None:
        panels.append(
            _named(new_panel(FIGURE, source, measures=("per_inhabitant:count",)), "densite", THIRD, 2)
        )
    return panels


def _dated(source: PanelSource) -> tuple[PanelSource, SourceField | None]:
    """Return the rows that have a date to follow: the features, else the first related records."""
    own = main_date(source)
    if own is not None:
        return source, own
    for relation in source.scope.relations:
        records = panel_source(source.scope, relation.name)
        dates = [each for each in records.dates if not each.is_of_feature]
        if dates and not relation.is_gallery:
            return records, dates[0]
    return source, None


def _by(source: PanelSource, field: SourceField, name: str, width: int, height: int) -> Panel:
    return _named(new_panel(BAR, source, by=(field.name,)), name, width, height)


def _sized(kind: PanelKind, source: PanelSource, name: str, width: int, height: int) -> Panel | None:
    return None if kind.unsuitable(source) else _named(new_panel(kind, source), name, width, height)


def _named(panel: Panel, name: str, width: int, height: int) -> Panel:
    return replace(panel, id=name, width=width, height=height)


def _section(name: str, title: str, panels: Iterable[Panel | None]) -> Section:
    return Section(name, title, tuple(panel for panel in panels if panel is not None))


def _filters(source: PanelSource) -> tuple[PageFilter, ...]:
    """Return the filters that a page of a layer begins with: its communes, its main list of values."""
    codes = main_codes(source)
    filters = [PageFilter("commune", kind="commune")] if source.commune is not None else []
    if codes is not None:
        filters.append(PageFilter(codes.field.name, title=codes.title))
    return tuple(filters)
