/** The map of the day: drawn by WebGL from our own tiles, told by the rows of the page. */

import maplibre, { type LngLatBounds, type LngLatBoundsLike, type Map as MapLibre } from "maplibre-gl";
import { keyOf, type Row, type Rows } from "../page/rows";
import { makeBasemap } from "./basemap";
import { addMarks } from "./marks";
import { Palette } from "./palette";
import { type DayFeatures, readRoutes, type SentFeature, sortFeatures } from "./plan_features";
import { addDay, HOME_LAYERS, markHome, showDay, type Shown } from "./plan_layers";

const FRENCH = {
  "NavigationControl.ZoomIn": "Zoomer",
  "NavigationControl.ZoomOut": "Dézoomer",
  "NavigationControl.ResetBearing": "Remettre le nord en haut",
  "Map.Title": "Carte des tournées",
  "ScaleControl.Meters": "m",
  "ScaleControl.Kilometers": "km",
};
const CLOSE_ENOUGH_ZOOM = 15;
const CLOSEST_FRAME_ZOOM = 16;
const PADDING_PX = 56;

export class DayMap {
  private readonly map: MapLibre;
  private readonly features: DayFeatures | null;
  private isStyled = false;
  private shown: Shown;
  private hovered: Row | null = null;
  private picked: Row | null = null;

