"""What a legend shows of a scale holds the words of producers, such as units, as text."""

from __future__ import annotations

from xml.etree.ElementTree import fromstring

from layers.definitions import GeometryType
from layers.styles.definitions import Proportion, Style
from styles.legends import size_scale


def test_a_unit_that_looks_like_markup_is_text() -> None:
    texts = ["30 <img src=x>", "15 a&b", "0 m"]
    style = Style("t-nature", "trees", "hauteur", proportion=Proportion(0, 30))
    picture = size_scale(style, GeometryType.POINT, texts)
    root = fromstring(f"<svg>{picture.shapes}</svg>")
    assert [found.text for found in root.iter("text")] == texts
    assert list(root.iter("img")) == []
