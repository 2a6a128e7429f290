"""Colours of a style without a style sheet."""

from __future__ import annotations

from styles.colours import DARK, resolved, rgb


def test_a_share_is_mixed_with_the_paper_of_the_theme() -> None:
    assert [rgb(text) for text in ("t-nature", "t-nature/100", "t-nature/0")] == [
        (61, 122, 31),
        (61, 122, 31),
        (255, 255, 255),
    ]
    assert rgb("t-nature/50") == (158, 188, 143)
    assert rgb("t-nature/0", DARK) == (16, 25, 29)


def test_a_literal_is_the_same_in_every_theme() -> None:
    assert {resolved("#2b8cbe"), resolved("#2b8cbe", DARK)} == {"#2b8cbe"}


def test_black_is_a_light_ink_on_dark_paper_where_it_would_not_be_seen() -> None:
    assert [resolved(text) for text in ("#343434", "#000000")] == ["#343434", "#000000"]
    assert [resolved(text, DARK) for text in ("#343434", "#000000")] == [DARK["ink-2"], DARK["ink-2"]]
    assert resolved("#730000", DARK) == "#730000"
