"""Words of what no form of the map writes: conditions in CQL2, and the first rows in an order."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from explorer.map_state.parsing import FILTER, FIRST, RECORDS
from interface import wording
from layers.access import Scope
from layers.definitions import Field, FieldType
from layers.errors import InvalidParameter
from layers.parsing.cql2 import parse_filter
from layers.parsing.cql2.nodes import Array, GeometryLiteral, Instant, Literal, Node, Operation, Property
from layers.parsing.query import AREA, DAYS, LENGTH, NEAREST, parse_records, parse_top
from layers.queries.records import record_fields

Fields = Mapping[str, Field]
_COMPARED: Mapping[str, str] = {
    "=": gettext_noop("%(left)s : %(right)s"),
    "<>": gettext_noop("%(left)s autre que %(right)s"),
    "<": gettext_noop("%(left)s : moins de %(right)s"),
    "<=": gettext_noop("%(left)s : jusqu’à %(right)s"),
    ">": gettext_noop("%(left)s : plus de %(right)s"),
    ">=": gettext_noop("%(left)s : à partir de %(right)s"),
}
_HECTARE = 10_000


def first_words(scope: Scope, text: str) -> str:
    """Word the first rows alone: « les 3 premiers par hauteur, du plus grand au plus petit »."""
    top = parse_top(text)
    if top.key.name == NEAREST:
        return _("le plus proche") if top.count == 1 else _("les %d plus proches") % top.count
    field = scope.filterable.get(top.key.name)
    parts = {"title": _measure(top.key.name) if field is None else str(field.title).lower(), "n": top.count}
    is_dated = field is not None and field.type in {FieldType.DATE, FieldType.DATETIME}
    if top.count == 1:
        forms = (
            (_("le plus récent par %(title)s"), _("le plus ancien par %(title)s"))
            if is_dated
            else (_("au maximum de : %(title)s"), _("au minimum de : %(title)s"))
        )
    elif is_dated:
        forms = (_("les %(n)d plus récents par %(title)s"), _("les %(n)d plus anciens par %(title)s"))
    else:
        forms = (
            _("les %(n)d premiers par %(title)s, du plus grand au plus petit"),
            _("les %(n)d premiers par %(title)s, du plus petit au plus grand"),
        )
    return forms[0 if top.key.is_descending else 1] % parts


def record_title(scope: Scope, text: str) -> str:
    """Word the records of a relation with their condition, without how many."""
    (condition,) = parse_records([text])
    relation = next(one for one in scope.relations if one.name == condition.relation)
    if condition.filter is None:
        return str(relation.title)
    words = _condition_words(record_fields(relation), condition.filter.tree, text.partition("?")[2])
    return f"{relation.title} ({words})"


def record_words(scope: Scope, text: str) -> str:
    """Word the records that features have: « avec équipements (type : balançoire), au moins 2 »."""
    (condition,) = parse_records([text])
    relation = next((one for one in scope.relations if one.name == condition.relation), None)
    if relation is None:
        return text
    words = record_title(scope, text).lower()
    if condition.high == 0:
        return _("sans %s") % words
    counts = [_("avec %s") % words]
    if condition.high is None and condition.low > 1:
        counts.append(_("au moins %d") % condition.low)
    elif condition.high is not None:
        counts.append(_("de %(low)d à %(high)d") % {"low": condition.low, "high": condition.high})
    return ", ".join(counts)


def _measure(name: str) -> str:
    return (
        _("durée") if name.startswith(DAYS) else {AREA: _("surface"), LENGTH: _("longueur")}.get(name, name)
    )


def expression_words(scope: Scope, text: str) -> str:
    """Word a condition in CQL2 where its operators have words; else return it as it is."""
    try:
        return _condition_words(scope.filterable, parse_filter(text, parameter="filter").tree, text)
    except InvalidParameter:
        return text


def _condition_words(fields: Fields, node: Node, text: str) -> str:
    try:
        return _words(fields, node)
    except LookupError:
        return text


def _words(fields: Fields, node: Node) -> str:
    match node:
        case Operation("or", (Operation("not", (Operation("like", _) as like,)), Operation("isnull", _))):
            return _contained(
                fields, like, _("%(title)s sans « %(text)s »")
            )  # without a name, it has no such one
        case Operation("like", _):
            return _contained(fields, node, _("%(title)s avec « %(text)s »"))
        case Operation("or", parts):
            return _(" ou ").join(_words(fields, part) for part in parts)
        case Operation("and", parts):
            return _(" et ").join(_words(fields, part) for part in parts)
        case Operation("not", (Property(name),)):
            return _("non %s") % _title(fields, name)
        case Operation("not", (part,)):
            return _("pas (%s)") % _words(fields, part)
        case Property(name):
            return _title(fields, name)
    return _condition(fields, node)


def _contained(fields: Fields, node: Operation, words: str) -> str:
    """Word a text that a field holds, whatever the case and the accents."""
    match node.arguments:
        case (
            Operation("casei", (Operation("accenti", (Property(name),)),)),
            Operation("casei", (Operation("accenti", (Literal(str() as pattern),)),)),
        ):
            return words % {"title": _title(fields, name), "text": pattern.strip("%").replace("\\", "")}
    raise LookupError


def _condition(fields: Fields, node: Node) -> str:
    match node:
        case Operation("s_intersects", (Property(_), GeometryLiteral(_))):
            return _("l’objet touche la zone dessinée")
        case Operation("isnull", (Property(name),)):
            return _among(_title(fields, name), [_("non renseigné")])
        case Operation("in" | "a_overlaps", (Property(name), Array(values))):
            return _among(_title(fields, name), [_value(fields[name], value) for value in values])
        case Operation(("=" | "<>" | "<" | "<=" | ">" | ">=") as operator, (left, right)):
            return _comparison(fields, operator, left, right)
    raise LookupError


def _among(title: str, labels: list[str]) -> str:
    return _("%(title)s : %(text)s") % {"title": title, "text": _(" ou ").join(labels)}


def _comparison(fields: Fields, operator: str, left: Node, right: Node) -> str:
    match left, right:
        case Property(name), Literal(bool() as value):
            title = _title(fields, name)
            return title if value is (operator == "=") else _("non %s") % title
        case Property(name), _:
            parts = {"left": _title(fields, name), "right": _value(fields[name], right)}
            return _(_COMPARED[operator]) % parts
        case Operation("s_area" | "s_length" as function, _), Literal(value) if not isinstance(value, str):
            title, text = _size(function, float(value))
            return _(_COMPARED[operator]) % {"left": title, "right": text}
        case Operation("days_between", _), Literal(value) if not isinstance(value, str):
            text = f"{wording.number(float(value))}{wording.HARD_SPACE}{wording.unit('j')}"
            return _(_COMPARED[operator]) % {"left": _("durée"), "right": text}
    raise LookupError


def _size(function: str, value: float) -> tuple[str, str]:
    if function == "s_length":
        return _("longueur"), wording.distance(value)
    if value >= _HECTARE:
        return _("surface"), _("%s ha") % wording.number(value / _HECTARE)
    return _("surface"), _("%s m²") % wording.number(value)


def _title(fields: Fields, name: str) -> str:
    return str(fields[name].title).lower()


def _value(field: Field, node: Node) -> str:
    match node:
        case Literal(bool() as value):
            return _("Oui") if value else _("Non")
        case Literal(str() as value):
            return str(field.label(value))
        case Literal(value):
            return f"{wording.number(float(value))}{wording.HARD_SPACE}{wording.unit(field.unit)}".strip()
        case Instant(value):
            return wording.day(value.isoformat()[:10])
    raise LookupError


WORDED: Mapping[str, Callable[[Scope, str], str]] = {
    FILTER: expression_words,
    RECORDS: record_words,
    FIRST: first_words,
}
"""What words the values of the conditions that are of no field."""
