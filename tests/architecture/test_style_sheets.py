"""Style sheets: five widths and one height for all pages, and one file that says where things stand on the map page."""

import re

from tests.architecture.tree import committed, text

TOKENS = "interface/static/interface/design/tokens.css"
SCRIPT = "interface/static/interface/breakpoints.js"
LAYOUT = "explorer/static/explorer/map/layout.css"
SHEETS = [path for path in committed() if path.endswith(".css") and "/static/" in path]
MAP_SHEETS = [
    path
    for path in SHEETS
    if path.startswith("explorer/static/") and "/embedding/" not in path and path != LAYOUT
]
SIZE = re.compile(r"\b(width|height)\s*(?:<=|>=|<|>|:)\s*([\d.]+[a-z]+)")
# Places on the map page: the sheet's frame, what stands directly on the stage, what depends on the whole page.
PLACES = re.compile(r"\.sheet-panel\b|\.stage\s*>|\.stage:has|\.explorer(?::|\[|\s*>)")


def _without_comments(path: str) -> str:
    return re.sub(r"/\*.*?\*/", "", text(path), flags=re.DOTALL)


def _conditions(sheet: str) -> list[str]:
    return re.findall(r"@media([^{]*)\{", sheet)


def _tokens() -> set[tuple[str, str]]:
    return set(re.findall(r"--(width|height)-[a-z-]+: (\d+px)", text(TOKENS)))


def test_pages_change_at_the_widths_and_the_height_of_the_tokens() -> None:
    faults = {
        f"{path}: @media{condition}"
        for path in SHEETS
        for condition in _conditions(_without_comments(path))
        for size in SIZE.findall(condition)
        if size not in _tokens() or re.search(r"(?:min|max)-(?:width|height)", condition)
    }
    assert len(_tokens()) == 6
    assert faults == set()


def test_scripts_ask_for_the_widths_of_the_tokens() -> None:
    widths = {int(size.removesuffix("px")) for _, size in _tokens()}
    named = {int(value) for value in re.findall(r"_PX = (\d+);", text(SCRIPT))}
    asked = {
        (path, size)
        for path in committed()
        if path.endswith(".js") and "/static/" in path
        for size in SIZE.findall(" ".join(re.findall(r"\((?:min-|max-)?(?:width|height)[^)]*\)", text(path))))
        if size not in _tokens()
    }
    assert named <= widths
    assert asked == set()


def test_places_of_the_map_page_stand_in_its_layout_alone() -> None:
    faults = {
        f"{path}: {match.group()}"
        for path in MAP_SHEETS
        for match in PLACES.finditer(_without_comments(path))
    }
    assert faults == set()
    assert len(PLACES.findall(_without_comments(LAYOUT))) > 20
