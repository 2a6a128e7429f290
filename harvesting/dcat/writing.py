"""A catalogue as bytes: what describes each dataset is written once, and put together with the rest of the page.

RDF is a set of triples: a document may be the concatenation of its parts, and say the same of a concept twice. After a
write to a layer, a catalogue of five hundred datasets writes one of them again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from typing import Any

from rdflib import Graph

from harvesting.dcat.datasets import add_dataset
from harvesting.dcat.namespaces import PREFIXES, new_graph
from layers.cache import BoundedCache
from metadata.records import Distribution, Record


@dataclass(frozen=True, slots=True)
class RdfForm:
    """A form of RDF: the name that rdflib has for it, its media type, and how its documents are taken apart and made.

    ``inside`` returns what a document holds without its frame; ``joined`` makes one document of such parts.
    """

    syntax: str
    media_type: str
    inside: Callable[[bytes], bytes]
    joined: Callable[[Iterable[bytes]], bytes]

    def part(self, graph: Graph) -> bytes:
        """Return a graph in this form, to be put together with others."""
        return self.inside(graph.serialize(format=self.syntax, encoding="utf-8", **self._options()))

    def _options(self) -> dict[str, Any]:
        # The context of JSON-LD is in the document, since one by address would be fetched.
        return {"context": _CONTEXT, "auto_compact": False} if self.syntax == "json-ld" else {}


_CONTEXT = {prefix: str(namespace) for prefix, namespace in PREFIXES.items()}
_XML_ROOT = re.compile(rb"<rdf:RDF[^>]*>(.*)</rdf:RDF>", re.DOTALL)


def _inside_xml(document: bytes) -> bytes:
    match = _XML_ROOT.search(document)
    return match[1].strip() if match else b""


def _document_of_xml(parts: Iterable[bytes]) -> bytes:
    names = "".join(f'\n  xmlns:{prefix}="{namespace}"' for prefix, namespace in _CONTEXT.items())
    start = f'<?xml version="1.0" encoding="utf-8"?>\n<rdf:RDF{names}\n>\n'
    return start.encode() + b"\n".join(parts) + b"\n</rdf:RDF>\n"


def _inside_turtle(document: bytes) -> bytes:
    """Return the statements, without the prefixes, which end at the first empty line."""
    return document.partition(b"\n\n")[2].strip()


def _document_of_turtle(parts: Iterable[bytes]) -> bytes:
    names = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in _CONTEXT.items())
    return names.encode() + b"\n" + b"\n\n".join(parts) + b"\n"


def _inside_json(document: bytes) -> bytes:
    nodes = json.loads(document)["@graph"]
    return json.dumps(nodes, ensure_ascii=False, separators=(",", ":")).encode()[1:-1]


def _document_of_json(parts: Iterable[bytes]) -> bytes:
    context = json.dumps(_CONTEXT, separators=(",", ":")).encode()
    return b'{"@context":' + context + b',"@graph":[' + b",\n".join(parts) + b"]}\n"


# By the end of the address: one address has one form, since harvesters send no wish.
RDF_FORMS = {
    "rdf": RdfForm("pretty-xml", "application/rdf+xml; charset=utf-8", _inside_xml, _document_of_xml),
    "ttl": RdfForm("turtle", "text/turtle; charset=utf-8", _inside_turtle, _document_of_turtle),
    "jsonld": RdfForm("json-ld", "application/ld+json; charset=utf-8", _inside_json, _document_of_json),
}


def document(
    head: Graph,
    records: Iterable[Record],
    *,
    form: str,
    origin: str,
    distributions: Callable[[Record], tuple[Distribution, ...]] | None = None,
) -> bytes:
    """Return a catalogue, ``head``, and its datasets in a form of RDF, in the language in force.

    ``distributions`` gives the files of a record where they are not its own.
    """
    rdf = RDF_FORMS[form]
    parts = [rdf.part(head)]
    for record in records:
        files = record.distributions if distributions is None else distributions(record)
        parts.append(_dataset(record, form, origin, files))
    return rdf.joined(parts)


def _dataset(record: Record, form: str, origin: str, files: tuple[Distribution, ...]) -> bytes:
    """Return what describes a dataset, remembered as long as its record says the same."""

    def write() -> bytes:
        graph = new_graph()
        add_dataset(graph, record, origin, files)
        return RDF_FORMS[form].part(graph)

    # Attachments are rows, which are equal by their id alone.
    attached = tuple((each.title, each.media_type, each.size, each.former_id) for each in record.attachments)
    key: Hashable = (record, attached, form, origin, files)
    return _datasets.recall(key, write)


_datasets: BoundedCache[bytes] = BoundedCache(3_000, weigh=len, most=32 * 1024 * 1024)
