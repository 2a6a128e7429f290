"""The first groups of a question, in words: a kind that is made in this folder, as any new kind is."""

from __future__ import annotations

from collections.abc import Sequence

from dashboards.documents.document import PanelQuestion
from dashboards.panels.fitting import GroupsKind
from dashboards.panels.groups import read_groups
from dashboards.panels.kinds import Glyph, Miniature, PanelAnswer, PanelRequest
from dashboards.panels.miniatures import rows_miniature
from dashboards.panels.options import TITLES, UNIT, number_between, option_schema
from dashboards.sources.source import PanelSource
from interface.territory import CommuneShape


class Ranking(GroupsKind):
    """The first groups of a question, the largest first."""

    name = "ranking"
    title = "Palmarès"
    icon = "list"
    size = (3, 3)
    options = option_schema(
        unit=UNIT,
        titles=TITLES,
        count=number_between(1, 10, title="Combien", description="Groups that are listed."),
    )
    template = "ranking/ranking.html"
    shows_rows = False
    shape = Glyph.ROWS

    def read(self, request: PanelRequest) -> PanelAnswer:
        """Return the first groups."""
        groups = read_groups(request, keys=(1, 1), limit=int(request.option("count", 3)))
        return groups.answer(None, context={"names": [row["l0"] for row in groups.rows]})

    def question_title(self, question: PanelQuestion, source: PanelSource) -> str:
        """Name the ranking by what it ranks."""
        return f"Palmarès, {super().question_title(question, source)}"

    def miniature(self, answer: PanelAnswer, communes: Sequence[CommuneShape]) -> Miniature:
        """Return the first groups."""
        return rows_miniature(answer)


RANKING = Ranking()
