/** The page where a dashboard is made: wiring. */
import "../maps/element.js";
import "../panels/element.js";
import { openBuilder } from "./builder.js";

const root = document.querySelector("[data-builder]");
if (root) openBuilder(root, JSON.parse(document.getElementById("atelier").textContent));
