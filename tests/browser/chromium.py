"""The browser of the tests: the system's Chromium, drawing WebGL in software and asking nothing of anybody else."""

from __future__ import annotations

import os

CHROMIUM = os.environ.get("PORTAL_CHROMIUM") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-gpu-compositing",  # pages are put together without WebGL, which costs half as much in software
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
READY = "[data-explorer][data-state=ready]"
