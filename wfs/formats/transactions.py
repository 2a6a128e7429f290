"""The report of a transaction in each version: counts, new identifiers, and warnings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from layers.formats.xml_elements import document, element, plain, valued
from wfs.names import resource_id
from wfs.requests import Transaction
from wfs.versions import V1_0_0, V1_1_0, Version


@dataclass(frozen=True, slots=True)
class Inserted:
    """The identifier of a feature that was created or replaced, and the handle of the action that did."""

    identifier: str
    handle: str = ""


@dataclass(slots=True)
class Summary:
    """What was done."""

    inserted: list[Inserted] = field(default_factory=list)
    replaced: list[Inserted] = field(default_factory=list)
    updated: int = 0
    deleted: int = 0
    warnings: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """How many features were written."""
        return len(self.inserted) + len(self.replaced) + self.updated + self.deleted

    def warn(self, slug: str, pk: int, warnings: Iterable[str]) -> None:
        """Add a warning about a feature."""
        self.warnings += (f"{resource_id(slug, pk)} : {text}" for text in warnings)


def transaction_response(request: Transaction, summary: Summary) -> bytes:
    """Return the answer of the version of a request.

    GDAL, which writes the elements of 1.1.0 under another number, looks in the answer for identifiers of both.
    """
    if request.version is V1_0_0:
        return _of_1_0(summary)
    return _of_later(request.version, tuple(dict.fromkeys([request.version, request.written])), summary)


def _of_1_0(summary: Summary) -> bytes:
    inserted = (
        element("wfs:InsertResult", _identifier(V1_0_0, each), attributes=_handle(each))
        for each in summary.inserted
    )
    message = valued("wfs:Message", "\n".join(summary.warnings)) if summary.warnings else ""
    result = element("wfs:TransactionResult", element("wfs:Status", element("wfs:SUCCESS")), message)
    return document(element("wfs:WFS_TransactionResponse", *inserted, result, attributes=_root(V1_0_0)))


def _of_later(version: Version, named: Sequence[Version], summary: Summary) -> bytes:
    counts = {"totalInserted": len(summary.inserted), "totalUpdated": summary.updated}
    counts |= {"totalReplaced": len(summary.replaced)} if version.is_2 else {}
    counts |= {"totalDeleted": summary.deleted}
    totals = element(
        "wfs:TransactionSummary", *(valued(f"wfs:{name}", count) for name, count in counts.items())
    )
    return document(
        element(
            "wfs:TransactionResponse",
            totals,
            _warnings(version, summary.warnings),
            _results("wfs:InsertResults", named, summary.inserted),
            _results("wfs:ReplaceResults", named, summary.replaced),
            attributes=_root(version, *named),
        )
    )


def _warnings(version: Version, warnings: Sequence[str]) -> str:
    """Return what is to be known: 1.1.0 has messages about actions, 2.0.0 has no place but a comment."""
    if not warnings:
        return ""
    if version is V1_1_0:
        actions = (
            element(
                "wfs:Action",
                valued("wfs:Message", text),
                attributes={"locator": text.partition(" ")[0], "code": "warning"},
            )
            for text in warnings
        )
        return element("wfs:TransactionResults", *actions)
    return "".join(f"<!-- {plain(text).replace('--', '—')} -->" for text in warnings)


def _results(tag: str, named: Sequence[Version], done: Sequence[Inserted]) -> str:
    features = (
        element("wfs:Feature", *(_identifier(version, each) for version in named), attributes=_handle(each))
        for each in done
    )
    return element(tag, *features) if done else ""


def _identifier(version: Version, each: Inserted) -> str:
    if version.is_2:
        return element("fes:ResourceId", attributes={"rid": each.identifier})
    return element("ogc:FeatureId", attributes={"fid": each.identifier})


def _handle(each: Inserted) -> dict[str, object]:
    return {"handle": each.handle} if each.handle else {}


def _root(version: Version, *named: Version) -> dict[str, object]:
    filters = {f"xmlns:{'fes' if each.is_2 else 'ogc'}": each.fes.namespace for each in (version, *named)}
    return {"version": version.number, "xmlns:wfs": version.wfs, **filters}
