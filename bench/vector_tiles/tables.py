"""What is asked of every server: the tables, and the attributes that a map asks of them."""

from __future__ import annotations

from collections.abc import Mapping

# Tables and what MapServer calls their geometry.
TABLES: Mapping[str, str] = {"bench_point": "POINT", "bench_surface": "POLYGON"}
# The title and what the style tells apart.
ATTRIBUTES = ("nom", "categorie")
