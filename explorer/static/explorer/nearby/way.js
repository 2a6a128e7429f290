/** The way to the nearest on the map: drawn while it is told, and framed with its circle once for each question. */
import { boxToFrame } from "./framing.js";

/** Draws on the `overlay` of a map. */
export class Way {
  #view;
  #overlay;
  #framed = "";

  constructor(view, overlay) {
    this.#view = view;
    this.#overlay = overlay;
  }

  /** The middle of the map (longitude, latitude). */
  get centre() {
    return this.#view.camera.center;
  }

  /** Frame the next question even when it is the same one. */
  forget() {
    this.#framed = "";
  }

  /** Draw from the point of the state to `place` ("longitude,latitude"), nothing when it is empty. */
  follow({ near, radius, sujet }, place) {
    const isAsked = near && radius && place;
    const [centre, nearest] = [near, place ?? ""].map((text) => text.split(",").map(Number));
    const way = [
      { shape: "line", places: [centre, nearest], look: "is-way" },
      { shape: "dot", place: nearest, radius: 15, look: "is-nearest" },
    ];
    this.#overlay.set("way", isAsked ? way : []);
    const framed = [near, radius, sujet].join(" ");
    if (!isAsked || framed === this.#framed) return;
    this.#framed = framed;
    this.#view.frameBox(boxToFrame(centre, Number(radius), nearest));
  }
}
