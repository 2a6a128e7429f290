"""What the demonstration is made from: the files of ``fixtures/`` and dice that always fall the same way."""

from __future__ import annotations

import csv
import json
import random
from typing import Any

from django.conf import settings

SEED = "gisportal-1"


def dice(subject: str) -> random.Random:
    """Return the dice of a subject: its own, so that a change in one subject does not move the others."""
    return random.Random(f"{SEED}/{subject}")  # noqa: S311  (sample data, not secrets)


def read_rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file of ``fixtures/``."""
    with (settings.BASE_DIR / "fixtures" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_features(name: str) -> list[dict[str, Any]]:
    """Return the features of a GeoJSON file of ``fixtures/``."""
    with (settings.BASE_DIR / "fixtures" / name).open(encoding="utf-8") as file:
        features: list[dict[str, Any]] = json.load(file)["features"]
    return features
