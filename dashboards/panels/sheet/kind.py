"""The sheet of one feature: the first that the question selects."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dashboards.documents.document import PanelQuestion
from dashboards.panels.fitting import rows_question
from dashboards.panels.kinds import Fit, Glyph, PanelAnswer, PanelKind, PanelRequest, PaperRule
from dashboards.panels.options import TITLES, option_schema
from dashboards.panels.tables import PanelRows, cell_words, list_rows, row_table
from dashboards.sources.source import PanelSource, panel_source
from dashboards.sources.words import lowered
from interface.titles import row_title


@dataclass(frozen=True, slots=True)
class SheetLine:
    """A field of the feature, in words."""

    title: str
    text: str


class Sheet(PanelKind):
    """The sheet of one feature: the first that the question selects."""

    name = "sheet"
    title = gettext_lazy("Fiche d’un objet")
    icon = "id-card"
    size = (4, 4)
    options = option_schema(titles=TITLES)
    template = "dashboards/panels/sheet.html"
    has_columns = True
    has_notice = False
    phrase = gettext_lazy("La fiche du premier objet de {}")
    is_resized = False
    paper = PaperRule(is_written=True, base=150, row=0)
    shape = Glyph.ROWS
    has_order = False

    def read(self, request: PanelRequest) -> PanelAnswer:
        """Return a feature with the fields of the question, or its key facts."""
        title = request.scope.definition.title_field
        also = [title] if title in request.scope.filterable else []
        listed = list_rows(replace(request, question=replace(request.question, limit=1)), also=also)
        table = row_table(listed, request.option("titles"))
        lines = [
            SheetLine(column.title, cell_words(column, value))
            for row in table.rows
            for column, value in zip(table.columns, row, strict=True)
            if column.name != title
        ]
        return request.answer(
            table,
            matched=listed.matched,
            context=_heading(request, listed) | {"lines": lines},
            notes=_other_rows(listed.matched - 1),
        )

    def source_of(self, source: PanelSource) -> PanelSource:
        """Return the features, whatever records a panel showed of them."""
        return panel_source(source.scope)

    def fit(self, source: PanelSource, question: PanelQuestion) -> Fit:
        """Return the question about one feature, with the fields that a list may show."""
        return Fit(replace(rows_question(source, question), limit=0))

    def question_title(self, question: PanelQuestion, source: PanelSource) -> str:
        """Name the sheet by what the feature is."""
        return _("Fiche : %s") % lowered(str(source.scope.definition.singular))


SHEET = Sheet()


def _heading(request: PanelRequest, listed: PanelRows) -> dict[str, str]:
    if not listed.rows:
        return {}
    row = listed.rows[0]
    address = reverse("explorer:feature", args=[request.scope.slug, row["id"]])
    return {"name": row_title(request.scope, row), "address": address}


def _other_rows(count: int) -> tuple[str, ...]:
    words = ngettext(
        "%d autre objet répond à la question.", "%d autres objets répondent à la question.", count
    )
    return (words % count,) if count > 0 else ()
