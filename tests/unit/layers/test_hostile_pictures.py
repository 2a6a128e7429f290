"""Pictures made to harm are refused with a sentence, by a process of their own."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

from bench.attacks import hostile_files
from layers.errors import InvalidImage
from layers.services import photos
from layers.services.photos import read_picture


def refusal(content: bytes) -> str:
    with pytest.raises(InvalidImage) as caught:
        read_picture(upload=io.BytesIO(content))
    return caught.value.detail


@pytest.mark.parametrize("make", hostile_files.PICTURES.values(), ids=hostile_files.PICTURES)
def test_picture_made_to_harm_is_refused(make: Callable[[], bytes]) -> None:
    assert refusal(make()).endswith(".")


def test_picture_that_takes_too_much_memory_is_refused_in_words(settings: Any) -> None:
    settings.SANDBOX_MEMORY_MB = 16
    assert "plus de 16 Mo de mémoire" in refusal(hostile_files.png(5_000, 5_000, b"\0" * 5_001 * 5_000))


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("compute", "plus de 1 secondes"),
        ("crash", "s’est arrêté"),
        ("answer", "s’est arrêté"),
        ("lie", "s’est arrêté"),
    ],
)
def test_reader_that_fails_is_told_in_words(
    monkeypatch: pytest.MonkeyPatch, settings: Any, target: str, words: str
) -> None:
    settings.SANDBOX_CPU_SECONDS = 1
    monkeypatch.setattr(photos, "_TARGET", f"tests.unit.sandbox.targets:{target}")
    assert words in refusal(b"image")
