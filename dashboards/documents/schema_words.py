"""The words of a schema as JSON holds them: those that are said once for all are in the language of who asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise


def written_words(part: Any) -> Any:
    """Return a part of a schema with its words as texts."""
    if isinstance(part, Mapping):
        return {name: written_words(value) for name, value in part.items()}
    if isinstance(part, list | tuple):
        return [written_words(value) for value in part]
    return str(part) if isinstance(part, Promise) else part
