"""What a schema refuses, in French and at its line: the key, what was read there, and what is allowed."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dashboards.documents.sizes import size_faults
from dashboards.documents.source_text import Path, SourceText, dotted
from dashboards.errors import DocumentFault
from layers.definitions import Text
from layers.lazy import lazy_module

if TYPE_CHECKING:
    import jsonschema
else:
    jsonschema = lazy_module("jsonschema")

MAX_FAULTS = 20
# What is read of the faults of a document, to tell the first ones in the order of its lines.
_MAX_ERRORS = 200
_MAX_QUOTED = 60
_TYPES: Mapping[str, Text] = {
    "object": gettext_lazy("des clés et leurs valeurs"),
    "array": gettext_lazy("une liste"),
    "string": gettext_lazy("un texte"),
    "integer": gettext_lazy("un nombre entier"),
    "number": gettext_lazy("un nombre"),
    "boolean": gettext_lazy("true ou false"),
    "null": gettext_lazy("rien"),
}


def schema_faults(source: SourceText, schema: Mapping[str, Any]) -> list[DocumentFault]:
    """Return what a schema refuses of a text, in the order of its lines, the first ones.

    A text that is too large is reported alone, without applying the schema.
    """
    too_large = size_faults(source)
    if too_large:
        return too_large
    errors = islice(jsonschema.Draft202012Validator(schema).iter_errors(source.values), _MAX_ERRORS)
    faults = [fault for error in errors for fault in _faults(error, source)]
    once = {(fault.line, fault.key, fault.text): fault for fault in faults}
    return sorted(once.values(), key=lambda fault: (fault.line, fault.key))[:MAX_FAULTS]


def fault_at(source: SourceText, path: Path, text: str) -> DocumentFault:
    """Return a fault at a place of a text."""
    return DocumentFault(text, dotted(path), source.line(path))


def closest(word: str, words: Iterable[str]) -> str:
    """Return « vouliez-vous dire » when a word is near one of some; else nothing."""
    near = difflib.get_close_matches(word, list(words), n=1)
    return _(" Vouliez-vous dire « %s » ?") % near[0] if near else ""


def _faults(error: jsonschema.ValidationError, source: SourceText) -> list[DocumentFault]:
    path, schema = tuple(error.absolute_path), error.schema
    rule: Any = error.validator_value
    instance: Any = error.instance
    if error.validator == "additionalProperties" and isinstance(schema, Mapping):
        keys = sorted(schema.get("properties", {}))
        strange = [key for key in instance if key not in keys][:MAX_FAULTS]
        return [fault_at(source, (*path, key), _unknown_key(keys) + closest(key, keys)) for key in strange]
    if error.validator == "required" and isinstance(rule, list):
        missing = [key for key in rule if key not in instance]
        return [fault_at(source, path, _("La clé « %s » manque.") % key) for key in missing]
    say = _WORDS.get(str(error.validator), _by_rule)
    return [fault_at(source, path, say(error))]


def _unknown_key(keys: list[str]) -> str:
    return _("Clé inconnue ; admises : %s.") % ", ".join(keys)


def _read(error: jsonschema.ValidationError) -> str:
    text = (
        error.instance if isinstance(error.instance, str) else json.dumps(error.instance, ensure_ascii=False)
    )
    return text if len(text) <= _MAX_QUOTED else f"{text[:_MAX_QUOTED]}…"


def _by_choice(error: jsonschema.ValidationError) -> str:
    rule: Any = error.validator_value
    words = [str(word) for word in ([rule] if error.validator == "const" else rule)]
    text = _("« %(value)s » n’est pas admis ; admis : %(allowed)s.") % {
        "value": _read(error),
        "allowed": ", ".join(words),
    }
    return text + closest(_read(error), words)


def _by_type(error: jsonschema.ValidationError) -> str:
    rule: Any = error.validator_value
    kinds = rule if isinstance(rule, list) else [rule]
    return _("Attendu : %(expected)s ; lu : « %(value)s ».") % {
        "expected": _(" ou ").join(str(_TYPES[kind]) for kind in kinds),
        "value": _read(error),
    }


def _by_pattern(error: jsonschema.ValidationError) -> str:
    return _(
        "« %s » n’est pas un identifiant : des minuscules sans accent et des chiffres, en mots séparés d’un seul tiret."
    ) % _read(error)


def _by_reserved_word(error: jsonschema.ValidationError) -> str:
    return _("« %s » est un mot des adresses du portail : choisissez-en un autre.") % _read(error)


def _by_repetition(error: jsonschema.ValidationError) -> str:
    return _("Une valeur est dite deux fois : « %s ».") % _read(error)


def _by_bound(template: Text) -> Callable[[jsonschema.ValidationError], str]:
    def say(error: jsonschema.ValidationError) -> str:
        return str(template) % {"bound": error.validator_value, "value": _read(error)}

    return say


def _by_rule(error: jsonschema.ValidationError) -> str:
    return _("Valeur refusée par la règle « %(rule)s » du schéma : « %(value)s ».") % {
        "rule": error.validator,
        "value": _read(error),
    }


_WORDS: Mapping[str, Callable[[jsonschema.ValidationError], str]] = {
    "enum": _by_choice,
    "const": _by_choice,
    "type": _by_type,
    "pattern": _by_pattern,
    "not": _by_reserved_word,
    "uniqueItems": _by_repetition,
    "minimum": _by_bound(gettext_lazy("Au moins %(bound)s ; lu : %(value)s.")),
    "maximum": _by_bound(gettext_lazy("Au plus %(bound)s ; lu : %(value)s.")),
    "exclusiveMinimum": _by_bound(gettext_lazy("Plus de %(bound)s ; lu : %(value)s.")),
    "exclusiveMaximum": _by_bound(gettext_lazy("Moins de %(bound)s ; lu : %(value)s.")),
    "minLength": _by_bound(gettext_lazy("Au moins %(bound)s caractère(s).")),
    "maxLength": _by_bound(gettext_lazy("Au plus %(bound)s caractères ; lu : « %(value)s ».")),
    "minItems": _by_bound(gettext_lazy("Au moins %(bound)s élément(s).")),
    "maxItems": _by_bound(gettext_lazy("Au plus %(bound)s éléments.")),
    "minProperties": _by_bound(gettext_lazy("Au moins %(bound)s clé(s).")),
    "maxProperties": _by_bound(gettext_lazy("Au plus %(bound)s clés.")),
}
