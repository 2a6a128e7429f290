/** The page where a style is made: wiring. */
import { tabLists } from "../../interface/controls/tabs.js";
import { followColours } from "./colours.js";
import { StudioForm } from "./form.js";
import { followHistogram } from "./histogram.js";
import { followPictograms } from "./pictograms.js";
import { Preview } from "./preview.js";
import { readState } from "./state.js";
import { followSteps } from "./steps.js";

const root = document.querySelector("[data-studio]");
if (root) open(root);

function open(root) {
  const config = JSON.parse(document.getElementById("studio-map").textContent);
  const words = JSON.parse(document.getElementById("studio-words").textContent);
  const form = new StudioForm(root, words);
  const preview = new Preview(root, config, words);
  const enhance = () => {
    if (!root.querySelector("[data-tabs]").dataset.bound) tabLists(root);
    root.querySelector("[data-tabs]").dataset.bound = "";
    root.querySelector("[data-without-script]").hidden = true;
  };
  followColours(root, config.palettes, words);
  followPictograms(root);
  followHistogram(root);
  followSteps(root, form, words);
  form.addEventListener("parts", enhance);
  form.addEventListener("state", ({ detail }) => preview.show(detail.state));
  enhance();
  showCurrent(root.querySelector("#studio-layers"));
  preview.start(readState(root));
}

/** Scroll the list of layers, not the page, to the one whose style is made. */
function showCurrent(list) {
  const current = list?.querySelector("[aria-current]");
  if (current) list.scrollTop = current.offsetTop - list.offsetTop - list.clientHeight / 2;
}
