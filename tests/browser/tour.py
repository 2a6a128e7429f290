"""A tour of states in one visit: axe-core and the width of the page at each, all the faults told at the end."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from playwright.sync_api import Page, TimeoutError

from tests.browser.visit import resize

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
EVERY_RULE: dict[str, Any] = {"runOnly": {"type": "tag", "values": RULES}}
# The rules that read colours, which are all that another scheme changes.
COLOURS: dict[str, Any] = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
RUN = "rules => axe.run({ ...rules, resultTypes: ['violations'], preload: false })"
# What is wider than the screen makes the whole page slide sideways (WCAG 1.4.10).
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"

# Colours change at once and not by transitions: another scheme begins one for each element, and one more at every frame
# in what inherits it, which took longer than axe. What is shown at their end is the same.
STILL = """() => {
  if (!document.adoptedStyleSheets.length) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("*, *::before, *::after, *::backdrop { transition: none !important; }");
    document.adoptedStyleSheets = [sheet];
  }
  return [innerWidth, "axe" in window];
}"""
# A page is at rest after two frames without a transition that began before it was still, and after forty at most.
LOOK = f"""async (rules) => {{
  let still = 0;
  for (let frames = 0; frames < 40 && still < 2; frames += 1) {{
    await new Promise((done) => requestAnimationFrame(done));
    still = document.getAnimations().some((one) => one instanceof CSSTransition) ? 0 : still + 1;
  }}
  return {{ violations: rules.runOnly ? (await ({RUN})(rules)).violations : [], excess: {OVERFLOW} }};
}}"""


def excess_width(page: Page) -> int:
    """Return how many pixels wider than its window a page is, once it has followed the window."""
    if page.evaluate(OVERFLOW) > 0:
        with suppress(TimeoutError):
            page.wait_for_function(f"() => {OVERFLOW} <= 0", timeout=10_000)
    return int(page.evaluate(OVERFLOW))


class Mode(NamedTuple):
    """A width, a scheme, and the rules that axe-core runs there: none where only the width of the page is looked at."""

    width: int
    scheme: Literal["light", "dark"]
    rules: dict[str, Any]
    forced_colours: Literal["active", "none"] = "none"


# A state has the same colours on every screen: each scheme on a desk, and on a phone the one that fails more.
LIGHT_DESK = Mode(1440, "light", EVERY_RULE)
DARK_DESK = Mode(1440, "dark", COLOURS)
LIGHT_PHONE = Mode(375, "light", EVERY_RULE)
DARK_PHONE = Mode(375, "dark", EVERY_RULE)
DESK, PHONE, EVERYWHERE = (LIGHT_DESK, DARK_DESK), (DARK_PHONE,), (LIGHT_DESK, DARK_DESK, DARK_PHONE)
# Further pages of a layout that is looked at everywhere: each screen once, each in another scheme.
EACH_SCREEN = (LIGHT_DESK, DARK_PHONE)
# Pages are also as wide as a tablet, and read on the narrowest screen (WCAG 1.4.10): it has the layout of a phone.
ANY_WIDTH = (LIGHT_DESK, Mode(768, "dark", {}), Mode(320, "dark", EVERY_RULE))
# The colours of the system, which a reader chooses in it.
SYSTEM_COLOURS = (Mode(1440, "light", COLOURS, "active"), Mode(1440, "dark", COLOURS, "active"))


def violations(page: Page, axe: str, rules: dict[str, Any] = EVERY_RULE) -> list[str]:
    """Run axe and return each fault with the elements at fault."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe)
    return in_words(page.evaluate(RUN, rules)["violations"])


def in_words(faults: list[dict[str, Any]]) -> list[str]:
    """Return each fault that axe tells with the elements at fault."""
    return [f"{fault['id']}: {[node['target'] for node in fault['nodes'][:4]]}" for fault in faults]


@dataclass
class Tour:
    """Looks at the states a test brings a page to, in each mode; ``faults`` names those that have some."""

    page: Page
    axe: str
    modes: tuple[Mode, ...] = EVERYWHERE
    faults: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Let the pages to come bring axe with them: it is sent to the browser once."""
        self.page.add_init_script(self.axe)

    def see(self, state: str) -> None:
        """Note what is wrong in the state the page is in. Modes are walked there and back: each change costs."""
        for mode in self.modes:
            self._become(mode)
            seen = self.page.evaluate(LOOK, mode.rules)
            found = in_words(seen["violations"])
            if seen["excess"] > 0 and (excess := excess_width(self.page)) > 0:
                found.append(f"wider than the screen by {excess} px")
            if found:
                self.faults[f"{state} ({mode.width} px, {mode.scheme})"] = found
        self.modes = self.modes[::-1]

    def see_on_a_dark_desk(self, state: str) -> None:
        """Note what is wrong with the colours of a desk in the dark."""
        self._see_once(state, (DARK_DESK,))

    def see_in_the_colours_of_the_system(self, state: str) -> None:
        """Note what is wrong on a desk in the colours of the system."""
        self._see_once(f"{state}, in the colours of the system", SYSTEM_COLOURS)
        self.page.emulate_media(forced_colors="none")

    def _see_once(self, state: str, modes: tuple[Mode, ...]) -> None:
        own, self.modes = self.modes, modes
        self.see(state)
        self.modes = own

    def _become(self, mode: Mode) -> None:
        """Give the page the width and the scheme of a mode."""
        width, has_axe = self.page.evaluate(STILL)
        if not has_axe:
            self.page.evaluate(self.axe)
        if width != mode.width:
            resize(self.page, mode.width)
        self.page.emulate_media(color_scheme=mode.scheme, forced_colors=mode.forced_colours)

    def go(self, address: str) -> None:
        """Open a page and look at it."""
        self.page.goto(address)
        self.see(address)
