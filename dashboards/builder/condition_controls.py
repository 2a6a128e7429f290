"""Conditions of a question as controls: the values of a list to tick, the two ends of a range, words of a text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from dashboards.builder.conditions import ConditionRow
from dashboards.builder.filter_parts import filterable_fields, question_filters
from dashboards.builder.making import PanelInMaking
from dashboards.panels.controls import PanelControl, plain, select
from dashboards.sources.source import PanelSource
from interface.conditions import DAYS, EMPTY, RANGE, RANGED, is_coded, value_words
from layers.aggregates import facet
from layers.definitions import Field, FieldType
from layers.errors import InvalidParameter, LayersError
from layers.parsing import FeatureQuery
from layers.queries import select as select_rows

MOST_VALUES = 40


@dataclass(frozen=True, slots=True)
class ConditionBlock:
    """A condition: its controls, and the button that removes it."""

    title: str
    controls: tuple[PanelControl, ...]
    removal: PanelControl


@dataclass(frozen=True, slots=True)
class ConditionForm:
    """The conditions of a question; ``texts`` are its filters in CQL2, ``has_rest``: blocks do not say all."""

    blocks: tuple[ConditionBlock, ...]
    addition: PanelControl
    texts: tuple[PanelControl, ...]
    has_rest: bool

    @property
    def count(self) -> int:
        """How many conditions there are."""
        return len(self.blocks) + self.has_rest


def condition_form(making: PanelInMaking) -> ConditionForm | None:
    """Return the conditions of a panel; None when it asks nothing that its maker sees."""
    question, source = making.whole.question, making.source
    if question is None or source is None:
        return None
    filters = question_filters(question, source)
    count = len(filters.features.rows)
    blocks = [
        _block(source, row, place, is_of_records=place >= count) for place, row in enumerate(filters.rows)
    ]
    fields = plain(
        ("", _("choisir un champ…")), *((each.name, each.title) for each in filterable_fields(source))
    )
    texts = [
        PanelControl(
            "filter",
            _("Filtre des objets (CQL2)"),
            "area",
            value=question.filter,
            change="filter",
            is_wide=True,
        )
    ]
    if source.relation is not None:
        texts.append(
            _text_control("relation_filter", _("Filtre des lignes (CQL2)"), question.relation_filter)
        )
    return ConditionForm(
        blocks=tuple(blocks),
        addition=select("condition-added", _("Ajouter une condition"), [fields], ""),
        texts=tuple(texts),
        has_rest=bool(filters.features.rest or filters.records.rest),
    )


def _text_control(name: str, label: str, value: str) -> PanelControl:
    return PanelControl(name, label, "area", value=value, change=name, is_wide=True)


def _block(source: PanelSource, row: ConditionRow, place: int, *, is_of_records: bool) -> ConditionBlock:
    title = str(capfirst(str(row.field.title)))
    name = f"condition.{place}"
    removal = PanelControl(
        f"condition-removed.{place}", _("Retirer la condition « %s »") % title, "button", value=str(place),
        change="condition-removed", icon="x",
    )  # fmt: skip
    return ConditionBlock(title, tuple(_controls(source, row, name, is_of_records=is_of_records)), removal)


def _controls(
    source: PanelSource, row: ConditionRow, name: str, *, is_of_records: bool
) -> Iterable[PanelControl]:
    if (
        row.field.type in RANGED
        and not row.field.choices
        and EMPTY not in row.values
        and len(row.values) == 1
    ):
        yield from _range(row, name)
        return
    if (
        is_coded(row.field)
        or row.field.type is FieldType.TEXTS
        or row.field.type in RANGED
        or len(row.values) > 1
    ):
        if is_coded(row.field):
            modes = plain(("is", _("est")), ("not", _("n’est pas")))
            yield select(f"{name}.mode", _("La valeur"), [modes], "not" if row.is_excluded else "is")
        known = dict(_choices(source, row.field, is_of_records=is_of_records))
        known |= {value: _words(row.field, value) for value in row.values if value not in known}
        for value, words in known.items():
            yield PanelControl(
                f"{name}.{value}",
                words,
                "flag",
                value=value,
                change=name,
                group=name,
                is_checked=value in row.values,
            )
        return
    yield PanelControl(name, _("Contient"), "text", value=row.values[0], change=name, length=200,
                  help=_("« =mot » pour la valeur entière, « - » pour ce qui n’est pas renseigné."))  # fmt: skip


def _range(row: ConditionRow, name: str) -> Iterable[PanelControl]:
    first, separator, last = row.values[0].partition(RANGE)
    form = "date" if row.field.type in DAYS else "number"
    ends = (("from", _("De"), first), ("to", _("À"), last.removeprefix("<") if separator else first))
    for end, label, value in ends:
        yield PanelControl(f"{name}.{end}", label, form, value=value, change=f"{name}.{end}", step="any")


def _choices(source: PanelSource, field: Field, *, is_of_records: bool) -> Iterable[tuple[str, str]]:
    """Yield the values that a field may have, with their words; of texts, those that most features have."""
    if field.type is FieldType.BOOLEAN:
        yield from (("true", _("Oui")), ("false", _("Non")))
    elif field.choices:
        yield from ((str(code), str(label)) for code, label in field.choices[:MOST_VALUES])
    elif not is_of_records:
        for each in _facet(source, field):
            yield each, _words(field, each)
    yield EMPTY, str(capfirst(_("non renseigné")))


def _facet(source: PanelSource, field: Field) -> list[str]:
    try:
        values = facet(select_rows(source.scope, FeatureQuery()), field.name, MOST_VALUES).values
    except LayersError:
        return []
    return [str(each.value) for each in values if each.value not in (None, "")]


def _words(field: Field, value: str) -> str:
    try:
        return value_words(field, value)
    except (ValueError, InvalidParameter):
        return value
