"""Controls of a question: what is measured, of what, by what, in which order."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from dashboards.builder.making import PanelInMaking
from dashboards.documents.document import Panel, PanelQuestion
from dashboards.panels.controls import ChoiceGroup, PanelControl, field_groups, plain, select
from dashboards.panels.kinds import ALL_FAMILIES, KeyFamily, KeyRule
from dashboards.registry import PANEL_KINDS
from dashboards.sources.source import FieldRole, PanelSource, SourceField
from dashboards.sources.words import PERIODS, key_words, measure_words
from layers.parsing.aggregates import SERIES

# Number columns from which a table may be a wide one, whose columns are series.
MOST_ALONE = 3


def key_controls(panel: Panel, source: PanelSource) -> list[PanelControl]:
    """Return the controls of the group keys of a panel."""
    question, kind = panel.question, PANEL_KINDS[panel.kind]
    rule = kind.keys
    if question is None or rule is None or not kind.shows_groups(panel):
        return []
    series = bool(question.series)
    offered = rule.maximum if series or rule.offered is None else rule.offered
    needed = rule.minimum - series if rule.needed is None else min(rule.minimum - series, rule.needed)
    keys = [key for key in question.by if key != SERIES]
    controls: list[PanelControl] = []
    for index in range(min(offered - series, max(len(keys) + 1, rule.minimum))):
        key = keys[index] if index < len(keys) else ""
        controls += _of_key(rule, source, index, key, is_needed=index < needed)
    return controls


def _of_key(
    rule: KeyRule, source: PanelSource, index: int, key: str, *, is_needed: bool
) -> Iterable[PanelControl]:
    label = _("Par") if index == 0 else str(rule.label)
    nothing = [] if is_needed else [plain(("", _("rien")))]
    groups = [*nothing, *key_groups(source, rule.families if index == 0 else ALL_FAMILIES)]
    listed = {choice.value for group in groups for choice in group.choices}
    if key and key not in listed:
        groups.insert(0, plain((key, key_words(source, key))))
    yield select(f"by.{index}", label, groups, key, change=f"by.{index}")
    cut, colon, name = key.partition(":")
    if colon and name in source.fields and cut.startswith(("width", "bins")):
        width = cut.removeprefix("width") if cut.startswith("width") else ""
        yield PanelControl(
            f"width.{index}", _("Largeur des tranches"), "number", value=width, change=f"width.{index}",
            least="0", step="any", help=_("Vide : des tranches égales, de la plus petite à la plus grande valeur."),
        )  # fmt: skip


def key_groups(source: PanelSource, families: Iterable[KeyFamily] = ALL_FAMILIES) -> list[ChoiceGroup]:
    """Return what rows may be grouped by, by what it is, of some families."""
    pairs = {
        KeyFamily.LISTED: _pairs(source, FieldRole.PLACE, FieldRole.CODES, FieldRole.FLAG),
        KeyFamily.PERIODS: _periods(source),
        KeyFamily.YEARS: _pairs(source, FieldRole.YEAR),
        KeyFamily.BINS: _bins(source),
        KeyFamily.NUMBERS: _pairs(source, FieldRole.NUMBER, FieldRole.YEAR),
        KeyFamily.TEXTS: _pairs(source, FieldRole.TEXT),
    }
    offered = {family: pairs[family] for family in families}
    dates = [*offered.get(KeyFamily.PERIODS, ()), *offered.get(KeyFamily.YEARS, ())]
    groups = (
        plain(*offered.get(KeyFamily.LISTED, ()), title=_("Listes de valeurs")),
        plain(*dates, title=_("Dates")),
        plain(*offered.get(KeyFamily.BINS, ()), title=_("Nombres")),
        plain(*offered.get(KeyFamily.NUMBERS, ())),
        plain(*offered.get(KeyFamily.TEXTS, ()), title=_("Textes")),
    )
    return [group for group in groups if group.choices]


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
    if question is None or not PANEL_KINDS[panel.kind].obeys_order(panel):
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
    if not PANEL_KINDS[panel.kind].shows_groups(panel):
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


def column_controls(making: PanelInMaking, source: PanelSource) -> list[PanelControl]:
    """Return the controls of the fields that a panel of rows shows, and of the columns that are its series."""
    panel, kind = making.whole, making.kind
    if panel.question is None:
        return []
    if own := kind.column_controls(making.edited):
        return own
    if kind.has_columns and not kind.shows_groups(panel):
        return _shown(panel.question, source)
    return _series(panel.question, source) if kind.has_series else []


def _shown(question: PanelQuestion, source: PanelSource) -> list[PanelControl]:
    """Return a box for each field: those that are shown first, in their order, with buttons that move them."""
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
