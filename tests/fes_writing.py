"""Random filters of ``tests.random_filters`` written in XML, as clients of each version write them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from tests.random_filters import folded_text
from wfs.versions import FesVersion

_COMPARISONS = {
    "=": "PropertyIsEqualTo", "<>": "PropertyIsNotEqualTo", "<": "PropertyIsLessThan",
    ">": "PropertyIsGreaterThan", "<=": "PropertyIsLessThanOrEqualTo", ">=": "PropertyIsGreaterThanOrEqualTo",
}  # fmt: skip
_FUNCTIONS = {
    "+": "Add", "-": "Sub", "*": "Mul", "/": "Div", "%": "Mod", "div": "IntDiv", "^": "Pow",
    "casei": "casei", "accenti": "unaccent",
}  # fmt: skip
_TIMES = {
    "t_after": "After", "t_before": "Before", "t_during": "During", "t_intersects": "AnyInteracts",
}  # fmt: skip
_LOGIC = {"and": "And", "or": "Or", "not": "Not"}
# The last two collide with letters of the texts that are looked for.
WILDCARDS = [("*", "#", "!"), ("%", "_", "\\"), (".*", ".", "~"), ("%", "P", "é")]


@dataclass(frozen=True)
class FesWriter:
    """Writes a tree of CQL2 JSON as the ``Filter`` of a version."""

    version: FesVersion
    wildcards: tuple[str, str, str]

    def filter(self, tree: Any) -> str:
        return f'<Filter xmlns="{self.version.namespace}">{self.predicate(tree)}</Filter>'

    def predicate(self, node: Any) -> str:
        if not isinstance(node, dict):
            return self._binary("=", "true", str(node).lower())
        if "property" in node:
            return self._binary("=", node, "true")
        name, arguments = node["op"], node["args"]
        if name in _LOGIC:
            return f"<{_LOGIC[name]}>{''.join(map(self.predicate, arguments))}</{_LOGIC[name]}>"
        if name in _COMPARISONS:
            return self._binary(name, *arguments)
        if name.startswith("t_"):
            return self._temporal(name, *arguments)
        if name == "like":
            return self._like(*arguments)
        if name == "in":
            return self._in(*arguments)
        return self._between(*arguments) if name == "between" else self._null(*arguments)

    def value(self, node: Any) -> str:
        if not isinstance(node, dict):
            return f"<Literal>{escape(str(node))}</Literal>"
        if "property" in node:
            tag = "ValueReference" if self.version is FesVersion.V2_0 else "PropertyName"
            return f"<{tag}>{node['property']}</{tag}>"
        if "date" in node:
            return f"<Literal>{node['date']}</Literal>"
        values = "".join(map(self.value, node["args"]))
        name = _FUNCTIONS[node["op"]]
        if self.version is not FesVersion.V2_0 and name in {"Add", "Sub", "Mul", "Div"}:
            return f"<{name}>{values}</{name}>"
        return f'<Function name="{name}">{values}</Function>'

    def _binary(self, name: str, left: Any, right: Any) -> str:
        tag = _COMPARISONS[name]
        return f"<{tag}>{self.value(left)}{self.value(right)}</{tag}>"

    def _between(self, value: Any, low: Any, high: Any) -> str:
        ends = f"<LowerBoundary>{self.value(low)}</LowerBoundary><UpperBoundary>{self.value(high)}</UpperBoundary>"
        return f"<PropertyIsBetween>{self.value(value)}{ends}</PropertyIsBetween>"

    def _in(self, value: Any, choices: list[Any]) -> str:
        found = "".join(self._binary("=", value, choice) for choice in choices)
        return f"<Or>{found}</Or>"

    def _null(self, value: Any) -> str:
        return f"<PropertyIsNull>{self.value(value)}</PropertyIsNull>"

    def _like(self, value: Any, pattern: Any) -> str:
        many, one, mark = self.wildcards
        name = "escape" if self.version is FesVersion.V1_0 else "escapeChar"
        given = f"wildCard={quoteattr(many)} singleChar={quoteattr(one)} {name}={quoteattr(mark)}"
        folds, text = _folds(pattern)
        # Case that both sides ignore is an attribute; a pattern takes no other function, so it is folded beforehand.
        if folds == ["casei"] and isinstance(value, dict) and value.get("op") == "casei":
            value, given = value["args"][0], f'{given} matchCase="false"'
        else:
            text = folded_text(text, folds)
        compared = f"{self.value(value)}<Literal>{escape(self._pattern(text))}</Literal>"
        return f"<PropertyIsLike {given}>{compared}</PropertyIsLike>"

    def _pattern(self, text: str) -> str:
        many, one, mark = self.wildcards
        written = []
        for part in re.findall(r"\\.|.", text, re.DOTALL):
            if part in {"%", "_"}:
                written.append(many if part == "%" else one)
            else:
                letter = part[-1]
                is_special = any(token.startswith(letter) for token in self.wildcards)
                written.append(mark + letter if is_special else letter)
        return "".join(written)

    def _temporal(self, name: str, value: Any, interval: Any) -> str:
        if name == "t_disjoint":
            return f"<Not>{self._temporal('t_intersects', value, interval)}</Not>"
        start, end = (
            _position(tag, text) for tag, text in zip(("begin", "end"), interval["interval"], strict=True)
        )
        period = f'<TimePeriod xmlns="http://www.opengis.net/gml/3.2">{start}{end}</TimePeriod>'
        tag = _TIMES[name]
        return f"<{tag}>{self.value(value)}{period}</{tag}>"


def has_times(node: Any) -> bool:
    """Whether a tree has temporal operators, which FES 2.0 alone has."""
    if isinstance(node, list):
        return any(map(has_times, node))
    return isinstance(node, dict) and (node.get("op", "").startswith("t_") or has_times(node.get("args", [])))


def _folds(pattern: Any) -> tuple[list[str], str]:
    if isinstance(pattern, dict):
        folds, text = _folds(pattern["args"][0])
        return [*folds, pattern["op"]], text
    return [], pattern


def _position(tag: str, text: str) -> str:
    if text == "..":
        return f'<{tag}Position indeterminatePosition="unknown"/>'
    return f"<{tag}><TimeInstant><timePosition>{text}</timePosition></TimeInstant></{tag}>"
