"""Takes the pictures of the documents, or those that are named, from a running portal that holds the demonstration.

``PORTAL_SECOND_FACTOR_REQUIRED=nobody ./portal up``, so that no page reminds its reader of a second factor, then
``.venv/bin/python -m tests.browser.screenshots http://127.0.0.1:8000 .data/demo-accounts.json [NAME …]``.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.browser.chromium import ARGUMENTS, CHROMIUM
from tests.browser.screenshots import film, first_dashboard, first_dataset, pages
from tests.browser.screenshots.camera import Camera

SUBJECTS = (pages, first_dataset, first_dashboard, film)


def main(site: str, accounts: str, *names: str) -> int:
    """Take every picture, or those that are named; fail where a page asked something of another site."""
    known = {name for subject in SUBJECTS for name in subject.NAMES}
    if unknown := sorted(set(names) - known):
        print(f"no picture is called {', '.join(unknown)}; there are {', '.join(sorted(known))}")
        return 2
    passwords = {row["username"]: row["password"] for row in json.loads(Path(accounts).read_text("utf-8"))}
    with sync_playwright() as playwright:
        shell = shutil.which("chromium-headless-shell") or CHROMIUM
        browser = playwright.chromium.launch(executable_path=shell, args=ARGUMENTS)
        camera = Camera(browser, site, passwords)
        for subject in SUBJECTS:
            subject.take(camera, set(names) or known)
        browser.close()
    for address in sorted(camera.elsewhere):
        print(f"asked of another site: {address}")
    return 1 if camera.elsewhere else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
