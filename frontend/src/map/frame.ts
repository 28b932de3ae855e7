/** What every map of a page has: the ground, French controls, the room beside what lies over it, its marks' styles. */

import maplibre, { type LngLatBoundsLike, type Map as MapLibre, type StyleSpecification } from "maplibre-gl";
import { makeBasemap } from "./basemap";
import { addMarks } from "./marks";
import { Palette } from "./palette";

export const FRENCH = {
  "NavigationControl.ZoomIn": "Zoomer",
  "NavigationControl.ZoomOut": "Dézoomer",
  "NavigationControl.ResetBearing": "Remettre le nord en haut",
  "Map.Title": "Carte",
  "ScaleControl.Meters": "m",
  "ScaleControl.Kilometers": "km",
  "CooperativeGesturesHandler.WindowsHelpText": "Ctrl + molette pour zoomer",
  "CooperativeGesturesHandler.MacHelpText": "⌘ + molette pour zoomer",
  "CooperativeGesturesHandler.MobileHelpText": "Deux doigts pour déplacer la carte",
};
const CLOSE_ENOUGH_ZOOM = 15;
const CLOSEST_FRAME_ZOOM = 16;
const PADDING_PX = 56;
const LYING_OVER = "#liste, #legend, #drawer:not([hidden])";

export interface Framing {
  /** What is framed at first, and again by the button. */
  bounds: () => LngLatBoundsLike;
  title: string;
  fitTitle: string;
  /** Draw what lies over the ground: once its style is there, and again after each change of theme. */
  draw: (map: MapLibre, palette: Palette) => void;
}

export class MapFrame {
  readonly map: MapLibre;

  /**
   * Draw the ground, framed at once where it will stay: a frame that moves after the first tiles are asked for would
   * have them thrown away. Raises when the browser has no WebGL.
   */
  constructor(
    private readonly element: HTMLElement,
    private readonly framing: Framing,
  ) {
    maplibre.setWorkerUrl(this.data("worker"));
    this.map = new maplibre.Map({
      container: element,
      style: this.basemap(),
      bounds: framing.bounds(),
      fitBoundsOptions: { padding: this.padding(), maxZoom: CLOSEST_FRAME_ZOOM },
      minZoom: 8,
      maxZoom: 19,
      // The page shows the attribution itself, always and in full.
      attributionControl: false,
      // Names that fade in draw the whole map a score of times more, and it is no sooner read.
      fadeDuration: 0,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      locale: { ...FRENCH, "Map.Title": framing.title },
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
    this.map.addControl(new FitControl(framing.fitTitle, () => this.fit()), "top-right");
    this.map.addControl(new maplibre.ScaleControl({ unit: "metric" }), "top-left");
    this.map.on("style.load", () => {
      const palette = new Palette();
      addMarks(this.map, palette);
      framing.draw(this.map, palette);
    });
    addEventListener("beforeprint", () => this.layCopy());
  }

  /** The theme changed: draw everything again in its colours. */
  recolour(): void {
    this.map.setStyle(this.basemap(), { diff: false });
  }

  resize(): void {
    this.map.resize();
  }

  fit(): void {
    this.map.fitBounds(this.framing.bounds(), { padding: this.padding(), maxZoom: CLOSEST_FRAME_ZOOM });
  }

  /** Come near to a place, in the middle of the room that is free. */
  approach(place: [number, number]): void {
    const { top, right, bottom, left } = this.padding();
    this.map.easeTo({
      center: place,
      zoom: Math.max(this.map.getZoom(), CLOSE_ENOUGH_ZOOM),
      // Not `padding`, which the map would keep for every later move.
      offset: [(left - right) / 2, (top - bottom) / 2],
    });
  }

  data(name: string): string {
    const value = this.element.dataset[name];
    if (value === undefined) throw new Error(`the map has no data-${name}`);
    return value;
  }

  /** What WebGL has drawn is gone once it was shown, and paper stays blank: a copy lies over it while one prints. */
  private layCopy(): void {
    const drawn = this.map.getCanvas();
    const copy = document.createElement("canvas");
    [copy.width, copy.height] = [drawn.width, drawn.height];
    copy.className = "map-on-paper";
    this.map.redraw();
    copy.getContext("2d")?.drawImage(drawn, 0, 0);
    this.map.getCanvasContainer().append(copy);
    addEventListener("afterprint", () => copy.remove(), { once: true });
  }

  private basemap(): StyleSpecification {
    return makeBasemap(new Palette(), { ground: this.data("ground"), sectors: this.data("sectors") });
  }

  /** Room around what is framed, beside the sheet and the detail that may lie over the map. */
  private padding() {
    const map = this.element.getBoundingClientRect();
    const margin = Math.min(PADDING_PX, map.width / 6, map.height / 6);
    const padding = { top: margin, bottom: margin, left: margin, right: margin };
    for (const over of document.querySelectorAll<HTMLElement>(LYING_OVER)) {
      const box = over.getBoundingClientRect();
      if (box.right <= map.left + 1) continue;
      const isAcross = box.width > map.width / 2;
      const isAtFoot = isAcross && box.top > map.top + map.height / 4;
      if (isAtFoot) padding.bottom = Math.max(padding.bottom, map.bottom - box.top + margin / 2);
      else if (box.right >= map.right - 1) padding.right = Math.max(padding.right, map.right - box.left + margin);
    }
    // A sheet that covers nearly all leaves no room to frame anything in.
    if (padding.bottom > map.height - 2 * margin) padding.bottom = margin;
    return padding;
  }

}

/** The bounds of the commune, as the page gives them. */
export function boundsOf(element: HTMLElement): [number, number, number, number] {
  return (element.dataset.bounds ?? "").split(",").map(Number) as [number, number, number, number];
}

/** Follow the pointer over the features of a layer: what is under it, or null, and what is clicked. */
export function followPointer(
  map: MapLibre,
  layer: string,
  hover: (properties: Record<string, unknown> | null) => void,
  pick: (properties: Record<string, unknown>, place: [number, number]) => void,
): void {
  map.on("mousemove", layer, (event) => {
    map.getCanvas().style.cursor = "pointer";
    hover(event.features?.[0]?.properties ?? null);
  });
  map.on("mouseleave", layer, () => {
    map.getCanvas().style.cursor = "";
    hover(null);
  });
  map.on("click", layer, (event) => {
    const feature = event.features?.[0];
    if (feature) pick(feature.properties, [event.lngLat.lng, event.lngLat.lat]);
  });
}

/** A button of the map that frames all that it shows. */
class FitControl {
  constructor(
    private readonly title: string,
    private readonly fit: () => void,
  ) {}

  onAdd(): HTMLElement {
    const group = document.createElement("div");
    group.className = "maplibregl-ctrl maplibregl-ctrl-group";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "fit-button";
    button.title = this.title;
    button.setAttribute("aria-label", button.title);
    button.append(icon("M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4"));
    button.addEventListener("click", this.fit);
    group.append(button);
    return group;
  }

  onRemove(): void {}
}

function icon(outline: string): SVGSVGElement {
  const namespace = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(namespace, "svg");
  drawing.setAttribute("viewBox", "0 0 20 20");
  drawing.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(namespace, "path");
  path.setAttribute("class", "outline");
  path.setAttribute("d", outline);
  drawing.append(path);
  return drawing;
}
