"""A tour of states in one visit: axe-core and the width of the page at each, all the faults told at the end."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# What is wider than the screen makes the whole page slide sideways (WCAG 1.4.10).
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def violations(page: Page, axe: str) -> list[str]:
    """Run axe and return each fault with the elements at fault."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(axe)
    found = page.evaluate("rules => axe.run({ runOnly: rules, preload: false })", RULES)["violations"]
    return [f"{fault['id']}: {[node['target'] for node in fault['nodes'][:4]]}" for fault in found]


@dataclass
class Tour:
    """Looks at the states a test brings a page to; ``faults`` names those that have some."""

    page: Page
    axe: str
    faults: dict[str, list[str]] = field(default_factory=dict)

    def see(self, state: str) -> None:
        """Note what is wrong in the state the page is in."""
        found = violations(self.page, self.axe)
        excess = self.page.evaluate(OVERFLOW)
        if excess > 0:
            found.append(f"wider than the screen by {excess} px")
        if found:
            self.faults[state] = found

    def go(self, address: str) -> None:
        """Open a page and look at it."""
        self.page.goto(address)
        self.see(address)
