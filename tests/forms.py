"""The form of a page as a browser without script would send it: what its inputs hold when nobody touches them."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any


class _Inputs(HTMLParser):
    def __init__(self, marker: str) -> None:
        super().__init__()
        self.marker, self.is_inside, self.values = marker, False, dict[str, str]()
        self.select = self.textarea = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.is_inside = self.marker in given
        if not self.is_inside:
            return
        if tag == "select":
            self.select = given.get("name", "")
        elif tag == "textarea" and given.get("name"):
            self.textarea = given["name"]
            self.values[self.textarea] = ""
        elif tag == "option" and self.select and ("selected" in given or self.select not in self.values):
            self.values[self.select] = given.get("value", "")
        elif tag == "input" and given.get("name"):
            is_box = given.get("type") in {"checkbox", "radio"}
            if not is_box or "checked" in given:
                self.values[given["name"]] = given.get("value", "on" if is_box else "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.select = ""
        elif tag == "textarea":
            # The line that begins it is not part of it (HTML, 13.1.2.5).
            self.values[self.textarea] = self.values[self.textarea].removeprefix("\n")
            self.textarea = ""

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.values[self.textarea] += data


def sent_by(response: Any, marker: str) -> dict[str, str]:
    """Return what the form that bears an attribute sends, from the page of an answer."""
    parser = _Inputs(marker)
    parser.feed(str(response.content, "utf-8"))
    return parser.values
