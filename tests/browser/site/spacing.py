"""Text spaced out as a reader may ask (WCAG 1.4.12): no word is cut."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.visit import resize

# A sheet of rules made by script, which the policy of the site allows as it does any script of its own.
SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
    p { margin-bottom: 2em !important }`);
  document.adoptedStyleSheets = [sheet];
}"""
# Words that a box of fixed size would cut. Cells of tables end with an ellipsis: their sheet has the words.
CUT = """() => [...document.querySelectorAll("a, button, summary, label, legend, h1, h2, h3, p, dt, dd, .badge, .chip")]
  .filter((e) => e.checkVisibility() && !e.closest(".visually-hidden, .grid, .suggestions, .maplibregl-map")
    && /hidden|clip/.test(getComputedStyle(e).overflow)
    && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1))
  .map((e) => e.outerHTML.slice(0, 100))"""


def cut_words(page: Page, state: str) -> dict[str, list[str]]:
    """Space out the text of a page for good; return what is cut on a phone and on a desk."""
    page.evaluate(SPACED)
    faults = {}
    for width in (375, 1440):
        resize(page, width)
        if cut := page.evaluate(CUT):
            faults[f"{state} spaced out ({width} px)"] = cut
    return faults
