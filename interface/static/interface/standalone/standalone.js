/**
 * What a stand-alone map adds to Leaflet: popups, names, words. Inlined in the file, before the script of its map.
 * Every text of the data becomes a text node: none is read as HTML.
 */
window.portalMap = (() => {
  const { L } = window; // Leaflet, whose script comes before

  /** Points that say their category by a shape: Leaflet draws circles, which these options turn into polygons. */
  const drawCircle = L.CircleMarker.prototype._updatePath;
  L.CircleMarker.include({
    _updatePath() {
      const { corners, radius } = this.options;
      if (!corners) return drawCircle.call(this);
      const { x, y } = this._point;
      this._parts = [corners.map(([across, down]) => L.point(x + across * radius, y + down * radius))];
      this._renderer._updatePoly(this, true);
    },
  });

  /**
   * @param {string} name
   * @param {string} [text]
   * @param {string} [className]
   */
  function element(name, text, className) {
    const made = document.createElement(name);
    if (text !== undefined) made.textContent = text;
    if (className) made.className = className;
    return made;
  }

  /** @param {Leaflet.MapFeature} feature */
  function popup({ properties }) {
    const made = element("div", undefined, "popup");
    made.append(element("p", properties.title, "popup-title"));
    const list = element("dl");
    for (const [title, text] of properties.facts) list.append(element("dt", title), element("dd", text));
    if (properties.facts.length) made.append(list);
    return made;
  }

  /**
   * Let the keyboard reach a shape; on a canvas there is none to reach.
   *
   * @param {Leaflet.MapFeature} feature
   * @param {Leaflet.Layer} layer
   */
  function reach(feature, layer) {
    const shape = layer.getElement?.();
    if (!shape) return;
    shape.setAttribute("tabindex", "0");
    shape.setAttribute("role", "button");
    shape.setAttribute("aria-label", feature.properties.title);
    press(shape, () => layer.openPopup());
  }

  /**
   * Do as a button does under the keyboard.
   *
   * @param {HTMLElement | SVGElement} shape
   * @param {() => void} action
   */
  function press(shape, action) {
    shape.addEventListener("keydown", (event) => {
      if (!(event instanceof KeyboardEvent) || (event.key !== "Enter" && event.key !== " ")) return;
      event.preventDefault();
      action();
    });
  }

  /**
   * Write the name of a place where it is.
   *
   * @param {string} className
   * @returns {Leaflet.PortalMap["name"]}
   */
  function named(className) {
    return ({ properties }, layer) => {
      const words = element("span", properties.title);
      layer.bindTooltip(words, { permanent: true, direction: "center", className });
    };
  }

  return {
    press,
    /** A feature that tells its facts. */
    bind(feature, layer) {
      layer.bindPopup(() => popup(feature));
      layer.once("add", () => reach(feature, layer));
    },
    /** What lies under the features. */
    ground() {},
    /** The name of a commune over them. */
    name: named("commune"),
    /** The name of a town around. */
    neighbour: named("neighbour"),
    /** The buttons of a map, in the words of the file. */
    start(map, words) {
      L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
      L.control.scale({ imperial: false }).addTo(map);
      map.on("popupopen", ({ popup: opened }) => {
        const button = opened.getElement().querySelector(".leaflet-popup-close-button");
        if (button) button.setAttribute("aria-label", words.close);
      });
    },
  };
})();
