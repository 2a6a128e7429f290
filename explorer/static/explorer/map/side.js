/** The panel beside the map: its tabs, and what each of them does. */
import { FiltersPane } from "../filters/pane.js";
import { bindEscape } from "../layer_panel/escape.js";
import { bindGrip } from "../layer_panel/grip.js";
import { bindOpacity, bindReach, bindState } from "../layer_panel/layers.js";
import { bindOnFirst } from "../layer_panel/on-first.js";
import { bindOrder } from "../layer_panel/order.js";
import { bindConditionLinks, bindPanel, Tabs } from "../layer_panel/panel.js";
import { NearbyPane } from "../nearby/pane.js";
import { bindTypedQuestion } from "../question/header-question.js";
import { QuestionMenus } from "../question/question.js";
import { bindAskForm } from "../question/typed-question.js";
import { bindRasterFrames, bindRenderings } from "../rasters/values.js";
import { bindViews } from "../saved_views/pane.js";

/** Bind the whole panel; `view()` is the map once it is drawn. Returns the tab that looks around, to be given the map. */
export function bindSide(root, config, store, view) {
  const form = root.querySelector("#map-form");
  const by = (name) =>
    Object.fromEntries([...config.layers, ...config.rasters].map((layer) => [layer.slug, layer[name]]));
  const tabs = new Tabs(root, store);
  bindPanel(form, store, by("shape"), by("rank"));
  bindState(form, store);
  bindOpacity(form, store);
  bindReach(form, store, view);
  bindOnFirst(form, root, store);
  bindOrder(form, store, by("title"), by("shape"));
  bindRenderings(form, config.rasters, store);
  bindRasterFrames(form, config.rasters, view);
  bindConditionLinks(root, store, by("shape"), by("rank"));
  bindTypedQuestion(store, by("shape"), by("rank"), () => tabs.open("open", "tab-filters"));
  bindEscape(root);
  bindGrip(root, root.querySelector("[data-said]"));
  bindViews(root);
  new QuestionMenus(root, store);
  bindAskForm(root, store);
  const show = (id) => tabs.open("open", id);
  new FiltersPane(root, store, show);
  return new NearbyPane(root, config, store, show);
}
