"""Ready sections of a layer: what a dashboard starts from, made of what its maker may see of the layer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from dashboards.documents.document import PageFilter, Panel, Section
from dashboards.errors import UnknownStarter
from dashboards.panels.kinds import PanelKind
from dashboards.registry import BAR, DUE, FIGURE, GALLERY, LINE, MAP, SHEET, STACKED_BAR, TABLE
from dashboards.sources.keys import is_adding, main_codes, main_date, main_number
from dashboards.sources.source import PanelSource, SourceField, panel_source
from dashboards.starters.panels import new_panel
from layers.access import Scope

THIRD, HALF, WHOLE = 4, 6, 12


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
    found = [make(source) for make in _MODELS]
    return [each for each in found if each is not None]


def starter(scope: Scope, name: str) -> Starter:
    """Return a model of a layer by name.

    Raises:
        UnknownStarter: none of that name suits the layer.
    """
    found = next((each for each in starters_of(scope) if each.name == name), None)
    if found is None:
        words = {"name": name[:60], "layer": scope.layer.title}
        raise UnknownStarter(
            _("Aucun modèle « %(name)s » ne convient à la couche « %(layer)s ».") % words, parameter="starter"
        )
    return found


def _essential(source: PanelSource) -> Starter:
    """Return how many there are, where, of which sort, and the list."""
    codes = main_codes(source)
    panels = [*_figures(source), _sized(MAP, source, "carte", HALF, 5)]
    panels.append(_by(source, codes, "repartition", HALF, 5) if codes else None)
    panels.append(_sized(TABLE, source, "liste", WHOLE, 5))
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
    place, number, codes = source.place, main_number(source), main_codes(source)
    if place is None:
        return None
    measure = f"sum:{number.name}" if number and is_adding(number) else "count"
    dense = (f"per_inhabitant:{measure}",)
    panels = [
        _named(new_panel(MAP, source, by=(place.name,), measures=dense), "carte-communes", HALF, 5),
        _named(new_panel(BAR, source, by=(place.name,), measures=(measure,)), "communes", HALF, 5),
        _named(new_panel(STACKED_BAR, source, by=(place.name, codes.name)), "sortes", HALF, 4)
        if codes and codes.name != place.name
        else None,
        _named(new_panel(TABLE, source, by=(place.name,), measures=tuple(dict.fromkeys(["count", measure, *dense]))),
               "tableau-communes", HALF, 4),
    ]  # fmt: skip
    return Starter(
        "communes",
        _("Par commune"),
        _("La carte pour 1 000 habitants, le classement et le tableau des communes."),
        (_section("communes", _("Par commune"), panels),),
        (PageFilter("commune", kind="commune"),),
    )


def _list_and_sheet(source: PanelSource) -> Starter:
    """Return the list of the features beside the sheet of one and its photos."""
    panels = [
        _sized(TABLE, source, "liste", 8, 6),
        _sized(SHEET, source, "fiche", THIRD, 6),
        _sized(GALLERY, source, "photos", WHOLE, 4),
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
        _named(new_panel(LINE, records, by=(f"month:{since}",), empty=True), "par-mois", WHOLE, 4)
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
    _list_and_sheet,
    _due,
)


def _figures(source: PanelSource) -> list[Panel | None]:
    """Return the key figures of a layer: how many, how much, for how many inhabitants."""
    number = main_number(source)
    found: list[Panel | None] = [_named(new_panel(FIGURE, source), "nombre", THIRD, 2)]
    if number and is_adding(number):
        found.append(_named(new_panel(FIGURE, source, measures=(f"sum:{number.name}",)), "total", THIRD, 2))
    elif number:
        found.append(_named(new_panel(FIGURE, source, measures=(f"avg:{number.name}",)), "moyenne", THIRD, 2))
    if source.place is not None:
        found.append(
            _named(new_panel(FIGURE, source, measures=("per_inhabitant:count",)), "densite", THIRD, 2)
        )
    return found


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
    found = [PageFilter("commune", kind="commune")] if source.place is not None else []
    if codes is not None:
        found.append(PageFilter(codes.field.name, title=codes.title))
    return tuple(found)
