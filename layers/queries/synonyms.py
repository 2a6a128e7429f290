"""What else a layer, its fields and its values are called: words of the definition and those that editors add."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from layers.access import Scope


@dataclass(frozen=True, slots=True)
class Synonyms:
    """Other French words for a layer, for its fields by name, and for their values by (name, value)."""

    layer: tuple[str, ...] = ()
    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    values: Mapping[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    def of_field(self, name: str) -> tuple[str, ...]:
        """Return the other words for a field."""
        return self.fields.get(name, ())

    def of_value(self, name: str, value: str) -> tuple[str, ...]:
        """Return the other words for a value of a field."""
        return self.values.get((name, value), ())


def synonyms(scope: Scope) -> Synonyms:
    """Return the synonyms of what the visitor reads: words for a field that they do not read are not among them."""
    stored = scope.layer.synonyms if isinstance(scope.layer.synonyms, dict) else {}
    names = {each.name for each in scope.fields}
    words = {key: tuple(map(str, each)) for key, each in stored.items() if isinstance(each, list)}
    fields = {each.name: each.synonyms for each in scope.fields}
    values = {(each.name, code): found for each in scope.fields for code, found in each.value_synonyms}
    for key, added in words.items():
        name, is_value, value = key.partition("=")
        if name not in names:
            continue
        if is_value:
            values[name, value] = _joined(values.get((name, value), ()), added)
        else:
            fields[name] = _joined(fields[name], added)
    return Synonyms(_joined(scope.definition.synonyms, words.get("", ())), fields, values)


def _joined(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*first, *second]))
