"""The words of a layer are indexed once a worker: most tests read the same layers, each with a vocabulary of its own.

The portal indexes a layer again once its rows or the rights of a reader changed, and a test forgets what the process
remembers, since numbers of rows come back after a rollback. An index has no such number: it is made of the words
alone, and equal words make equal indexes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from unittest.mock import patch

from explorer.natural_language.layer_index import index_layer

# The layers of a test are sixty; those of a few persons are there together.
_LAYERS = 500


@contextmanager
def indexed_once() -> Iterator[None]:
    """Index layers of the same words once within the block, for searches and questions."""
    with patch("explorer.natural_language.queries.index_layer", lru_cache(_LAYERS)(index_layer)):
        yield
