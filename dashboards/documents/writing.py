"""A document written back: the values of its published form, without what is a default, and YAML that people edit."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import yaml

from dashboards.documents.document import (
    Audience,
    Document,
    Include,
    PageFilter,
    Panel,
    PanelQuestion,
    Section,
)
from dashboards.documents.source_text import is_value

# Keys of the published form that say who makes and reads a dashboard, where it stands and why it exists: never part of
# a version.
ROW_KEYS = ("slug", "theme", "producer", "audience", "portal", "purpose")
_LONG = 100


def document_values(document: Document) -> dict[str, Any]:
    """Return the values of the published form, in the order of its keys."""
    written = {
        "slug": document.slug,
        "title": document.title,
        "summary": document.summary,
        "theme": document.theme,
        "producer": document.producer,
        "audience": _audience(document.audience),
        "portal": document.portal,
        "purpose": _changed(document.purpose),
        "refresh": document.refresh,
        "filters": [_filter(entry) for entry in document.filters],
        "links": {link.field: dict(link.names) for link in document.links},
        "sections": [_part(part) for part in document.sections],
    }
    return {name: value for name, value in written.items() if value}


def version_values(document: Document) -> dict[str, Any]:
    """Return the part of a document stored in a version: its content, without rights."""
    return {name: value for name, value in document_values(document).items() if name not in ROW_KEYS}


def document_yaml(document: Document, *, schema: str = "") -> str:
    """Return a document as YAML; ``schema`` is the address that editors complete from."""
    head = f"# yaml-language-server: $schema={schema}\n" if schema else ""
    body = yaml.dump(
        document_values(document),
        Dumper=_Dumper,
        allow_unicode=True,
        sort_keys=False,
        default_flow_style=False,
        width=_LONG,
    )
    return head + body


class _Dumper(yaml.SafeDumper):
    """Writes long texts as blocks, and indents lists under their key."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent the items of a list too."""
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else "'" if is_value(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def panel_values(panel: Panel) -> dict[str, Any]:
    """Return the values of a panel, without what is a default."""
    written = {name: value for name, value in _changed(panel).items() if name not in {"question", "notice"}}
    if panel.question:
        written["question"] = _question(panel.question)
    if panel.notice:
        written["notice"] = _changed(panel.notice)
    if "options" in written:
        written["options"] = written.pop("options")
    return written


def _part(part: Section | Include) -> dict[str, Any]:
    if isinstance(part, Include):
        return {"include": part.dashboard} | ({"section": part.section} if part.section else {})
    texts = {"text": part.text} if part.text else {}
    return {
        "id": part.id,
        "title": part.title,
        **texts,
        "panels": [panel_values(panel) for panel in part.panels],
    }


def _question(question: PanelQuestion) -> dict[str, Any]:
    return {name: _names(value) for name, value in _changed(question).items()}


def _names(value: Any) -> Any:
    """Return several names as a list, and one alone as a text."""
    if not isinstance(value, tuple):
        return value
    return value[0] if len(value) == 1 else list(value)


def _audience(audience: Audience) -> str | dict[str, Any]:
    if audience.is_public:
        return "public"
    return {name: list(value) for name, value in _changed(audience).items()}


def _filter(entry: PageFilter) -> str | dict[str, Any]:
    default_kind = "commune" if entry.field == "commune" else "values"
    written = {name: value for name, value in _changed(entry).items() if name != "kind"}
    if entry.kind != default_kind:
        written["kind"] = entry.kind
    return entry.field if set(written) == {"field"} else written


def _changed(part: Any) -> dict[str, Any]:
    """Return the attributes of a part that are not their defaults."""
    values = {field.name: (getattr(part, field.name), field) for field in fields(part)}
    return {name: value for name, (value, field) in values.items() if value not in (field.default, {}, "")}
