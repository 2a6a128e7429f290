/**
 * What a stand-alone map adds to Leaflet for many points: gathered under their number, or as density. Inlined in the
 * file after `standalone.js`, which says what a point tells.
 */
(() => {
  const { L, portalMap } = window;
  const CELL_PX = 60;
  const MARGIN = 0.2; // of what is seen, drawn around it
  const LISTED = 20;
  const DENSITY_PX = 24;

  /** @typedef {{ feature: Leaflet.PointFeature, at: Leaflet.LatLng }} Place */

  /** @param {Leaflet.PointFeature["geometry"]} geometry */
  const positionsOf = ({ type, coordinates }) => (type === "Point" ? [coordinates] : coordinates);
  /** @param {{ features: Leaflet.PointFeature[] }} collection @returns {Place[]} */
  const placesOf = ({ features }) =>
    features.flatMap((feature) =>
      positionsOf(feature.geometry).map(([x, y]) => ({ feature, at: L.latLng(y, x) })),
    );

  /**
   * Points put together by the square of the screen that they lie in, at a zoom.
   *
   * @param {Leaflet.Map} map
   * @param {Place[]} places
   * @param {number} px
   */
  function cellsOf(map, places, px) {
    /** @type {Map<string, Place[]>} */
    const cells = new Map();
    for (const place of places) {
      const { x, y } = map.project(place.at, map.getZoom());
      const key = `${Math.floor(x / px)} ${Math.floor(y / px)}`;
      const cell = cells.get(key);
      if (cell) cell.push(place);
      else cells.set(key, [place]);
    }
    return [...cells.values()];
  }

  /** @param {number[]} numbers */
  const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
  /** @param {Place[]} cell @returns {[number, number]} */
  const middleOf = (cell) => [mean(cell.map(({ at }) => at.lat)), mean(cell.map(({ at }) => at.lng))];
  /** @param {Place[]} cell */
  const areTogether = (cell) => cell.every(({ at }) => at.equals(cell[0].at));

  /** @param {Place} place */
  function alone({ feature, at }) {
    const marker = L.circleMarker(at, feature.properties.style);
    portalMap.bind(feature, marker);
    return marker;
  }

  /**
   * @param {Place[]} cell
   * @param {{ objects: string }} words
   * @param {string} pane
   */
  function badge(cell, words, pane) {
    const count = document.createElement("span");
    count.textContent = cell.length.toLocaleString(document.documentElement.lang);
    const size = 28 + 6 * Math.min(Math.floor(Math.log10(cell.length)), 3);
    const icon = L.divIcon({ html: count, className: "gathered", iconSize: [size, size] });
    const title = words.objects.replace("{count}", count.textContent);
    const marker = L.marker(middleOf(cell), { icon, title, pane });
    return marker.on("add", () => {
      const element = marker.getElement?.();
      if (!element) return;
      element.setAttribute("aria-label", title);
      portalMap.press(element, () => marker.fire("click"));
    });
  }

  /**
   * A number in place of points; it opens on them, or lists those that no zoom would part.
   *
   * @param {Leaflet.Map} map
   * @param {Place[]} cell
   * @param {{ objects: string }} words
   * @param {string} pane
   */
  function gathered(map, cell, words, pane) {
    const marker = badge(cell, words, pane);
    if (areTogether(cell)) return marker.bindPopup(() => listed(cell));
    return marker.on("click", () => {
      map.getContainer().focus(); // the number goes, and the focus with it
      map.fitBounds(L.latLngBounds(cell.map(({ at }) => at)), { padding: [CELL_PX, CELL_PX], maxZoom: 20 });
    });
  }

  /** @param {Place[]} cell */
  function listed(cell) {
    const list = document.createElement("ul");
    list.className = "listed";
    for (const { feature } of cell.slice(0, LISTED)) {
      const line = document.createElement("li");
      line.textContent = feature.properties.title;
      list.append(line);
    }
    if (cell.length > LISTED) list.append("…");
    return list;
  }

  /**
   * @param {Leaflet.Map} map
   * @param {string} name
   * @param {number} level
   */
  function paneOf(map, name, level) {
    const pane = map.createPane(name);
    pane.style.zIndex = String(level);
    return name;
  }

  /** Draw points gathered under their number, again each time the map has moved. */
  portalMap.gather = (map, collection, words) => {
    const places = placesOf(collection);
    const drawn = L.layerGroup().addTo(map);
    const pane = paneOf(map, "gathered", 660); // over the names of communes
    /** @type {number | null} */
    let zoom = null;
    const draw = () => {
      const opened = map.getZoom() === zoom && map.getContainer().querySelector(".leaflet-popup");
      if (opened) return; // what is read stays
      zoom = map.getZoom();
      const seen = map.getBounds().pad(MARGIN);
      drawn.clearLayers();
      for (const cell of cellsOf(map, places, CELL_PX)) {
        if (!cell.some(({ at }) => seen.contains(at))) continue;
        drawn.addLayer(cell.length > 1 ? gathered(map, cell, words, pane) : alone(cell[0]));
      }
    };
    map.on("moveend", draw);
    draw();
  };

  /** Draw points as density under small ones that tell their facts; `colours` by share of the densest place. */
  portalMap.density = (map, collection, colours) => {
    const places = placesOf(collection);
    const heat = L.heatLayer(
      places.map(({ at }) => at),
      {
        radius: DENSITY_PX,
        blur: DENSITY_PX,
        minOpacity: 0.1,
        gradient: colours,
        pane: paneOf(map, "density", 410),
      },
    );
    map.getPane("density").style.pointerEvents = "none";
    const scale = () => {
      const most = Math.max(...cellsOf(map, places, DENSITY_PX).map((cell) => cell.length), 1);
      heat.setOptions({ max: most, maxZoom: map.getZoom() });
    };
    scale();
    heat.addTo(map);
    map.on("zoomend", scale);
    const pane = paneOf(map, "points", 420);
    L.geoJSON(collection, {
      onEachFeature: portalMap.bind,
      pointToLayer: ({ properties }, at) => L.circleMarker(at, { ...properties.style, pane }),
    }).addTo(map);
  };
})();
