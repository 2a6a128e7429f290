"""YAML or JSON text becomes plain values, with the line of each: the JSON part of YAML 1.2, and nothing that hides.

Anchors, tags, several documents and keys said twice are refused: what a reader of the file sees is what it says. A bare
``no`` is a text and a bare date too, as in YAML 1.2.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml
from django.utils.translation import gettext as _

from dashboards.errors import DocumentFault, InvalidDocument

MAX_CHARACTERS = 300_000
MAX_DEPTH = 20
# Sixty panels of a hundred values, and as many of the page.
MAX_VALUES = 12_000
_HALVES = re.compile(r"(?<!\\)((?:\\\\)*)(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})")
Path = tuple[str | int, ...]


@dataclass(slots=True)
class SourceText:
    """The content of a text: ``values`` as JSON would, ``lines`` the 1-based line of each place by its path."""

    values: Any = None
    lines: dict[Path, int] = field(default_factory=dict)

    def line(self, path: Path) -> int:
        """Return the line of a place, or of the nearest one around it; 0 when there is no text."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 0)


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # which of the two is known at run time
    """The loader with the plain values of YAML 1.2 alone: no dates, no ``yes``, no base sixty."""

    yaml_implicit_resolvers: Mapping[str, Any] = {}


_PLAIN = (
    ("tag:yaml.org,2002:bool", r"true|false", "tf"),
    ("tag:yaml.org,2002:null", r"null|~|", ["n", "~", ""]),
    ("tag:yaml.org,2002:int", r"-?(0|[1-9][0-9]*)", "-0123456789"),
    ("tag:yaml.org,2002:float", r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?", "-0123456789"),
)
for _tag, _pattern, _first in _PLAIN:
    _Loader.add_implicit_resolver(_tag, re.compile(rf"^(?:{_pattern})$"), list(_first))


def is_value(text: str) -> bool:
    """Whether a bare word is read as something else than a text."""
    return any(re.fullmatch(pattern, text) for _tag, pattern, _first in _PLAIN)


def read_source(text: str) -> SourceText:
    """Return the content of a text.

    Raises:
        InvalidDocument: it is too long, no YAML, or uses what is refused.
    """
    if len(text) > MAX_CHARACTERS:
        raise _refused(_("Le document compte plus de %d caractères.") % MAX_CHARACTERS)
    text = _json_as_yaml(text) if text.lstrip()[:1] in {"{", "["} else text
    try:
        _check_events(text)
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _refused(_syntax(error), mark.line + 1 if mark else 0) from None
    except yaml.YAMLError:
        raise _refused(_("Le document contient un caractère qu’aucun texte ne porte.")) from None
    if node is None:
        raise _refused(_("Le document est vide."))
    source = SourceText()
    source.lines[()] = node.start_mark.line + 1
    source.values = _value(node, (), source)
    return source


def _json_as_yaml(text: str) -> str:
    """Return JSON as YAML reads it, on the same lines: no tab, and no character written as two halves.

    A tab between values is no indentation in JSON, and inside its texts it is written ``\\t``.
    """
    return _HALVES.sub(lambda found: found[1] + json.loads(f'"{found[2]}"'), text.replace("\t", " "))


def _check_events(text: str) -> None:
    """Refuse what must not be composed, before anything is: depth, number, anchors, tags, a second document."""
    depth = documents = values = 0
    for event in yaml.parse(text, Loader=_Loader):
        line = event.start_mark.line + 1 if event.start_mark else 0
        documents += isinstance(event, yaml.DocumentStartEvent)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        values += isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent)
        if values > 2 * MAX_VALUES:  # a key is one too
            raise _refused(_("Le document compte plus de %d valeurs.") % MAX_VALUES, line)
        if depth > MAX_DEPTH:
            raise _refused(_("Les valeurs s’emboîtent sur plus de %d niveaux.") % MAX_DEPTH, line)
        if documents > 1:
            raise _refused(_("Un fichier porte un seul document : retirez ce qui suit « --- »."), line)
        if getattr(event, "anchor", None):
            raise _refused(_("Les ancres et les alias de YAML (& et *) ne sont pas admis."), line)
        if getattr(event, "tag", None):
            raise _refused(_("Les types explicites de YAML (!) ne sont pas admis."), line)


def _value(node: yaml.Node, path: Path, source: SourceText) -> Any:
    if isinstance(node, yaml.SequenceNode):
        return [_item(item, (*path, index), source) for index, item in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, path, source)
    return _scalar(node)


def _item(node: yaml.Node, path: Path, source: SourceText) -> Any:
    source.lines[path] = node.start_mark.line + 1
    return _value(node, path, source)


def _mapping(node: yaml.MappingNode, path: Path, source: SourceText) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise _refused(_("Une clé est un mot."), line, path)
        if key.value in values:
            raise _refused(_("La clé est dite deux fois."), line, (*path, key.value))
        source.lines[(*path, key.value)] = line
        values[key.value] = _value(value, (*path, key.value), source)
    return values


def _scalar(node: yaml.Node) -> Any:
    tag, text = node.tag.rpartition(":")[2], str(node.value)
    if tag == "bool":
        return text == "true"
    if tag == "null":
        return None
    if tag == "int":
        return int(text) if len(text) <= 18 else float(text)
    return float(text) if tag == "float" else text


def _syntax(error: yaml.MarkedYAMLError) -> str:
    """Word a fault of the YAML parser, followed by the parser's own words."""
    mark = error.problem_mark
    column = _(" (colonne %d)") % (mark.column + 1) if mark else ""
    return _(
        "Ce n’est pas du YAML%(place)s : vérifiez l’alignement, les deux-points et les guillemets [%(problem)s]."
    ) % {
        "place": column,
        "problem": error.problem or "",
    }


def _refused(text: str, line: int = 0, path: Path = ()) -> InvalidDocument:
    return InvalidDocument([DocumentFault(text, dotted(path), line)])


def dotted(path: Path) -> str:
    """Return a path as people read it: ``sections[1].panels[0].kind``, counted from 0."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return "".join(parts).removeprefix(".")
