"""What a page has copied, pasted as a person would: pages of the portal may not read the clipboard by themselves."""

from __future__ import annotations

from playwright.sync_api import Page


def clipboard_text(page: Page) -> str:
    """Return the text in the clipboard; the focus goes back to the page's body."""
    page.evaluate("document.body.append(Object.assign(document.createElement('textarea'), { id: 'pasted' }))")
    field = page.locator("#pasted")
    field.focus()
    field.press("Control+V")
    text = field.input_value()
    field.evaluate("field => field.remove()")
    return text
