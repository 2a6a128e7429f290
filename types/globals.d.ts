// Globals that script tags of a page define before our modules (OpenLayers, in the administration), and the events of
// the portal that pass between subjects: `element.addEventListener("portal:toast", ({ detail }) => …)` is typed here.

import type { HtmxEventMap } from "htmx.org";
import type { Combination } from "../explorer/static/explorer/filters/form.js";
import type { FeatureRef } from "../interface/static/interface/map/view.js";

type HtmxEvents = { [K in keyof HtmxEventMap]: CustomEvent<HtmxEventMap[K]> };

export {};

declare global {
  const ol: typeof import("ol/dist/ol.js").default;

  /**
   * What a mark of a panel stands for, in the words of its rows: all its keys are in `filters`. `adds` keeps the values
   * that are filtered already; `clears` are fields that are filtered no more.
   */
  interface FilterChoice {
    field?: string;
    value?: unknown;
    filters?: { field: string; value: unknown }[];
    adds?: boolean;
    clears?: string[];
  }

  interface PortalEvents extends HtmxEvents {
    /** A short message; a "bad" one stays until it is closed. */
    "portal:toast": CustomEvent<{ text: string; kind?: string }>;
    /** The feature that the pointer is on, in the map, a list or the table. */
    "portal:hover": CustomEvent<FeatureRef | null>;
    /** What shares the page asks for the picture of its map: the words of the picture, and what says whether it is saved. */
    "portal:picture": CustomEvent<{
      title: string;
      sources: string[];
      file: string;
      resolve: (value?: unknown) => void;
      reject: (error: unknown) => void;
    }>;
    /** A panel of a dashboard is drawn. */
    "dashboard:drawn": CustomEvent<null>;
    /** A mark of a panel was chosen: the dashboard filters by its value. */
    "dashboard:filter": CustomEvent<FilterChoice>;
    /** A panel was read again. */
    "dashboard:panel": CustomEvent<null>;
    /** A condition on an object of another layer, for every layer that is on. */
    "portal:combine": CustomEvent<Combination | null>;
    /** The map, its list and its legend are those of the question of now. */
    "portal:answered": CustomEvent<null>;
    "portal:drawn": CustomEvent<null>;
    /** A tab of the panel shows. */
    "portal:tab": CustomEvent<{ id: string }>;
    /** A question starts where the person is: the page asks for the position; the radius in metres. */
    "portal:locate": CustomEvent<string>;
    /** The tab of a sheet: that of the neighbourhood, or the first one. */
    "portal:around": CustomEvent<boolean>;
  }

  /** An `EventTarget` of ours whose events are known: `{ "portal:state": CustomEvent<StateChange> }`. */
  interface TypedEventTarget<Events> extends EventTarget {
    addEventListener<Name extends keyof Events & string>(
      type: Name,
      listener: (event: Events[Name]) => void,
      options?: boolean | AddEventListenerOptions,
    ): void;
    addEventListener(
      type: string,
      listener: EventListenerOrEventListenerObject | null,
      options?: boolean | AddEventListenerOptions,
    ): void;
  }

  interface HTMLElementEventMap extends PortalEvents {}
  interface DocumentEventMap extends PortalEvents {}
  interface WindowEventMap extends PortalEvents {}
}
