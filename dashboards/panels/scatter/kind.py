"""Two numbers crossed: of features, or two measures of groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.documents.document import Panel, PanelQuestion
from dashboards.panels.charts.marks import haloed, interactive_mark
from dashboards.panels.charts.theme import MAIN, NUMBER_FORMAT, YEAR_FORMAT, height_of, specification
from dashboards.panels.controls import EditedPanel, PanelControl, field_groups, select
from dashboards.panels.fitting import GroupsKind
from dashboards.panels.groups import Row, read_groups, tip
from dashboards.panels.kinds import Fit, Glyph, Miniature, PanelAnswer, PanelRequest
from dashboards.panels.labels import amount, is_year
from dashboards.panels.miniatures import points_miniature
from dashboards.panels.options import NAME, TITLES, option_schema, titled
from dashboards.panels.queries import measures_of
from dashboards.panels.tables import list_rows, row_notes, row_table
from dashboards.sources.keys import is_number_field, main_key, main_number
from dashboards.sources.source import FieldRole, PanelSource
from dashboards.sources.words import field_words, lowered
from interface import wording
from interface.territory import CommuneShape
from interface.titles import row_title
from layers.definitions import Field, FieldType
from layers.errors import InvalidParameter
from layers.lazy import lazy_module

if TYPE_CHECKING:
    import altair
else:
    altair = lazy_module("altair")

MAX_POINTS = 1_000


class Scatter(GroupsKind):
    """Two numbers crossed: of features, or two measures of groups."""

    name = "scatter"
    title = gettext_lazy("Nuage de points")
    icon = "chart-scatter"
    options = option_schema(titles=TITLES, selects=titled(NAME, gettext_lazy("Au clic, filtrer par")))
    template = "dashboards/panels/chart.html"
    measures = 2
    has_fixed_measures = True
    phrase = gettext_lazy("Chacun de {} selon {}")
    shape = Glyph.LINE

    def read(self, request: PanelRequest) -> PanelAnswer:
        """Return a cloud of points.

        Raises:
            InvalidParameter: not two numbers.
        """
        return _of_groups(request) if request.question.by else _of_features(request)

    def shows_groups(self, panel: Panel) -> bool:
        """Return whether its question has keys: else its points are features."""
        return panel.question is not None and bool(panel.question.by or panel.question.series)

    def unsuitable(self, source: PanelSource) -> str:
        """Refuse a source without an amount."""
        return "" if main_number(source) else _("aucun nombre à croiser ici.")

    def fit(self, source: PanelSource, question: PanelQuestion) -> Fit:
        """Return two numbers of the features where they have them, else two measures of groups."""
        numbers = [name for name in question.fields if is_number_field(source, name)]
        numbers += [each.name for each in source.numbers if each.name not in numbers]
        if source.relation is None and len(numbers) > 1 and not (question.by and len(question.measures) > 1):
            fields = tuple(numbers[:2])
            return Fit(replace(question, by=(), measures=("count",), fields=fields, series=()))
        key = question.by[0] if question.by else main_key(source)
        measures = tuple(dict.fromkeys([*question.measures, "count", *(f"sum:{name}" for name in numbers)]))
        return Fit(replace(question, by=(key,), measures=measures[:2], fields=(), series=()))

    def column_controls(self, edited: EditedPanel) -> list[PanelControl]:
        """Return the field along each axis, of points that are features."""
        question = edited.panel.question
        if question is None or edited.source is None or self.shows_groups(edited.panel):
            return []
        numbers = field_groups(edited.source, FieldRole.NUMBER)
        fields = [*question.fields[:2], "", ""]
        labels = (_("En travers"), _("En hauteur"))
        return [select(f"fields.{axis}", label, numbers, fields[axis]) for axis, label in enumerate(labels)]

    def question_title(self, question: PanelQuestion, source: PanelSource) -> str:
        """Name the two numbers that are crossed."""
        if question.by or len(question.fields) < 2:
            return super().question_title(question, source)
        return _("%(first)s et %(second)s") % {
            "first": field_words(source, question.fields[0]),
            "second": lowered(field_words(source, question.fields[1])),
        }

    def miniature(self, answer: PanelAnswer, communes: Sequence[CommuneShape]) -> Miniature:
        """Return points."""
        return points_miniature(answer)


SCATTER = Scatter()


def _of_groups(request: PanelRequest) -> PanelAnswer:
    groups = read_groups(request, keys=(1, 1), is_sorted=False)
    measures = measures_of(groups.result)
    if len(measures) != 2:
        raise _refused("measures")
    rows = [
        {**row, "name": row["l0"], "tip": tip([row["l0"]], f"{row['w0']} ; {row['w1']}")}
        for row in groups.rows
        if isinstance(row["v1"], int | float)
    ]
    across, up = (
        ScatterAxis(groups.words.title_of(each), wording.unit(groups.words.unit_of(each)), is_year(each))
        for each in measures
    )
    return groups.answer(_chart(request, rows, across, up))


def _of_features(request: PanelRequest) -> PanelAnswer:
    question, selects = request.question, request.option("selects", "")
    if len(question.fields) < 2:
        raise _refused("fields")
    title = request.scope.definition.title_field
    also = [name for name in (title, selects) if name in request.scope.filterable]
    limited = replace(request, question=replace(question, limit=question.limit or MAX_POINTS))
    listed = list_rows(limited, also=dict.fromkeys(also))
    across, up = listed.fields[:2]
    if not (_is_number(across) and _is_number(up)):
        raise _refused("fields")
    rows = [point for row in listed.rows if (point := _point(request, row, across, up, selects))]
    spec = _chart(request, rows, _axis(request, across), _axis(request, up)) if rows else None
    return request.answer(
        row_table(listed, request.option("titles"), selects=selects),
        matched=listed.matched,
        value=listed.matched,
        spec=spec,
        is_empty=not rows,
        notes=row_notes(listed.matched - len(listed.rows)),
    )


def _chart(request: PanelRequest, rows: list[Row], across: ScatterAxis, up: ScatterAxis) -> dict[str, Any]:
    return scatter_chart(rows, across, up, height=height_of(request.panel), description=request.panel.title)


def _point(
    request: PanelRequest, row: Mapping[str, Any], across: Field, up: Field, selects: str
) -> Row | None:
    values = [row.get(across.name), row.get(up.name)]
    numbers = [float(value) for value in values if isinstance(value, int | float | Decimal)]
    if len(numbers) < 2:
        return None
    name = row_title(request.scope, row)
    words = [
        amount(number, field.unit, is_year=wording.is_year(field))
        for number, field in zip(numbers, (across, up), strict=True)
    ]
    code = row.get(selects)
    return {
        "v0": numbers[0],
        "v1": numbers[1],
        "name": name,
        "tip": tip([name], " ; ".join(words)),
        "filters": [(selects, str(code))] if code not in (None, "") else [],
    }


def _axis(request: PanelRequest, field: Field) -> ScatterAxis:
    title = request.option("titles", {}).get(field.name, str(field.title))
    return ScatterAxis(title, wording.unit(field.unit), wording.is_year(field))


def _is_number(field: Field) -> bool:
    return field.type in {FieldType.INTEGER, FieldType.NUMBER} and not field.choices


def _refused(parameter: str) -> InvalidParameter:
    return InvalidParameter(
        _("Un nuage de points croise deux nombres : deux champs, ou deux mesures de groupes."),
        parameter=parameter,
    )


NAMED_POINTS = 15


@dataclass(frozen=True, slots=True)
class ScatterAxis:
    """What an axis measures."""

    title: str
    unit: str = ""
    is_years: bool = False

    @property
    def words(self) -> str:
        """The title with its unit."""
        return f"{self.title} ({self.unit})" if self.unit else self.title

    @property
    def format(self) -> str:
        """How its numbers are written."""
        return YEAR_FORMAT if self.is_years else NUMBER_FORMAT


def scatter_chart(
    rows: Sequence[Row], across: ScatterAxis, up: ScatterAxis, *, height: int, description: str
) -> dict[str, Any]:
    """Return the specification of points at ``v0`` across and ``v1`` up."""
    encoding = {
        "x": altair.X(
            "v0:Q",
            title=across.words,
            axis=altair.Axis(grid=True, format=across.format),
            scale=altair.Scale(zero=False, padding=12),
        ),
        "y": altair.Y(
            "v1:Q",
            title=up.words,
            axis=altair.Axis(format=up.format),
            scale=altair.Scale(zero=False, padding=12),
        ),
    }
    layers = [
        interactive_mark(
            "point", rows, encoding, color=MAIN, opacity=0.7, stroke="token:paper", strokeWidth=1
        )
    ]
    if len(rows) <= NAMED_POINTS:
        words = {**encoding, "text": altair.Text("name:N")}
        layers += haloed(rows, words, align="left", dx=8, fontWeight=400, limit=140)
    return specification(altair.layer(*layers), height=height, description=description)
