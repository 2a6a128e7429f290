"""What a file keeps of the HTML of panels: words and tables, nothing that is fetched, runs, or is filled in."""

from __future__ import annotations

import pytest

from dashboards.paper.html import self_contained
from interface.palette import palette

BAD = palette()["bad"]
PIXEL = "data:image/gif;base64,R0lGODlhAQABAAAAACw="


def written(html: str, pictures: dict[str, str] | None = None) -> str:
    """Return what is kept, with the pictures that may be put into the file."""
    return self_contained(html, origin="https://portail.example", pictures=(pictures or {}).get)  # type: ignore[arg-type]


CASES = {
    "a script goes with what it holds": ("<p>a</p><script>alert(1)</script>b", "<p>a</p>b"),
    "what unfolds goes: the file has its own": ("a<details><summary>b</summary>c</details>", "a"),
    "a button leaves its words": ('<button type="button" data-x="1">Voir</button>', "Voir"),
    "an input leaves nothing": ('<input name="a" value="b">c', "c"),
    "handlers go": ('<p onclick="x()" class="k">a</p>', '<p class="k">a</p>'),
    "an address of the portal becomes a whole one": (
        '<a href="/carte/?a=1&amp;b=2">a</a>',
        '<a href="https://portail.example/carte/?a=1&amp;b=2">a</a>',
    ),
    "a link to another site stays a link": (
        '<a href="https://x.example/">a</a>',
        '<a href="https://x.example/">a</a>',
    ),
    "an address that runs goes": ('<a href="javascript:x()">a</a>', "<a>a</a>"),
    "an address without a scheme goes": ('<a href="//x.example/">a</a>', "<a>a</a>"),
    "a style sheet goes": ('<link rel="stylesheet" href="/x.css">a', "a"),
    "an icon of another file goes": ('<svg><use href="/i.svg#a"></use></svg>', "<svg><use></use></svg>"),
    "a shape that closes itself stays": ('<svg viewBox="0 0 2 2"><path d="M0 0"/></svg>',
                                         '<svg viewbox="0 0 2 2"><path d="M0 0"/></svg>'),
    "words stay words": ("<p>a &lt;b&gt; &amp; c</p>", "<p>a &lt;b&gt; &amp; c</p>"),
    "a picture that is not in the file leaves its words": ('<img src="/a.png" alt="Le parc">', "Le parc"),
    "a picture that the page holds stays": (
        f'<img src="{PIXEL}" alt="Le parc">',
        f'<img src="{PIXEL}" alt="Le parc">',
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_file_holds_what_needs_nothing(name: str) -> None:
    html, expected = CASES[name]
    assert written(html, {"/a.png": ""}) == expected


def test_a_picture_of_the_portal_is_put_into_the_file() -> None:
    found = written('<img src="/p.jpg" alt="Le parc" class="photo" loading="lazy">', {"/p.jpg": PIXEL})
    assert found == f'<img src="{PIXEL}" alt="Le parc" class="photo">'


# No style sheet reaches the inside of a drawing on paper: attributes say its colours.
DRAWN = {
    "an icon has the colour of the state it stands in": (
        '<p class="panel-state bad"><svg class="icon"><path d="M0 0"/></svg></p>', f'stroke="{BAD}"',
    ),
    "an icon outside has that of words": (
        '<p class="panel-state bad">a</p><svg class="icon"><path d="M0 0"/></svg>', f'stroke="{palette()["ink"]}"',
    ),
    "a mark has that of its own state": (
        '<svg class="state-mark bad"><path d="M0 0"/></svg>', f'<svg class="state-mark bad" fill="{BAD}">',
    ),
    "a shape of a legend has that of its class": (
        '<svg class="dashboard-map-shape hue-bad strength-100"><path d="M0 0"/></svg>', f'fill="{BAD}"',
    ),
    "a line of a small trajectory is no surface": (
        '<svg class="small-trajectory bad"><polyline class="measured" points="0,0 1,1"/></svg>',
        f'<polyline class="measured" points="0,0 1,1" stroke="{BAD}" stroke-width="2"/>',
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DRAWN)
def test_drawings_have_their_colours_on_paper(name: str) -> None:
    html, expected = DRAWN[name]
    assert expected in written(html)
