// What stand-alone maps use of Leaflet 1.9 and of leaflet.heat, which are globals of a file: folium brings them, without
// types. The underlined methods are those of Leaflet's insides that its circles are drawn by.
import type { Feature, FeatureCollection, Geometry, MultiPoint, Point } from "geojson";

declare global {
  interface Window {
    L: Leaflet.Library;
    portalMap: Leaflet.PortalMap;
  }

  namespace Leaflet {
    interface LatLng {
      lat: number;
      lng: number;
      equals(other: LatLng): boolean;
    }
    interface Pixel {
      x: number;
      y: number;
    }
    interface Bounds {
      pad(share: number): Bounds;
      contains(position: LatLng): boolean;
    }
    interface Layer {
      addTo(map: Map): this;
      on(name: string, listener: () => void): this;
      once(name: string, listener: () => void): this;
      fire(name: string): this;
      getElement?(): HTMLElement | SVGElement | undefined;
      bindPopup(content: () => HTMLElement): this;
      openPopup(): this;
      bindTooltip(content: HTMLElement, options: { permanent: boolean; direction: string; className: string }): this;
    }
    interface LayerGroup extends Layer {
      addLayer(layer: Layer): this;
      clearLayers(): this;
    }
    interface HeatLayer extends Layer {
      setOptions(options: { max: number; maxZoom: number }): this;
    }
    interface PathOptions {
      radius?: number;
      corners?: [across: number, down: number][];
      pane?: string;
    }
    interface CircleMarker extends Layer {
      options: { radius: number; corners?: [across: number, down: number][] };
      _point: Pixel;
      _parts: Pixel[][];
      _renderer: { _updatePoly(path: CircleMarker, isClosed: boolean): void };
      _updatePath(): void;
    }
    interface Map {
      createPane(name: string): HTMLElement;
      getPane(name: string): HTMLElement;
      getContainer(): HTMLElement;
      getZoom(): number;
      getBounds(): Bounds;
      project(position: LatLng, zoom: number): Pixel;
      fitBounds(bounds: Bounds, options: { padding: [number, number]; maxZoom: number }): this;
      on(name: "popupopen", listener: (event: { popup: { getElement(): HTMLElement } }) => void): this;
      on(name: "moveend" | "zoomend", listener: () => void): this;
    }
    interface Library {
      CircleMarker: {
        prototype: CircleMarker;
        include(methods: Partial<CircleMarker> & ThisType<CircleMarker>): void;
      };
      circleMarker(position: LatLng, options: PathOptions): CircleMarker;
      control: {
        zoom(options: { zoomInTitle: string; zoomOutTitle: string }): Layer;
        scale(options: { imperial: boolean }): Layer;
      };
      divIcon(options: { html: HTMLElement; className: string; iconSize: [number, number] }): object;
      geoJSON(
        collection: FeatureCollection,
        options: {
          onEachFeature(feature: MapFeature, layer: Layer): void;
          pointToLayer(feature: MapFeature, position: LatLng): Layer;
        },
      ): Layer;
      heatLayer(
        positions: LatLng[],
        options: {
          radius: number;
          blur: number;
          minOpacity: number;
          gradient: Record<string, string>;
          pane: string;
        },
      ): HeatLayer;
      latLng(latitude: number, longitude: number): LatLng;
      latLngBounds(positions: LatLng[]): Bounds;
      layerGroup(): LayerGroup;
      marker(
        position: [number, number],
        options: { icon: object; title: string; pane: string },
      ): Layer;
      point(x: number, y: number): Pixel;
    }

    /** A feature as `interface/standalone/features.py` writes it. */
    type MapFeature<G extends Geometry = Geometry> = Feature<
      G,
      { title: string; facts: [title: string, text: string][]; style: PathOptions }
    >;
    type PointFeature = MapFeature<Point | MultiPoint>;
    /** `interface/standalone/leaflet.py` calls these by name. */
    interface PortalMap {
      press(shape: HTMLElement | SVGElement, action: () => void): void;
      bind(feature: MapFeature, layer: Layer): void;
      ground(): void;
      name(feature: MapFeature, layer: Layer): void;
      neighbour(feature: MapFeature, layer: Layer): void;
      start(map: Map, words: { zoomIn: string; zoomOut: string; close: string }): void;
      gather?(map: Map, collection: { features: PointFeature[] }, words: { objects: string }): void;
      density?(
        map: Map,
        collection: FeatureCollection & { features: PointFeature[] },
        colours: Record<string, string>,
      ): void;
    }
  }
}
