"""What pySHACL reports of a graph, judged by the duties of DCAT-AP 3.0."""

from __future__ import annotations

from pathlib import Path

from pyshacl import validate
from rdflib import Graph

SHAPES = Path(__file__).with_name("dcat_shapes.ttl")


def violations(graph: Graph) -> str:
    """Return the report of what is violated, empty when nothing is."""
    shapes = Graph().parse(SHAPES, format="turtle")
    conforms, _report, text = validate(graph, shacl_graph=shapes, inference="none")
    return "" if conforms else str(text)