  /**
   * Draw the ground, and the day over it unless `sent` is null. Framed at once where it will stay: a frame that moves
   * after the first tiles are asked for would have them thrown away. Raises when the browser has no WebGL.
   */
  constructor(
    private readonly element: HTMLElement,
    private readonly rows: Rows,
    sent: SentFeature[] | null,
    shown: Omit<Shown, "picked">,
  ) {
    this.shown = { ...shown, picked: "" };
    this.features = sent && sortFeatures(sent, readRoutes(document), rows);
    maplibre.setWorkerUrl(this.data("worker"));
    this.map = new maplibre.Map({
      container: element,
      style: this.basemap(),
      bounds: this.boundsOfDay(),
      fitBoundsOptions: { padding: this.padding(), maxZoom: CLOSEST_FRAME_ZOOM },
      minZoom: 8,
      maxZoom: 19,
      // The page shows the attribution itself, always and in full.
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      locale: FRENCH,
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.keyboard.disableRotation();
    this.map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
    this.map.addControl(new FitControl(() => this.fit()), "top-right");
    this.map.addControl(new maplibre.ScaleControl({ unit: "metric" }), "top-left");
    this.map.on("style.load", () => {
      this.isStyled = true;
      this.drawDay();
    });
    this.followPointer();
    rows.onHover((row) => this.hover(row));
    rows.onPick((row) => this.pick(row));
  }

  show(part: Partial<Shown>): void {
    this.shown = { ...this.shown, ...part };
    if (this.map.getSource("homes")) showDay(this.map, this.shown);
    if (part.crew !== undefined) this.fit();
  }

  /** The theme changed: draw everything again in its colours. */
  recolour(): void {
    this.isStyled = false;
    this.map.setStyle(this.basemap(), { diff: false });
  }

  resize(): void {
    this.map.resize();
  }

  /** Frame all that is shown. */
  fit(): void {
    this.map.fitBounds(this.boundsOfDay(), { padding: this.padding(), maxZoom: CLOSEST_FRAME_ZOOM });
  }

  /** Bounds of what is shown, or of the commune when nothing is. */
  private boundsOfDay(): LngLatBoundsLike {
    const bounds = new maplibre.LngLatBounds();
    if (this.features) this.extendOver(this.features, bounds);
    return bounds.isEmpty() ? this.boundsOfCommune() : bounds;
  }

  private extendOver({ courses, homes }: DayFeatures, bounds: LngLatBounds): void {
    const { crew } = this.shown;
    for (const { geometry, properties } of courses.features) {
      if (crew && properties.crew !== crew) continue;
      for (const place of geometry.coordinates) bounds.extend(place as [number, number]);
    }
    for (const { geometry, properties } of homes.features) {
      if (!crew || properties.crew === crew) bounds.extend(geometry.coordinates as [number, number]);
    }
  }

  private data(name: string): string {
    const value = this.element.dataset[name];
    if (value === undefined) throw new Error(`the map has no data-${name}`);
    return value;
  }

  private boundsOfCommune(): [number, number, number, number] {
    return this.data("bounds").split(",").map(Number) as [number, number, number, number];
  }

  private basemap() {
    return makeBasemap(new Palette(), { ground: this.data("ground"), sectors: this.data("sectors") });
  }

  private drawDay(): void {
    if (!this.features || !this.isStyled || this.map.getSource("homes")) return;
    const palette = new Palette();
    addMarks(this.map, palette);
    addDay(this.map, palette, this.features);
    showDay(this.map, this.shown);
    if (this.picked) markHome(this.map, this.picked.key, "picked", true);
    this.element.dataset.state = "ready";
  }

  /** Room around what is framed, beside the sheet and the detail that may lie over the map. */
  private padding() {
    const map = this.element.getBoundingClientRect();
    const margin = Math.min(PADDING_PX, map.width / 6, map.height / 6);
    const padding = { top: margin, bottom: margin, left: margin, right: margin };
    for (const over of document.querySelectorAll<HTMLElement>("#liste, #legend, #drawer:not([hidden])")) {
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

  private followPointer(): void {
    for (const layer of HOME_LAYERS) {
      this.map.on("mousemove", layer, (event) => {
        this.map.getCanvas().style.cursor = "pointer";
        this.rows.hover(this.rowOf(event.features?.[0]?.properties.key));
      });
      this.map.on("mouseleave", layer, () => {
        this.map.getCanvas().style.cursor = "";
        this.rows.hover(null);
      });
      this.map.on("click", layer, (event) => this.rows.pick(this.rowOf(event.features?.[0]?.properties.key)));
    }
  }

  private rowOf(key: unknown): Row | null {
    return (typeof key === "string" && this.rows.get(key)) || null;
  }

  private hover(row: Row | null): void {
    if (!this.map.getSource("homes")) return;
    if (this.hovered) markHome(this.map, this.hovered.key, "hovered", false);
    if (row) markHome(this.map, row.key, "hovered", true);
    this.hovered = row;
  }

  private pick(row: Row | null): void {
    if (this.picked && this.map.getSource("homes")) markHome(this.map, this.picked.key, "picked", false);
    this.picked = row;
    // The detail may just have taken room from the map, or given it back.
    this.map.resize();
    if (!row || !this.map.getSource("homes")) return;
    markHome(this.map, row.key, "picked", true);
    this.show({ picked: row.key });
    const feature = this.features?.homes.features.find(({ properties }) => properties.key === keyOf(row.kind, row.id));
    if (!feature) return;
    const { top, right, bottom, left } = this.padding();
    this.map.easeTo({
      center: feature.geometry.coordinates as [number, number],
      zoom: Math.max(this.map.getZoom(), CLOSE_ENOUGH_ZOOM),
      // Not `padding`, which the map would keep for every later move.
      offset: [(left - right) / 2, (top - bottom) / 2],
    });
  }
}

/** Ask the site for what the map draws of the day. */
export async function askFeatures(address: string): Promise<SentFeature[]> {
  const answer = await fetch(address, { headers: { accept: "application/geo+json" } });
  if (!answer.ok) throw new Error(`the plan's drawing answered ${answer.status}`);
  const { features } = (await answer.json()) as { features: SentFeature[] };
  return features;
}

/** A button of the map that frames the whole round. */
class FitControl {
  constructor(private readonly fit: () => void) {}

  onAdd(): HTMLElement {
    const group = document.createElement("div");
    group.className = "maplibregl-ctrl maplibregl-ctrl-group";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "fit-button";
    button.title = "Cadrer toute la tournée";
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
