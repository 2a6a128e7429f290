/** What the feature of the sheet is near in the question of the map, and how sure that is, above the sheet. */

import { find } from "../../interface/dom.js";
import { hasChanged, QUESTION, writeQuestion } from "../map_state/state.js";

/** @import {FeatureRef, Store} from "../map_state/state.js" */

/** The part of the panel of the sheet that says why its feature answers. */
export class AnswerHere {
  #box;
  #store;
  #turn = 0;

  /** @param {HTMLElement} root @param {Store} store */
  constructor(root, store) {
    this.#box = find(root, "[data-answer-here]");
    this.#store = store;
    store.addEventListener("portal:state", ({ detail }) => {
      if (detail.after.feature && hasChanged(detail, ...QUESTION)) this.show(detail.after.feature);
    });
  }

  /**
   * Show what a feature matches; nothing where the question measures nothing of its layer.
   *
   * @param {FeatureRef} feature
   */
  async show({ layer, id }) {
    const turn = ++this.#turn;
    const { state } = this.#store;
    const isMeasured = state.near !== "" || Object.hasOwn(state.own, `${layer}.touching`);
    const template = this.#box.dataset.answerHere ?? "";
    this.#box.replaceChildren();
    if (!isMeasured) return;
    const address = template.replace("LAYER", layer).replace("/0/", `/${id}/`);
    const answer = await fetch(`${address}?${writeQuestion(state)}`, { headers: { "HX-Request": "true" } });
    if (turn !== this.#turn || !answer.ok) return;
    this.#box.innerHTML = await answer.text();
  }

  /** Show nothing any more. */
  clear() {
    this.#turn += 1;
    this.#box.replaceChildren();
  }
}
