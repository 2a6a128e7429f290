"""What can go wrong in the studio: the class docstring says why, the message names the culprit."""

from __future__ import annotations

from collections.abc import Mapping

from layers.errors import InvalidStyle


class RefusedInputs(InvalidStyle):
    """Values of the form that cannot be read; ``faults`` are the reasons by the name of their input."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        name, reason = next(iter(faults.items()))
        super().__init__(f"{name} : {reason}", parameter=name)
        self.faults = faults
