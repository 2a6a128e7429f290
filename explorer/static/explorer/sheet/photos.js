/** The photo viewer: a dialog over the gallery. Without it, each photo is a plain link to its full size. */

import { closest, find, findAll, isPlainClick } from "../../interface/dom.js";
import { nextPhoto, turned } from "./steps.js";

const SWIPE_PX = 40;

/** The viewer of one gallery. */
class PhotoViewer {
  #dialog;
  #photos;
  #index = 0;
  /** @type {number | null} where the finger came down */
  #start = null;

  /** @param {HTMLElement} gallery */
  constructor(gallery) {
    this.#dialog = find(gallery, "dialog", HTMLDialogElement);
    this.#photos = findAll(gallery, "li").map((item) => ({
      link: find(item, "[data-photo]", HTMLAnchorElement),
      count: find(item, ".photo-count").textContent,
      caption: find(item, "[data-caption]").textContent,
      alternative: find(item, "img", HTMLImageElement).alt,
    }));
    this.#bind();
  }

  #bind() {
    const dialog = this.#dialog;
    for (const button of findAll(dialog, "[data-viewer-step]")) {
      button.hidden = this.#photos.length < 2;
      button.addEventListener("click", () => this.#move(Number(button.dataset.viewerStep)));
    }
    find(dialog, "[data-viewer-close]").addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", ({ target }) => {
      if (target === dialog) dialog.close();
    });
    dialog.addEventListener("keydown", (event) => {
      const index = nextPhoto(event.key, this.#index, this.#photos.length);
      if (index === null) return;
      event.preventDefault();
      this.#show(index);
    });
    dialog.addEventListener("close", () => this.#photos[this.#index].link.focus());
    dialog.addEventListener("touchstart", ({ touches }) => {
      this.#start = touches.length === 1 ? touches[0].clientX : null;
    });
    dialog.addEventListener("touchend", ({ changedTouches }) => {
      if (this.#start === null) return;
      const moved = changedTouches[0].clientX - this.#start;
      if (Math.abs(moved) > SWIPE_PX) this.#move(moved < 0 ? 1 : -1);
    });
  }

  /**
   * Open on the photo of a link.
   *
   * @param {HTMLAnchorElement} link
   */
  open(link) {
    this.#show(this.#photos.findIndex((photo) => photo.link === link));
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  /** @param {number} step */
  #move(step) {
    this.#show(turned(this.#index, step, this.#photos.length));
  }

  /** @param {number} index */
  #show(index) {
    this.#index = index;
    const { link, count, caption, alternative } = this.#photos[index];
    const image = find(this.#dialog, "[data-viewer-image]", HTMLImageElement);
    image.src = link.href;
    image.alt = alternative;
    find(this.#dialog, "[data-viewer-count]").textContent = count;
    find(this.#dialog, "[data-viewer-caption]").textContent = caption;
    new Image().src = this.#photos[turned(index, 1, this.#photos.length)].link.href;
  }
}

/** @type {WeakMap<HTMLElement, PhotoViewer>} */
const viewers = new WeakMap();

/**
 * Open photos of galleries under `root`, present or to come, in their viewer.
 *
 * @param {HTMLElement} root
 */
export function photoViewers(root) {
  root.addEventListener("click", (event) => {
    const link = closest(event, "[data-photo]", HTMLAnchorElement);
    const gallery = closest(event, "[data-gallery]");
    if (!link || !gallery || !isPlainClick(event)) return;
    event.preventDefault();
    const viewer = viewers.get(gallery) ?? new PhotoViewer(gallery);
    viewers.set(gallery, viewer);
    viewer.open(link);
  });
}
