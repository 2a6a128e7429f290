"""Two numbers crossed: of features, or two measures of groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.panels.answers import answer, option
from dashboards.panels.charts.rows import Row, tip
from dashboards.panels.charts.size import height_of
from dashboards.panels.groups import read_groups
from dashboards.panels.kinds import PanelAnswer, PanelKind, PanelRequest
from dashboards.panels.labels import amount, is_year
from dashboards.panels.options import NAME, TITLES, options, titled
from dashboards.panels.questions import measures_of
from dashboards.panels.rows import list_rows, row_notes, row_table
from dashboards.panels.scatter.spec import ScatterAxis, scatter_chart
from interface import wording
from interface.titles import row_title
from layers.definitions import Field, FieldType
from layers.errors import InvalidParameter

MOST_POINTS = 1_000


def read(request: PanelRequest) -> PanelAnswer:
    """Return a cloud of points.

    Raises:
        InvalidParameter: not two numbers.
    """
    return _of_groups(request) if request.question.by else _of_features(request)


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
        ScatterAxis(groups.words.title_of(each), wording.unit(each.unit), is_year(each)) for each in measures
    )
    return groups.answer(_drawn(request, rows, across, up))


def _of_features(request: PanelRequest) -> PanelAnswer:
    question, selects = request.question, option(request, "selects", "")
    if len(question.fields) < 2:
        raise _refused("fields")
    title = request.scope.definition.title_field
    also = [name for name in (title, selects) if name in request.scope.filterable]
    limited = replace(request, question=replace(question, limit=question.limit or MOST_POINTS))
    found = list_rows(limited, also=dict.fromkeys(also))
    across, up = found.fields[:2]
    if not (_is_number(across) and _is_number(up)):
        raise _refused("fields")
    rows = [point for row in found.rows if (point := _point(request, row, across, up, selects))]
    spec = _drawn(request, rows, _axis(request, across), _axis(request, up)) if rows else None
    return answer(
        request,
        row_table(found, option(request, "titles"), selects=selects),
        matched=found.matched,
        value=found.matched,
        spec=spec,
        is_empty=not rows,
        notes=row_notes(found.matched - len(found.rows)),
    )


def _drawn(request: PanelRequest, rows: list[Row], across: ScatterAxis, up: ScatterAxis) -> dict[str, Any]:
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
    title = option(request, "titles", {}).get(field.name, str(field.title))
    return ScatterAxis(title, wording.unit(field.unit), wording.is_year(field))


def _is_number(field: Field) -> bool:
    return field.type in {FieldType.INTEGER, FieldType.NUMBER} and not field.choices


def _refused(parameter: str) -> InvalidParameter:
    return InvalidParameter(
        _("Un nuage de points croise deux nombres : deux champs, ou deux mesures de groupes."),
        parameter=parameter,
    )


KIND = PanelKind(
    name="scatter",
    title=gettext_lazy("Nuage de points"),
    icon="chart-scatter",
    options=options(titles=TITLES, selects=titled(NAME, gettext_lazy("Au clic, filtrer par"))),
    template="dashboards/panels/chart.html",
    read=read,
)
