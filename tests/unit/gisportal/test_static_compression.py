"""Static files are compressed once for each content, and again only where it changed."""

from __future__ import annotations

from pathlib import Path

import brotli
import pytest
from pytest_django import Settings

from gisportal.static_files import ContentCompressor

TEXT = b"body { color: black }\n" * 40


@pytest.fixture
def compressed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the quality of each compression, as they happen."""
    qualities: list[int] = []
    compress = brotli.compress

    def counting(data: bytes, *, quality: int) -> bytes:
        qualities.append(quality)
        return bytes(compress(data, quality=quality))

    monkeypatch.setattr(brotli, "compress", counting)
    return qualities


def test_two_files_of_one_content_are_compressed_once(
    tmp_path: Path, settings: Settings, compressed: list[int]
) -> None:
    settings.BROTLI_QUALITY = 5
    compressor = ContentCompressor(quiet=True)
    for name in ("site.css", "site.0123456789ab.css"):
        (tmp_path / name).write_bytes(TEXT)
        compressor.compress(str(tmp_path / name))
    assert compressed == [5]
    assert {brotli.decompress(file.read_bytes()) for file in tmp_path.glob("*.br")} == {TEXT}
    assert len(list(tmp_path.glob("*.br"))) == 2


def test_file_that_did_not_change_is_not_compressed_again(tmp_path: Path, compressed: list[int]) -> None:
    file = tmp_path / "site.css"
    file.write_bytes(TEXT)
    assert len(ContentCompressor(quiet=True).compress(str(file))) == 2
    assert ContentCompressor(quiet=True).compress(str(file)) == []
    assert len(compressed) == 1


@pytest.mark.parametrize("suffix", [".br", ".gz"])
@pytest.mark.parametrize("left", [b"", b"\x1f\x8b\x08", b"\x1f\x8b\x08\0\0\0\0\0\0\xff\xff", TEXT])
def test_copy_that_an_interruption_left_is_made_again(tmp_path: Path, suffix: str, left: bytes) -> None:
    file = tmp_path / "site.css"
    file.write_bytes(TEXT)
    ContentCompressor(quiet=True).compress(str(file))
    whole = (tmp_path / f"site.css{suffix}").read_bytes()
    (tmp_path / f"site.css{suffix}").write_bytes(left)
    ContentCompressor(quiet=True).compress(str(file))
    assert (tmp_path / f"site.css{suffix}").read_bytes() == whole


def test_changed_file_is_compressed_again(tmp_path: Path) -> None:
    file = tmp_path / "site.css"
    file.write_bytes(TEXT)
    ContentCompressor(quiet=True).compress(str(file))
    file.write_bytes(TEXT * 2)
    ContentCompressor(quiet=True).compress(str(file))
    assert brotli.decompress((tmp_path / "site.css.br").read_bytes()) == TEXT * 2
