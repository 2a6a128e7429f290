"""Letters without a font at hand: outlines of words, and glyphs as MapLibre reads them."""

from __future__ import annotations

from collections.abc import Iterator

from styles.glyphs import FONT, glyph_range, outline_of


def fields(message: bytes) -> Iterator[tuple[int, bytes | int]]:
    """Yield the fields of a message of Protocol Buffers: varints, and what has a length."""
    at = 0

    def varint() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(message):
        key = varint()
        if key & 7 == 0:
            yield key >> 3, varint()
        else:
            length = varint()
            yield key >> 3, message[at : at + length]
            at += length


def glyphs(start: int) -> dict[int, dict[int, bytes | int]]:
    """Return the glyphs of a range by code point, each by the numbers of its fields."""
    ((_stack, stack),) = fields(glyph_range(start))
    assert isinstance(stack, bytes)
    found = [
        dict(fields(content)) for field, content in fields(stack) if field == 3 and isinstance(content, bytes)
    ]
    return {int(glyph[1]): glyph for glyph in found}


def test_a_range_says_its_font_and_has_the_letters_of_french() -> None:
    ((_stack, stack),) = fields(glyph_range(0))
    assert isinstance(stack, bytes)
    assert dict(list(fields(stack))[:2]) == {1: FONT.encode(), 2: b"0-255"}
    assert set(map(ord, "aZé0çÀ «»")) <= set(glyphs(0))
    assert ord("œ") in glyphs(256)
    assert {ord("’"), ord("–"), 0x202F} <= set(glyphs(8192))


def test_a_glyph_is_distances_in_a_border_around_its_box() -> None:
    letter = glyphs(0)[ord("H")]
    bitmap, width, height = letter[2], letter[3], letter[4]
    assert isinstance(bitmap, bytes)
    assert isinstance(width, int)
    assert isinstance(height, int)
    assert len(bitmap) == (width + 6) * (height + 6)
    # A stem is more than three quarters (the outline), what is between the stems above the bar less.
    rows = [bitmap[row * (width + 6) : (row + 1) * (width + 6)] for row in range(height + 6)]
    assert max(rows[6]) > 192
    assert rows[6][3 + width // 2] < 192
    assert rows[0][0] < 128


def test_a_range_that_the_font_has_not_is_empty() -> None:
    assert glyphs(0x4E00) == {}


def test_words_are_outlines_as_wide_as_their_letters() -> None:
    path, width = outline_of("Zone UA", 14)
    assert path.count("<path") == 6
    assert 45 < width < 60
    assert outline_of("", 14) == ("", 0)
