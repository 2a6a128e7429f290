"""What every form of the pages shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Parameters = Mapping[str, Sequence[str]]


def filled(parameters: Parameters) -> dict[str, Sequence[str]]:
    """Drop the parameters that a form sent empty."""
    return {name: values for name, values in parameters.items() if list(values) != [""]}
