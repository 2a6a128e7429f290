"""The browser of the tests: the system's Chromium, drawing WebGL in software and asking nothing of anybody else."""

from __future__ import annotations

import os

CHROMIUM = os.environ.get("PORTAL_CHROMIUM") or "/usr/bin/chromium"
# A window without a screen still loads two pages for its address bar, which cost as much as a page of ours. The other
# names are Playwright's own: a browser may read the last list alone.
DISABLED_FEATURES = [
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxFullPopup",
    "AimEnabled",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "OptimizationHints",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
]
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
    f"--disable-features={','.join(DISABLED_FEATURES)}",
]
# How many times slower than this machine the pages run: on a busy one, what is read too soon fails.
THROTTLE = float(os.environ.get("PORTAL_TEST_CPU_THROTTLE") or 1)
READY = "[data-explorer][data-state=ready]"
# Every wait ends as soon as what it waits for is true; this bounds it on a machine that is busy with other things.
LONGEST_WAIT_MS = 30_000
# What a page does without when an answer is slow is awaited like the rest, as ``tests.patience`` has it on the server.
PATIENT = f"""
const {{ timeout }} = AbortSignal;
AbortSignal.timeout = () => timeout.call(AbortSignal, {LONGEST_WAIT_MS});
"""
# Draw maps with a sixteenth of their pixels, and none of them four times: the page and its measures stay as they are.
COARSE_MAPS = """
const getContext = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, options) {
  return getContext.call(this, kind, kind.startsWith("webgl") ? { ...options, antialias: false } : options);
};
Object.defineProperty(window, "devicePixelRatio", { get: () => 0.25 });
"""
# Paint nothing: a map reads its tiles, places its names and answers clicks all the same. Its shaders, which software
# compiles anew for every page, were half of what it cost; of the rest, each call that states what to paint with goes to
# another process. Nothing is linked, so that places of variables are those of none: null, -1, and the highest index.
BLANK_MAPS = """
const painting = new RegExp(
  "^(draw|clear$|compileS|linkP|useProgram|uniform|tex(Sub)?Image|buffer(Sub)?Data|generateM|bind|enable|disable|"
  + "depth|stencil|blend|cull|frontF|viewport|scissor|colorM|activeT|pixelS|texP|vertexA|getUniformL|shaderS|attach)",
);
const places = { getAttribLocation: -1, getUniformBlockIndex: 0xFFFFFFFF };
for (const { prototype } of [WebGLRenderingContext, WebGL2RenderingContext]) {
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype))) {
    if (typeof value !== "function") continue;
    if (name in places) prototype[name] = () => places[name];
    else if (painting.test(name)) prototype[name] = () => null;
  }
  prototype.getShaderParameter = () => true;
  prototype.getProgramParameter = (_program, asked) => asked === prototype.LINK_STATUS;
}
"""
