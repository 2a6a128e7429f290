"""A text of the author, in Markdown."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dashboards.documents.document import Panel
from dashboards.panels.kinds import PanelAnswer, PanelKind, PanelRequest, PanelTable
from dashboards.panels.options import options
from dashboards.panels.text.markdown import MAX_TEXT, rendered


def read_alone(panel: Panel) -> PanelAnswer:
    """Return the text of a panel."""
    text = str(panel.options.get("text", ""))
    return PanelAnswer(
        table=PanelTable((), ()),
        matched=0,
        source=panel.source,
        context={"html": rendered(text)},
        is_empty=not text.strip(),
    )


def read(request: PanelRequest) -> PanelAnswer:
    """Return the text, whoever reads it."""
    return read_alone(request.panel)


KIND = PanelKind(
    name="text",
    title=_("Texte"),
    icon="text",
    options=options(
        text={
            "type": "string",
            "maxLength": MAX_TEXT,
            "title": _("Texte (Markdown)"),
            "description": "Markdown.",
        }
    ),
    template="dashboards/panels/text.html",
    read=read,
    needs_question=False,
    read_alone=read_alone,
)
