"""Controls of a question: what is measured, of what, by what, in which order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.builder.controls import ChoiceGroup, PanelControl, plain, select
from dashboards.builder.measure_controls import KEYS, field_groups, is_of_groups
from dashboards.documents.document import Panel, PanelQuestion
from dashboards.starters.sources import FieldRole, PanelSource, SourceField
from dashboards.starters.words import (
    PERIODS,
    key_words,
    measure_words,
)
from layers.definitions import Text
from layers.parsing.aggregates import SERIES

# Number columns from which a table may be a wide one, whose columns are series.
MOST_ALONE = 3
_SECOND: Mapping[str, Text] = {
    "heat_table": gettext_lazy("En colonnes"),
    "small_multiples": gettext_lazy("Dans chacun"),
    "table": gettext_lazy("Puis par"),
}


def key_controls(panel: Panel, source: PanelSource) -> list[PanelControl]:
    """Return the controls of the group keys of a panel."""
    question = panel.question
    if question is None or not is_of_groups(panel):
        return []
    least, most = KEYS[panel.kind]
    count = most - bool(question.series)
    found: list[PanelControl] = []
    keys = [key for key in question.by if key != SERIES]
    for place in range(min(count, max(len(keys) + 1, least))):
        found += _of_key(
            panel,
            source,
            place,
            keys[place] if place < len(keys) else "",
            is_needed=place < least - bool(question.series),
        )
    if panel.kind == "bar" and not question.series:
        found += _of_key(panel, source, 1, "", is_needed=False)
    return found


def _of_key(
    panel: Panel, source: PanelSource, place: int, key: str, *, is_needed: bool
) -> Iterable[PanelControl]:
    label = _("Par") if place == 0 else str(_SECOND.get(panel.kind, _("Couleur")))
    is_clearable = not is_needed or (place == 1 and panel.kind == "stacked_bar")
    nothing = [plain(("", _("rien")))] if is_clearable else []
    groups = [*nothing, *key_groups(source, panel.kind if place == 0 else "")]
    known = {choice.value for group in groups for choice in group.choices}
    if key and key not in known:
        groups.insert(0, plain((key, key_words(source, key))))
    yield select(f"by.{place}", label, groups, key, change=f"by.{place}")
    field, colon, name = key.partition(":")
    if colon and name in source.fields and field.startswith(("width", "bins")):
        width = field.removeprefix("width") if field.startswith("width") else ""
        yield PanelControl(
            f"width.{place}", _("Largeur des tranches"), "number", value=width, change=f"width.{place}",
            least="0", step="any", help=_("Vide : des tranches égales, de la plus petite à la plus grande valeur."),
        )  # fmt: skip


def key_groups(source: PanelSource, kind: str = "") -> list[ChoiceGroup]:
    """Return what rows may be grouped by, by what it is; for the first key of a ``kind``, what it can draw."""
    found = {
        "listed": plain(*_pairs(source, *_LISTED), title=_("Listes de valeurs")),
        "dates": plain(*_periods(source), *_pairs(source, FieldRole.YEAR), title=_("Dates")),
        "numbers": plain(*_bins(source), title=_("Nombres")),
        "texts": plain(*_pairs(source, FieldRole.TEXT), title=_("Textes")),
    }
    if kind == "progress":
        found["dates"] = plain(*_periods(source), title=_("Dates"))
    if kind == "histogram":
        found["numbers"] = plain(*_pairs(source, FieldRole.NUMBER, FieldRole.YEAR))
    return [found[name] for name in _DRAWN.get(kind, tuple(found)) if found[name].choices]


_LISTED = (FieldRole.PLACE, FieldRole.CODES, FieldRole.FLAG)
_DRAWN: Mapping[str, tuple[str, ...]] = {
    "line": ("dates", "numbers"), "area": ("dates", "numbers"), "progress": ("dates",), "histogram": ("numbers",),
    "map": ("listed", "texts"),
}  # fmt: skip


def _pairs(source: PanelSource, *roles: FieldRole) -> list[tuple[str, str]]:
    return [(each.name, _named(source, each)) for each in source.of_role(*roles)]


def _periods(source: PanelSource) -> list[tuple[str, str]]:
    return [
        (f"{period}:{each.name}", key_words(source, f"{period}:{each.name}"))
        for each in source.dates
        for period in PERIODS
    ]


def _bins(source: PanelSource) -> list[tuple[str, str]]:
    return [
        (f"bins10:{each.name}", _("%s, par tranches") % _named(source, each))
        for each in source.of_role(FieldRole.NUMBER)
    ]


def _named(source: PanelSource, field: SourceField) -> str:
    """Name a field; one of the feature of a record says whose it is."""
    if not field.is_of_feature:
        return field.title
    return _("%(title)s (%(of)s)") % {
        "title": field.title,
        "of": str(source.scope.definition.singular).lower(),
    }


def order_controls(panel: Panel, source: PanelSource) -> list[PanelControl]:
    """Return the controls of the order, of how many groups or rows are shown, and of empty periods."""
    question = panel.question
    if question is None or panel.kind in {
        "figure",
        "text",
        "gallery",
        "due",
        "sheet",
        "progress",
        "histogram",
        "outline",
    }:
        return []
    found = [_sort(panel, question, source)]
    found.append(
        PanelControl("limit", _("Au plus"), "number", value=str(question.limit or ""), path="question.limit",
                type="number", least="1", most="10000", step="1",
                     help=_("Groupes ou lignes ; vide : ce que le panneau peut montrer."))
    )  # fmt: skip
    if sum(key.partition(":")[0] in PERIODS for key in question.by) == 1:
        found.append(
            PanelControl("empty", _("Montrer aussi les périodes sans rien"), "flag", path="question.empty", type="flag",
                    is_checked=question.empty)
        )  # fmt: skip
    return found


def _sort(panel: Panel, question: PanelQuestion, source: PanelSource) -> PanelControl:
    if not is_of_groups(panel):
        fields = field_groups(source, *FieldRole)
        own = (
            [(each.value, each.words) for each in fields[0].choices if each.value in source.listed]
            if fields
            else []
        )
        pairs = [
            (f"{sign}{name}", words + mark) for name, words in own for sign, mark in (("", " ↑"), ("-", " ↓"))
        ]
        return select(
            "sort", _("Tri"), [plain(("", _("comme dans la couche")), *pairs)], ",".join(question.sort)
        )
    pairs = [("", _("habituel"))]
    for text in question.measures:
        for name, way in (
            (f"-{text}", _("du plus grand au plus petit")),
            (text, _("du plus petit au plus grand")),
        ):
            told = {"title": way, "text": measure_words(source, text)}
            pairs.append((name, _("%(title)s : %(text)s") % told if len(question.measures) > 1 else way))
    for key in question.by[:1]:
        pairs += [
            (key, _("dans l’ordre de « %s »") % key_words(source, key)),
            (f"-{key}", _("dans l’ordre inverse")),
        ]
    return select("sort", _("Tri"), [plain(*pairs)], ",".join(question.sort))


def column_controls(panel: Panel, source: PanelSource) -> list[PanelControl]:
    """Return the controls of the fields that a panel of rows shows, and of the columns that are its series."""
    question = panel.question
    if question is None:
        return []
    is_rows = not is_of_groups(panel) and panel.kind in {"table", "sheet", "scatter"}
    if is_rows:
        return _shown(panel, question, source)
    if panel.kind in {"bar", "stacked_bar", "line", "area", "heat_table", "table"}:
        return _series(question, source)
    return []


def _shown(panel: Panel, question: PanelQuestion, source: PanelSource) -> list[PanelControl]:
    """Return a box for each field: those that are shown first, in their order, with buttons that move them."""
    if panel.kind == "scatter":
        numbers = field_groups(source, FieldRole.NUMBER)
        labels = (_("En travers"), _("En hauteur"))
        return [select(f"fields.{n}", label, numbers, question.fields[n] if n < len(question.fields) else "")
                for n, label in enumerate(labels)]  # fmt: skip
    chosen = [name for name in question.fields if name in source.listed]
    found: list[PanelControl] = []
    for name in [*chosen, *(name for name in source.listed if name not in chosen)]:
        title = source.fields[name].title
        found.append(
            PanelControl(f"shown.{name}", title, "flag", change=f"shown.{name}", is_checked=name in chosen)
        )
        if name in chosen[1:]:
            found.append(
                PanelControl(
                    f"earlier.{name}",
                    _("Avancer « %s »") % title,
                    "button",
                    value=name,
                    change="earlier",
                    icon="arrow-up",
                )
            )
    return found


def _series(question: PanelQuestion, source: PanelSource) -> list[PanelControl]:
    numbers = [each for each in source.of_role(FieldRole.NUMBER) if not each.is_of_feature]
    if len(numbers) < MOST_ALONE and not question.series:
        return []  # a table of a few numbers is not wide
    return [
        PanelControl(f"series.{each.name}", each.title, "flag", change=f"series.{each.name}",
                is_checked=each.name in question.series)
        for each in numbers
    ]  # fmt: skip
