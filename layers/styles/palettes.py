"""Palettes of ColorBrewer 2.0, by name and number of classes: hexadecimal colours, the first one the lightest.

Source: Cynthia A. Brewer, Mark Harrower and The Pennsylvania State University, https://colorbrewer2.org, Apache-2.0:
the values are facts, written here as data. Sequential palettes go from little to much, diverging ones from one end to
the other through a neutral middle, qualitative ones set apart what has no order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from django.utils.translation import gettext_lazy as _

from layers.styles.definitions import Text

MIN, MAX = 3, 9


class PaletteKind(Enum):
    """What the colours of a palette say of the order of classes."""

    SEQUENTIAL = "sequential"
    DIVERGING = "diverging"
    QUALITATIVE = "qualitative"


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours made for some numbers of classes: ``by_count`` holds ``#rrggbb`` of each number that has its own."""

    name: str
    title: Text
    kind: PaletteKind
    by_count: Mapping[int, tuple[str, ...]]

    def colours(self, count: int, *, is_reversed: bool = False) -> tuple[str, ...]:
        """Return ``count`` colours: those of the nearest number of classes that has its own, taken from its ends in.

        A qualitative palette begins again when it is short.
        """
        if self.kind is PaletteKind.QUALITATIVE:
            every = self.by_count[max(self.by_count)]
            chosen = tuple(every[index % len(every)] for index in range(count))
        else:
            every = self.by_count[min(max(count, MIN), MAX)]
            last = len(every) - 1
            indexes = [round(index * last / max(count - 1, 1)) for index in range(count)]
            chosen = (
                tuple(every[position] for position in indexes) if count > 1 else (every[(last + 1) // 2],)
            )
        return chosen[::-1] if is_reversed else chosen


def _split(text: str) -> tuple[str, ...]:
    return tuple(f"#{text[at : at + 6]}" for at in range(0, len(text), 6))


def _palette(name: str, title: Text, kind: PaletteKind, *rows: str) -> Palette:
    return Palette(name, title, kind, {len(row) // 6: _split(row) for row in rows})


_ALL = (
    _palette(
        "YlGn", _("Jaune à vert"), PaletteKind.SEQUENTIAL,
        "f7fcb9addd8e31a354",
        "ffffccc2e69978c679238443",
        "ffffccc2e69978c67931a354006837",
        "ffffccd9f0a3addd8e78c67931a354006837",
        "ffffccd9f0a3addd8e78c67941ab5d238443005a32",
        "ffffe5f7fcb9d9f0a3addd8e78c67941ab5d238443005a32",
        "ffffe5f7fcb9d9f0a3addd8e78c67941ab5d238443006837004529",
    ),
    _palette(
        "Greens", _("Verts"), PaletteKind.SEQUENTIAL,
        "e5f5e0a1d99b31a354",
        "edf8e9bae4b374c476238b45",
        "edf8e9bae4b374c47631a354006d2c",
        "edf8e9c7e9c0a1d99b74c47631a354006d2c",
        "edf8e9c7e9c0a1d99b74c47641ab5d238b45005a32",
        "f7fcf5e5f5e0c7e9c0a1d99b74c47641ab5d238b45005a32",
        "f7fcf5e5f5e0c7e9c0a1d99b74c47641ab5d238b45006d2c00441b",
    ),
    _palette(
        "YlGnBu", _("Jaune à bleu"), PaletteKind.SEQUENTIAL,
        "edf8b17fcdbb2c7fb8",
        "ffffcca1dab441b6c4225ea8",
        "ffffcca1dab441b6c42c7fb8253494",
        "ffffccc7e9b47fcdbb41b6c42c7fb8253494",
        "ffffccc7e9b47fcdbb41b6c41d91c0225ea80c2c84",
        "ffffd9edf8b1c7e9b47fcdbb41b6c41d91c0225ea80c2c84",
        "ffffd9edf8b1c7e9b47fcdbb41b6c41d91c0225ea8253494081d58",
    ),
    _palette(
        "Blues", _("Bleus"), PaletteKind.SEQUENTIAL,
        "deebf79ecae13182bd",
        "eff3ffbdd7e76baed62171b5",
        "eff3ffbdd7e76baed63182bd08519c",
        "eff3ffc6dbef9ecae16baed63182bd08519c",
        "eff3ffc6dbef9ecae16baed64292c62171b5084594",
        "f7fbffdeebf7c6dbef9ecae16baed64292c62171b5084594",
        "f7fbffdeebf7c6dbef9ecae16baed64292c62171b508519c08306b",
    ),
    _palette(
        "BuPu", _("Bleu à violet"), PaletteKind.SEQUENTIAL,
        "e0ecf49ebcda8856a7",
        "edf8fbb3cde38c96c688419d",
        "edf8fbb3cde38c96c68856a7810f7c",
        "edf8fbbfd3e69ebcda8c96c68856a7810f7c",
        "edf8fbbfd3e69ebcda8c96c68c6bb188419d6e016b",
        "f7fcfde0ecf4bfd3e69ebcda8c96c68c6bb188419d6e016b",
        "f7fcfde0ecf4bfd3e69ebcda8c96c68c6bb188419d810f7c4d004b",
    ),
    _palette(
        "Purples", _("Violets"), PaletteKind.SEQUENTIAL,
        "efedf5bcbddc756bb1",
        "f2f0f7cbc9e29e9ac86a51a3",
        "f2f0f7cbc9e29e9ac8756bb154278f",
        "f2f0f7dadaebbcbddc9e9ac8756bb154278f",
        "f2f0f7dadaebbcbddc9e9ac8807dba6a51a34a1486",
        "fcfbfdefedf5dadaebbcbddc9e9ac8807dba6a51a34a1486",
        "fcfbfdefedf5dadaebbcbddc9e9ac8807dba6a51a354278f3f007d",
    ),
    _palette(
        "PuRd", _("Rose à rouge"), PaletteKind.SEQUENTIAL,
        "e7e1efc994c7dd1c77",
        "f1eef6d7b5d8df65b0ce1256",
        "f1eef6d7b5d8df65b0dd1c77980043",
        "f1eef6d4b9dac994c7df65b0dd1c77980043",
        "f1eef6d4b9dac994c7df65b0e7298ace125691003f",
        "f7f4f9e7e1efd4b9dac994c7df65b0e7298ace125691003f",
        "f7f4f9e7e1efd4b9dac994c7df65b0e7298ace125698004367001f",
    ),
    _palette(
        "YlOrRd", _("Jaune à rouge"), PaletteKind.SEQUENTIAL,
        "ffeda0feb24cf03b20",
        "ffffb2fecc5cfd8d3ce31a1c",
        "ffffb2fecc5cfd8d3cf03b20bd0026",
        "ffffb2fed976feb24cfd8d3cf03b20bd0026",
        "ffffb2fed976feb24cfd8d3cfc4e2ae31a1cb10026",
        "ffffccffeda0fed976feb24cfd8d3cfc4e2ae31a1cb10026",
        "ffffccffeda0fed976feb24cfd8d3cfc4e2ae31a1cbd0026800026",
    ),
    _palette(
        "YlOrBr", _("Jaune à brun"), PaletteKind.SEQUENTIAL,
        "fff7bcfec44fd95f0e",
        "ffffd4fed98efe9929cc4c02",
        "ffffd4fed98efe9929d95f0e993404",
        "ffffd4fee391fec44ffe9929d95f0e993404",
        "ffffd4fee391fec44ffe9929ec7014cc4c028c2d04",
        "ffffe5fff7bcfee391fec44ffe9929ec7014cc4c028c2d04",
        "ffffe5fff7bcfee391fec44ffe9929ec7014cc4c02993404662506",
    ),
    _palette(
        "Oranges", _("Oranges"), PaletteKind.SEQUENTIAL,
        "fee6cefdae6be6550d",
        "feeddefdbe85fd8d3cd94701",
        "feeddefdbe85fd8d3ce6550da63603",
        "feeddefdd0a2fdae6bfd8d3ce6550da63603",
        "feeddefdd0a2fdae6bfd8d3cf16913d948018c2d04",
        "fff5ebfee6cefdd0a2fdae6bfd8d3cf16913d948018c2d04",
        "fff5ebfee6cefdd0a2fdae6bfd8d3cf16913d94801a636037f2704",
    ),
    _palette(
        "RdBu", _("Rouge et bleu"), PaletteKind.DIVERGING,
        "ef8a62f7f7f767a9cf",
        "ca0020f4a58292c5de0571b0",
        "ca0020f4a582f7f7f792c5de0571b0",
        "b2182bef8a62fddbc7d1e5f067a9cf2166ac",
        "b2182bef8a62fddbc7f7f7f7d1e5f067a9cf2166ac",
        "b2182bd6604df4a582fddbc7d1e5f092c5de4393c32166ac",
        "b2182bd6604df4a582fddbc7f7f7f7d1e5f092c5de4393c32166ac",
    ),
    _palette(
        "PuOr", _("Orange et violet"), PaletteKind.DIVERGING,
        "f1a340f7f7f7998ec3",
        "e66101fdb863b2abd25e3c99",
        "e66101fdb863f7f7f7b2abd25e3c99",
        "b35806f1a340fee0b6d8daeb998ec3542788",
        "b35806f1a340fee0b6f7f7f7d8daeb998ec3542788",
        "b35806e08214fdb863fee0b6d8daebb2abd28073ac542788",
        "b35806e08214fdb863fee0b6f7f7f7d8daebb2abd28073ac542788",
    ),
    _palette(
        "BrBG", _("Brun et turquoise"), PaletteKind.DIVERGING,
        "d8b365f5f5f55ab4ac",
        "a6611adfc27d80cdc1018571",
        "a6611adfc27df5f5f580cdc1018571",
        "8c510ad8b365f6e8c3c7eae55ab4ac01665e",
        "8c510ad8b365f6e8c3f5f5f5c7eae55ab4ac01665e",
        "8c510abf812ddfc27df6e8c3c7eae580cdc135978f01665e",
        "8c510abf812ddfc27df6e8c3f5f5f5c7eae580cdc135978f01665e",
    ),
    _palette(
        "PiYG", _("Rose et vert"), PaletteKind.DIVERGING,
        "e9a3c9f7f7f7a1d76a",
        "d01c8bf1b6dab8e1864dac26",
        "d01c8bf1b6daf7f7f7b8e1864dac26",
        "c51b7de9a3c9fde0efe6f5d0a1d76a4d9221",
        "c51b7de9a3c9fde0eff7f7f7e6f5d0a1d76a4d9221",
        "c51b7dde77aef1b6dafde0efe6f5d0b8e1867fbc414d9221",
        "c51b7dde77aef1b6dafde0eff7f7f7e6f5d0b8e1867fbc414d9221",
    ),
    _palette(
        "RdYlBu", _("Rouge, jaune, bleu"), PaletteKind.DIVERGING,
        "fc8d59ffffbf91bfdb",
        "d7191cfdae61abd9e92c7bb6",
        "d7191cfdae61ffffbfabd9e92c7bb6",
        "d73027fc8d59fee090e0f3f891bfdb4575b4",
        "d73027fc8d59fee090ffffbfe0f3f891bfdb4575b4",
        "d73027f46d43fdae61fee090e0f3f8abd9e974add14575b4",
        "d73027f46d43fdae61fee090ffffbfe0f3f8abd9e974add14575b4",
    ),
    _palette(
        # Masataka Okabe and Kei Ito, "Color Universal Design", 2008: told apart by the colour-blind; black left out.
        "OkabeIto", _("Pour tous les yeux"), PaletteKind.QUALITATIVE,
        "0072b2d55e00009e73cc79a756b4e9e69f00f0e442",
    ),
    _palette(
        "Set2", _("Douces"), PaletteKind.QUALITATIVE,
        "66c2a5fc8d628da0cbe78ac3a6d854ffd92fe5c494b3b3b3",
    ),
    _palette(
        "Dark2", _("Sombres"), PaletteKind.QUALITATIVE,
        "1b9e77d95f027570b3e7298a66a61ee6ab02a6761d666666",
    ),
    _palette(
        "Set1", _("Vives"), PaletteKind.QUALITATIVE,
        "e41a1c377eb84daf4a984ea3ff7f00ffff33a65628f781bf999999",
    ),
    _palette(
        "Paired", _("Par paires"), PaletteKind.QUALITATIVE,
        "a6cee31f78b4b2df8a33a02cfb9a99e31a1cfdbf6fff7f00cab2d66a3d9affff99b15928",
    ),
    _palette(
        "Set3", _("Claires"), PaletteKind.QUALITATIVE,
        "8dd3c7ffffb3bebadafb807280b1d3fdb462b3de69fccde5d9d9d9bc80bdccebc5ffed6f",
    ),
)  # fmt: skip
PALETTES: Mapping[str, Palette] = {palette.name: palette for palette in _ALL}


def palettes_of(kind: PaletteKind) -> tuple[Palette, ...]:
    """Return the palettes of a kind."""
    return tuple(palette for palette in _ALL if palette.kind is kind)
