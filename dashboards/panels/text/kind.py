"""A text of the author, in Markdown."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dashboards.documents.document import Panel
from dashboards.panels.kinds import PanelAnswer, PanelKind, PanelTable, PaperRule
from dashboards.panels.markdown import MAX_TEXT, rendered
from dashboards.panels.options import option_schema


class TextKind(PanelKind):
    """A text of the author, in Markdown."""

    name = "text"
    title = _("Texte")
    short_title = _("Texte")
    icon = "text"
    size = (6, 2)
    options = option_schema(
        text={
            "type": "string",
            "maxLength": MAX_TEXT,
            "title": _("Texte (Markdown)"),
            "description": "Markdown.",
        }
    )
    template = "dashboards/panels/text.html"
    paper = PaperRule(is_written=True, base=80, row=0)
    needs_question = False
    is_resized = False

    def read_static(self, panel: Panel) -> PanelAnswer:
        """Return the text of a panel."""
        text = str(panel.options.get("text", ""))
        return PanelAnswer(
            table=PanelTable((), ()),
            matched=0,
            source=panel.source,
            context={"html": rendered(text)},
            is_empty=not text.strip(),
        )


TEXT = TextKind()
