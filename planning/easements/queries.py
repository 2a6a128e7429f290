"""Where the easements of a place come from: their acts, who manages them, and what generates them.

All of it is as readable as the perimeters of the layer that name it: who does not read a perimeter, or the identifier
of its generator, reads nothing of its acts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q

from layers import access
from layers.access import Scope
from layers.visitor import Visitor
from reference_data.models import (
    Easement,
    EasementAct,
    EasementActLink,
    EasementAuthority,
    PublicEasement,
)

PERIMETERS = "servitudes"
GENERATORS = ("servitudes-generateurs-pct", "servitudes-generateurs-lin", "servitudes-generateurs-surf")
_LINKING_FIELD = "idgen"


@dataclass(frozen=True, slots=True)
class GeneratorRow:
    """What generates an easement, in a layer that the visitor reads."""

    layer: str
    pk: int
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class EasementOrigin:
    """The acts of the easement of a perimeter, the last decided first; the authority is empty where none is known."""

    acts: tuple[EasementAct, ...] = ()
    authority: str = ""
    generator: GeneratorRow | None = None


@dataclass(frozen=True, slots=True)
class _Identifiers:
    easement: str
    generator: str


@dataclass(slots=True)
class _Sources:
    acts: dict[str, list[EasementAct]] = field(default_factory=lambda: defaultdict(list))
    authorities: dict[str, str] = field(default_factory=dict)
    generators: dict[str, GeneratorRow] = field(default_factory=dict)


def easement_origins(visitor: Visitor, scope: Scope, pks: Collection[int]) -> Mapping[int, EasementOrigin]:
    """Return the origin of perimeters by their id; nothing of a layer that has none, or hides what links to it."""
    if not pks or scope.definition.model is not Easement or _LINKING_FIELD not in scope.filterable:
        return {}
    rows = scope.queryset.filter(pk__in=pks).values_list("pk", "idsup", _LINKING_FIELD)
    identifiers = {pk: _Identifiers(idsup or idgen.rpartition("-")[0], idgen) for pk, idsup, idgen in rows}
    sources = _Sources()
    easements = {each.easement for each in identifiers.values()}
    _read_acts(sources, easements)
    _read_authorities(sources, easements)
    _read_generators(sources, visitor, {each.generator for each in identifiers.values()})
    return {
        pk: EasementOrigin(
            tuple(sources.acts[each.easement]),
            sources.authorities.get(each.easement, ""),
            sources.generators.get(each.generator),
        )
        for pk, each in identifiers.items()
    }


def _read_acts(sources: _Sources, easements: Collection[str]) -> None:
    links = list(EasementActLink.objects.filter(idsup__in=easements).values_list("idsup", "idacte"))
    acts = {
        act.idacte: act for act in EasementAct.objects.filter(idacte__in={idacte for _idsup, idacte in links})
    }
    for idsup, idacte in links:
        if idacte in acts:
            sources.acts[idsup].append(acts[idacte])
    for listed in sources.acts.values():
        listed.sort(key=lambda act: act.datedecis, reverse=True)


def _read_authorities(sources: _Sources, easements: Collection[str]) -> None:
    managed = dict(PublicEasement.objects.filter(idsup__in=easements).values_list("idsup", "idgest"))
    authorities = EasementAuthority.objects.filter(idgest__in=set(managed.values()))
    by_idgest = dict(authorities.values_list("idgest", "nomgest"))
    sources.authorities = {
        idsup: by_idgest[idgest] for idsup, idgest in managed.items() if idgest in by_idgest
    }


def _read_generators(sources: _Sources, visitor: Visitor, identifiers: Collection[str]) -> None:
    names = (_LINKING_FIELD, "nomgen", "typegen")
    for slug, scope in access.scopes_by_slug(visitor, list(GENERATORS)).items():
        if not set(names) <= scope.filterable.keys():
            continue
        rows = scope.queryset.filter(idgen__in=identifiers).values_list("pk", *names)
        sources.generators |= {idgen: GeneratorRow(slug, pk, name, kind) for pk, idgen, name, kind in rows}


def readable_act(visitor: Visitor, pk: int) -> tuple[EasementAct, Scope] | None:
    """Return an act with a file and the layer by which it is read; None where the visitor reads no perimeter of it."""
    scope = access.scopes_by_slug(visitor, [PERIMETERS]).get(PERIMETERS)
    act = EasementAct.objects.filter(pk=pk).exclude(file="").first()
    if scope is None or act is None or _LINKING_FIELD not in scope.filterable:
        return None
    easements = list(EasementActLink.objects.filter(idacte=act.idacte).values_list("idsup", flat=True))
    return (act, scope) if scope.queryset.filter(_perimeters_of(easements)).exists() else None


def _perimeters_of(easements: Collection[str]) -> Any:
    """Return the condition of the perimeters of easements: those loaded alone name their generator only."""
    condition = Q(idsup__in=easements)
    for idsup in easements:
        condition |= Q(idsup="", idgen__startswith=f"{idsup}-")
    return condition
