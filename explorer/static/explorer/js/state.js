/** What the map shows, as a value that an address can hold. Pure: no DOM, no map. */

const CAMERA = /^#(\d{1,2}(?:\.\d+)?)\/(-?\d{1,2}(?:\.\d+)?)\/(-?\d{1,3}(?:\.\d+)?)$/;
const FEATURE = /^([a-z0-9-]+)\/(\d+)$/;

/** Read an address: `layers` is null when it names none, so that the page's own choice stands. */
export function readState(search, hash) {
  const parameters = new URLSearchParams(search);
  const layers = parameters.has("couches") ? parameters.getAll("couches").filter(Boolean) : null;
  return {
    layers,
    commune: parameters.get("commune") ?? "",
    feature: readFeature(parameters.get("objet") ?? ""),
    camera: readCamera(hash),
  };
}

/** Read `layer/12` as a layer and an id, or null. */
export function readFeature(text) {
  const match = FEATURE.exec(text);
  return match ? { layer: match[1], id: Number(match[2]) } : null;
}

/** Read `#zoom/latitude/longitude` as a camera, or null when it is not one. */
export function readCamera(hash) {
  const match = CAMERA.exec(hash);
  if (!match) return null;
  const [zoom, latitude, longitude] = match.slice(1).map(Number);
  const isOnEarth = zoom <= 22 && Math.abs(latitude) <= 85 && Math.abs(longitude) <= 180;
  return isOnEarth ? { zoom, center: [longitude, latitude] } : null;
}

/** Write a state as the query string and the fragment of an address that opens the same view. */
export function writeState({ layers, commune, feature, camera }) {
  const parameters = new URLSearchParams();
  for (const slug of layers.length ? layers : [""]) parameters.append("couches", slug);
  if (commune) parameters.set("commune", commune);
  if (feature) parameters.set("objet", `${feature.layer}/${feature.id}`);
  const search = `?${parameters.toString().replaceAll("%2F", "/")}`;
  return search + (camera ? writeCamera(camera) : "");
}

function writeCamera({ zoom, center: [longitude, latitude] }) {
  return `#${zoom.toFixed(2)}/${latitude.toFixed(5)}/${longitude.toFixed(5)}`;
}

const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** Whether a part of the state is not what it was. */
export function hasChanged({ before, after }, name) {
  return !same(before[name], after[name]);
}

/** A state that tells who listens when it changes: `portal:state`, with the state before and after. */
export class Store extends EventTarget {
  #state;

  constructor(state) {
    super();
    this.#state = Object.freeze(state);
  }

  get state() {
    return this.#state;
  }

  /** Change part of the state. Nothing is announced when nothing changes. */
  update(patch) {
    const before = this.#state;
    const after = Object.freeze({ ...before, ...patch });
    if (same(before, after)) return;
    this.#state = after;
    this.dispatchEvent(new CustomEvent("portal:state", { detail: { before, after } }));
  }
}
