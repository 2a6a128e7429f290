/** The photo viewer: a dialog over the gallery. Without it, each photo is a plain link to its full size. */

const SWIPE_PX = 40;

/** Return the index that `step` leads to among `count` photos, turning round at both ends. Pure. */
export function turned(index, step, count) {
  return (index + step + count) % count;
}

/** Return the step a key asks for, "first" or "last", or null. Pure. */
export function askedBy(key) {
  return { ArrowRight: 1, ArrowLeft: -1, Home: "first", End: "last" }[key] ?? null;
}

/** The viewer of one gallery. */
class Viewer {
  #dialog;
  #photos;
  #index = 0;
  #start = null;

  constructor(gallery) {
    this.#dialog = gallery.querySelector("dialog");
    this.#photos = [...gallery.querySelectorAll("li")].map((item) => ({
      link: item.querySelector("[data-photo]"),
      count: item.querySelector(".photo-count").textContent,
      caption: item.querySelector("[data-caption]").textContent,
      alternative: item.querySelector("img").alt,
    }));
    this.#bind();
  }

  #bind() {
    const dialog = this.#dialog;
    for (const button of dialog.querySelectorAll("[data-viewer-step]")) {
      button.hidden = this.#photos.length < 2;
      button.addEventListener("click", () => this.#move(Number(button.dataset.viewerStep)));
    }
    dialog.querySelector("[data-viewer-close]").addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", ({ target }) => target === dialog && dialog.close());
    dialog.addEventListener("keydown", (event) => {
      const asked = askedBy(event.key);
      if (asked === null) return;
      event.preventDefault();
      if (typeof asked === "number") this.#move(asked);
      else this.#show(asked === "first" ? 0 : this.#photos.length - 1);
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

  /** Open on the photo of a link. */
  open(link) {
    this.#show(this.#photos.findIndex((photo) => photo.link === link));
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  #move(step) {
    this.#show(turned(this.#index, step, this.#photos.length));
  }

  #show(index) {
    this.#index = index;
    const { link, count, caption, alternative } = this.#photos[index];
    const image = this.#dialog.querySelector("[data-viewer-image]");
    image.src = link.href;
    image.alt = alternative;
    this.#dialog.querySelector("[data-viewer-count]").textContent = count;
    this.#dialog.querySelector("[data-viewer-caption]").textContent = caption;
    new Image().src = this.#photos[turned(index, 1, this.#photos.length)].link.href;
  }
}

const viewers = new WeakMap();

/** Open photos of galleries under `root`, present or to come, in their viewer. */
export function photoViewers(root) {
  root.addEventListener("click", (event) => {
    const link = event.target.closest("[data-photo]");
    const gallery = link?.closest("[data-gallery]");
    if (!gallery || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (!viewers.has(gallery)) viewers.set(gallery, new Viewer(gallery));
    viewers.get(gallery).open(link);
  });
}
