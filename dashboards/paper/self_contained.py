"""The HTML of panels as a file holds it: nothing that is fetched, runs, or is filled in.

Templates of panels are written for the page. Here their scripts and controls go, addresses of the portal become whole
ones, and a picture that is not in the page already is put into it, or replaced by its words.
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from html.parser import HTMLParser

from django.utils.safestring import SafeString, mark_safe

from dashboards.paper.painting import Painter

Attributes = list[tuple[str, str | None]]
Pictures = Callable[[str], str]

# Gone with what they hold.
_REMOVED = frozenset(
    {"details", "script", "style", "template", "iframe", "object", "video", "audio", "select", "noscript"}
)
# Gone, their words stay.
_UNWRAPPED = frozenset({"button", "form", "label", "panel-chart", "dashboard-map"})
_REMOVED_ALONE = frozenset({"input", "link", "meta", "base", "source", "embed"})
_VOID = frozenset({"img", "br", "hr", "col", "wbr"})
_ADDRESSES = frozenset(
    {"src", "srcset", "href", "xlink:href", "poster", "action", "formaction", "background", "ping"}
)
_SCHEMES = ("https:", "http:", "mailto:", "tel:")


class _Writer(HTMLParser):
    """Writes HTML again without what would reach outside."""

    def __init__(self, origin: str, pictures: Pictures) -> None:
        super().__init__(convert_charrefs=True)
        self._origin, self._pictures = origin, pictures
        self._removed: list[str] = []
        self._painter = Painter()
        self.written: list[str] = []

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        """Write the beginning of an element."""
        if tag in _REMOVED:
            self._removed.append(tag)
        elif not self._is_left(tag):
            return
        elif tag == "img":
            self.written.append(self._picture(attrs))
        else:
            painted = {} if tag in _VOID else self._painter.opened(tag, _classes(attrs))
            self.written.append(f"<{tag}{self._attributes(tag, [*attrs, *painted.items()])}>")

    def handle_startendtag(self, tag: str, attrs: Attributes) -> None:
        """Write an element that closes itself, as shapes of SVG do."""
        if tag in _VOID:
            self.handle_starttag(tag, attrs)
        elif tag not in _REMOVED and self._is_left(tag):
            painted = self._painter.part(_classes(attrs))
            self.written.append(f"<{tag}{self._attributes(tag, [*attrs, *painted.items()])}/>")

    def handle_endtag(self, tag: str) -> None:
        """Write the end of an element."""
        if self._removed and self._removed[-1] == tag:
            self._removed.pop()
        elif self._is_left(tag) and tag not in _VOID:
            self._painter.closed(tag)
            self.written.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        """Write words."""
        if not self._removed:
            self.written.append(escape(data, quote=False))

    def _is_left(self, tag: str) -> bool:
        return not self._removed and tag not in _UNWRAPPED | _REMOVED_ALONE

    def _picture(self, attrs: Attributes) -> str:
        given = {name: value or "" for name, value in attrs}
        words, source = given.get("alt", ""), given.get("src", "")
        held = source if source.startswith("data:image/") else self._pictures(source)
        if not held:
            return escape(words)
        kept = "".join(
            f' {name}="{escape(given[name])}"' for name in ("class", "width", "height") if name in given
        )
        return f'<img src="{escape(held)}" alt="{escape(words)}"{kept}>'

    def _attributes(self, tag: str, attrs: Attributes) -> str:
        kept = ((name, self._value(tag, name, value or "")) for name, value in attrs)
        return "".join(f' {name}="{escape(value)}"' for name, value in kept if value is not None)

    def _value(self, tag: str, name: str, value: str) -> str | None:
        """Return the value of an attribute; None for one that the file does without."""
        if name.startswith(("on", "data-", "hx-")) or name in {"style", "tabindex"}:
            return None
        if name not in _ADDRESSES:
            return value
        if name not in {"href", "xlink:href"} or (tag != "a" and not value.startswith("#")):
            return None
        if value.startswith("/") and not value.startswith("//"):
            return f"{self._origin}{value}"
        return value if value.startswith((*_SCHEMES, "#")) else None


def _classes(attrs: Attributes) -> list[str]:
    return next((value.split() for name, value in attrs if name == "class" and value), [])


def self_contained(html: str, *, origin: str, pictures: Pictures) -> SafeString:
    """Return the HTML of a template without what would be fetched, run or filled in.

    ``origin`` is put before addresses of the portal. ``pictures`` returns a picture as a ``data:`` address, by where
    the page has it; empty for one that cannot be in a file.
    """
    writer = _Writer(origin, pictures)
    writer.feed(html)
    writer.close()
    return mark_safe("".join(writer.written))  # noqa: S308  (every text and value was just escaped)
