"""A harvester that follows the rules of the national portal (udata, backend ``dcat``), written with rdflib alone.

No redirection is followed; the form is told by the end of the address, else by HEAD; Hydra pages are separate graphs; a
dataset is matched by ``dct:identifier`` and its files by their address; a file that vanishes is never removed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlsplit

from django.http import HttpResponseBase
from django.test import Client
from rdflib import DCAT, DCTERMS, RDF, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
DATASET_SERIES = URIRef(f"{DCAT}DatasetSeries")
SUFFIXES = {".rdf": "xml", ".xml": "xml", ".ttl": "turtle", ".n3": "n3", ".nt": "nt", ".jsonld": "json-ld"}
TYPES = {
    "application/rdf+xml": "xml",
    "application/xml": "xml",
    "text/xml": "xml",
    "text/turtle": "turtle",
    "application/ld+json": "json-ld",
}
PAGINGS = ((HYDRA.PartialCollectionView, HYDRA.next), (HYDRA.PagedCollection, HYDRA.nextPage))


class HarvestFailure(Exception):
    """The run failed."""


@dataclass
class Item:
    """A dataset or service of the national portal; ``is_missing``: the last run did not see it."""

    number: int
    title: str = ""
    landing_page: str = ""
    resources: list[str] = field(default_factory=list)
    datasets: list[str] = field(default_factory=list)
    is_missing: bool = False


@dataclass
class Run:
    """What a run did, by the identifier of the item, or by its node where it has none."""

    pages: int = 0
    total_items: int = 0
    skipped: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)


class UdataHarvester:
    """A source of the national portal, and what it stored of it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.datasets: dict[str, Item] = {}
        self.services: dict[str, Item] = {}
        self._numbers = count(1)

    def run(self) -> Run:
        """Harvest once."""
        run = Run()
        visited: set[str] = set()
        for graph in self._pages(run):
            for node in self._subjects(graph, DCAT.Dataset, DATASET_SERIES):
                self._read(graph, node, self.datasets, run, visited)
            in_use = set(graph.objects(predicate=DCAT.accessService))
            for node in self._subjects(graph, DCAT.DataService):
                if node not in in_use:
                    self._read(graph, node, self.services, run, visited)
        for identifier, item in self.datasets.items():
            item.is_missing = identifier not in visited
        return run

    def _pages(self, run: Run) -> list[Graph]:
        syntax, url, graphs = self._syntax(), self.url, list[Graph]()
        while url:
            content = b"".join(self._request("get", url))  # type: ignore[arg-type]
            graph = Graph().parse(data=content.decode(), format=syntax)
            graphs.append(graph)
            run.pages += 1
            run.total_items = next((int(str(each)) for each in graph.objects(None, HYDRA.totalItems)), 0)
            url = self._next(graph)
        return graphs

    def _syntax(self) -> str:
        path = urlsplit(self.url).path
        known = next((name for suffix, name in SUFFIXES.items() if path.endswith(suffix)), "")
        if known:
            return known
        media_type = self._request("head", self.url).headers["Content-Type"].partition(";")[0]
        if media_type not in TYPES:
            raise HarvestFailure(media_type)
        return TYPES[media_type]

    @staticmethod
    def _request(method: str, url: str) -> HttpResponseBase:
        parts = urlsplit(url)
        client = Client(headers={"host": parts.netloc, "user-agent": "uData/0.1 dcat"})
        response: HttpResponseBase = getattr(client, method)(f"{parts.path}?{parts.query}".rstrip("?"))
        if response.status_code != 200:
            raise HarvestFailure(response.status_code)
        return response

    @staticmethod
    def _next(graph: Graph) -> str:
        for kind, predicate in PAGINGS:
            page = graph.value(None, RDF.type, kind)
            if page is not None:
                return str(graph.value(page, predicate) or "")
        return ""

    @staticmethod
    def _subjects(graph: Graph, *kinds: URIRef) -> list[Node]:
        return [node for kind in kinds for node in graph.subjects(RDF.type, kind)]

    def _read(self, graph: Graph, node: Node, stored: dict[str, Item], run: Run, visited: set[str]) -> None:
        identifier, titles = graph.value(node, DCTERMS.identifier), list(graph.objects(node, DCTERMS.title))
        if identifier is None:
            run.skipped[str(node)] = "missing identifier"
        elif str(identifier) in visited:
            run.failed[str(identifier)] = "already exists"
        elif not titles:
            run.skipped[str(identifier)] = "no title"
        else:
            visited.add(str(identifier))
            item = stored.setdefault(str(identifier), Item(next(self._numbers)))
            french = [each for each in titles if isinstance(each, Literal) and each.language == "fr"]
            item.title = str((french or titles)[0])
            item.landing_page = str(graph.value(node, DCAT.landingPage) or node)
            item.datasets = [str(each) for each in graph.objects(node, DCAT.servesDataset)]
            for file in graph.objects(node, DCAT.distribution):
                url = graph.value(file, DCAT.downloadURL) or graph.value(file, DCAT.accessURL)
                if url is not None and str(url) not in item.resources:
                    item.resources.append(str(url))
            item.resources += [
                str(part) for part in graph.objects(node, DCTERMS.hasPart) if str(part) not in item.resources
            ]
