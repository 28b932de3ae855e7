/** The workshop's map: the area that is drawn under terra-draw, its neighbours to snap to, and what is wrong with it. */

import type { Feature, FeatureCollection, Geometry } from "geojson";
import type { GeoJSONSource, LngLatBoundsLike, Map as MapLibre } from "maplibre-gl";
import { type GeoJSONStoreFeatures, TerraDraw, TerraDrawLineStringMode, TerraDrawPolygonMode, TerraDrawSelectMode } from "terra-draw";
import { TerraDrawMapLibreGLAdapter } from "terra-draw-maplibre-gl-adapter";
import { boundsOf, MapFrame } from "../map/frame";
import type { Palette } from "../map/palette";
import type { Area, Drawing, Place, Ring } from "./drawing";
import type { Neighbour } from "./exchange";
import type { Shown } from "./panel";
import { onLongPress } from "./long_press";
import { Snapper } from "./snapping";

const SNAP_PX = 12;
const PICK_PX = 16;
const TOUCH_PX = 24;
// Of the sphere of the maps, along the equator, in tiles of 512 pixels.
const METRES_PER_PIXEL_AT_0 = 78_271.517;
const PRECISION = 9;
type Hex = `#${string}`;
export type Mode = "select" | "polygon" | "linestring";

export class WorkshopMap {
  private readonly frame: MapFrame;
  private readonly snapper: Snapper;
  private draw: TerraDraw | null = null;
  private streets: string[] = [];
  private shown: Shown = { faults: [], spots: [], bordering: [] };
  private chosen: Place | null = null;
  private previewed: Area[] = [];
  private isReading = false;
  private isHeld = false;
  private cut: ((line: Place[]) => void) | null = null;

  /** Raises when the browser has no WebGL. */
  constructor(
    element: HTMLElement,
    private readonly drawing: Drawing,
    neighbours: readonly Neighbour[],
    private readonly pick: (place: Place) => void,
    private readonly remove: () => void,
    private readonly modeChanged: (mode: Mode) => void,
  ) {
    this.snapper = new Snapper(neighbours.map((each) => each.area));
    this.frame = new MapFrame(element, {
      bounds: () => boundsOfArea(drawing.current.area) ?? boundsOf(element),
      title: "Carte de l'atelier",
      fitTitle: "Cadrer le secteur",
      draw: (map, palette) => this.build(map, palette),
    });
    this.frame.map.on("click", ({ point }) => this.pickNear(point));
    element.addEventListener("pointerdown", () => {
      this.isHeld = true;
    });
    onLongPress(element, (x, y) => {
      const place = this.isDrawing ? undefined : this.near(x, y, TOUCH_PX);
      if (place) {
        this.pick(place);
        this.remove();
      }
      return place !== undefined;
    });
    for (const ending of ["pointerup", "pointercancel"]) {
      addEventListener(ending, () => {
        this.isHeld = false;
      });
    }
    drawing.onChange(() => {
      this.showAreas();
      if (!this.isReading) this.load();
    });
  }

  get isDrawing(): boolean {
    return (this.draw?.getMode() ?? "select") !== "select";
  }

  /** Whether another drawing would be taken from under somebody's hands. */
  get isInUse(): boolean {
    return this.isHeld || this.isDrawing;
  }

  recolour(): void {
    this.draw?.stop();
    this.draw = null;
    this.frame.recolour();
  }

  approach(place: Place): void {
    this.frame.approach(place);
  }

  show(shown: Shown): void {
    this.shown = shown;
    this.showFaults();
  }

  /** Show borders as they would be. */
  preview(areas: Area[]): void {
    this.previewed = areas;
    this.put("preview", areas.map(polygon));
  }

  choose(place: Place | null): void {
    this.chosen = place;
    this.put("chosen", place ? [point(place)] : []);
  }

  /** Draw a contour that takes the place of the area's, or leave off drawing it. */
  toggleContour(): void {
    this.enter(this.draw?.getMode() === "polygon" ? "select" : "polygon");
  }

  /** Draw a line, or leave off drawing it. */
  toggleLine(cut: (line: Place[]) => void): void {
    this.cut = cut;
    this.enter(this.draw?.getMode() === "linestring" ? "select" : "linestring");
  }

  /** End what is being drawn, as its key does, and return the mode that remains: there may be too few points. */
  finishDrawing(): Mode {
    let hasFinished = false;
    const note = () => {
      hasFinished = true;
    };
    this.draw?.on("finish", note);
    this.frame.map.getCanvas().dispatchEvent(new KeyboardEvent("keyup", { key: "Enter" }));
    this.draw?.off("finish", note);
    return hasFinished ? "select" : ((this.draw?.getMode() ?? "select") as Mode);
  }

  /** Leave off drawing; the area is as it was. */
  leaveDrawing(): void {
    if (this.isDrawing) this.enter("select");
  }

  private enter(mode: Mode): void {
    this.draw?.setMode(mode);
    if (mode === "select") this.load();
    this.modeChanged(mode);
  }

  private build(map: MapLibre, palette: Palette): void {
    this.streets = map.getStyle().layers.map((layer) => layer.id).filter((id) => id.startsWith("street-"));
    for (const name of ["areas", "faults", "preview", "chosen"]) map.addSource(name, { type: "geojson", data: collection([]) });
    const accent = palette.get("accent");
    map.addLayer({ id: "areas", type: "fill", source: "areas", paint: { "fill-color": accent, "fill-opacity": 0.14 } });
    map.addLayer({ id: "areas-edge", type: "line", source: "areas", paint: { "line-color": accent, "line-width": 2 } });
    map.addLayer({ id: "faults", type: "fill", source: "faults", paint: { "fill-color": palette.get("red"), "fill-opacity": 0.45 } });
    map.addLayer({ id: "faults-edge", type: "line", source: "faults", paint: { "line-color": palette.get("red"), "line-width": 2 } });
    map.addLayer({
      id: "problem",
      type: "circle",
      source: "faults",
      filter: ["==", ["geometry-type"], "Point"],
      paint: { "circle-radius": 10, "circle-color": palette.get("red"), "circle-opacity": 0.6 },
    });
    map.addLayer({
      id: "preview",
      type: "line",
      source: "preview",
      paint: { "line-color": palette.get("amber"), "line-width": 3, "line-dasharray": [2, 1.5] },
    });
    map.addLayer({
      id: "chosen",
      type: "circle",
      source: "chosen",
      paint: { "circle-radius": 11, "circle-opacity": 0, "circle-stroke-width": 3, "circle-stroke-color": palette.get("amber") },
    });
    this.draw = this.start(map, palette);
    this.showAreas();
    this.showFaults();
    this.preview(this.previewed);
    this.choose(this.chosen);
    this.load();
  }

  private start(map: MapLibre, palette: Palette): TerraDraw {
    const snapping = { toCustom: ({ lng, lat }: { lng: number; lat: number }) => this.snap([lng, lat]) };
    const [accent, surface, amber] = ["accent", "surface", "amber"].map((token) => palette.get(token) as Hex) as [Hex, Hex, Hex];
    const vertex = { selectionPointColor: surface, selectionPointOutlineColor: accent, selectionPointOutlineWidth: 2, selectionPointWidth: 5 };
    const midway = { midPointColor: accent, midPointOutlineColor: surface, midPointOutlineWidth: 1, midPointWidth: 3 };
    const coordinates = { draggable: true, deletable: true, midpoints: { draggable: true }, snappable: snapping };
    const draw = new TerraDraw({
      adapter: new TerraDrawMapLibreGLAdapter({ map, coordinatePrecision: PRECISION }),
      modes: [
        new TerraDrawSelectMode({
          // No key takes a whole contour away.
          keyEvents: null,
          allowManualDeselection: false,
          flags: { polygon: { feature: { draggable: false, coordinates } } },
          styles: { selectedPolygonColor: accent, selectedPolygonFillOpacity: 0, selectedPolygonOutlineColor: accent, selectedPolygonOutlineWidth: 3, ...vertex, ...midway },
        }),
        new TerraDrawPolygonMode({ snapping, styles: { fillColor: accent, fillOpacity: 0, outlineColor: accent, outlineWidth: 3 } }),
        new TerraDrawLineStringMode({ snapping, styles: { lineStringColor: amber, lineStringWidth: 3 } }),
      ],
    });
    draw.start();
    draw.on("finish", (id, { mode }) => {
      if (mode === "select") this.read();
      else this.finish(mode, draw.getSnapshotFeature(id));
    });
    return draw;
  }

  /** Put the rings of the area under the tool, each as a contour of its own: it knows no holes. */
  private load(): void {
    const { draw } = this;
    if (!draw) return;
    draw.setMode("select");
    draw.clear();
    const rings = (this.drawing.current.area ?? []).flatMap((part, partAt) => part.map((ring, ringAt) => ({ ring, partAt, ringAt })));
    const features = rings.map(({ ring, partAt, ringAt }) => ({
      id: draw.getFeatureId(),
      type: "Feature" as const,
      geometry: { type: "Polygon" as const, coordinates: [ring] },
      properties: { mode: "polygon", part: partAt, ring: ringAt },
    }));
    draw.addFeatures(features);
    const at = this.chosen;
    const first = features.find(({ geometry }) => at && geometry.coordinates[0]?.some(([lon, lat]) => lon === at[0] && lat === at[1]));
    const selected = first ?? features[0];
    if (selected) draw.selectFeature(selected.id);
  }

  /** Take over what was done to the contours by hand. */
  private read(): void {
    const area: Area = [];
    for (const { geometry, properties } of this.draw?.getSnapshot() ?? []) {
      if (geometry.type !== "Polygon" || properties.part === undefined) continue;
      const part = Number(properties.part);
      area[part] ??= [];
      area[part][Number(properties.ring)] = geometry.coordinates[0] as Ring;
    }
    const moved = changedPlace(this.drawing.current.area, area);
    this.isReading = true;
    this.drawing.redraw(area);
    this.isReading = false;
    if (moved) this.pick(moved);
  }

  private finish(mode: string, feature: GeoJSONStoreFeatures | undefined): void {
    // Once the tool has ended its own work on the contour.
    queueMicrotask(() => {
      this.enter("select");
      if (mode === "polygon" && feature?.geometry.type === "Polygon") this.drawing.redraw([feature.geometry.coordinates as Ring[]]);
      if (mode === "linestring" && feature?.geometry.type === "LineString") this.cut?.(feature.geometry.coordinates as Place[]);
    });
  }

  private snap(at: Place): Place | undefined {
    const { map } = this.frame;
    const withinM = (SNAP_PX * METRES_PER_PIXEL_AT_0 * Math.cos((at[1] * Math.PI) / 180)) / 2 ** map.getZoom();
    const { x, y } = map.project(at);
    const around: [[number, number], [number, number]] = [[x - SNAP_PX, y - SNAP_PX], [x + SNAP_PX, y + SNAP_PX]];
    const streets = map.queryRenderedFeatures(around, { layers: this.streets }).flatMap(({ geometry }) => lines(geometry));
    const found = this.snapper.find(at, withinM, streets);
    return found && [Number(found[0].toFixed(PRECISION)), Number(found[1].toFixed(PRECISION))];
  }

  private pickNear({ x, y }: { x: number; y: number }): void {
    if (this.draw?.getMode() !== "select") return;
    const place = this.near(x, y, PICK_PX);
    if (place) this.pick(place);
  }

  /** The vertex that is nearest on the screen, within so many pixels. */
  private near(x: number, y: number, withinPx: number): Place | undefined {
    let best: Place | undefined;
    let least = withinPx;
    for (const place of (this.drawing.current.area ?? []).flat(2)) {
      const at = this.frame.map.project(place);
      const pixels = Math.hypot(at.x - x, at.y - y);
      if (pixels < least) [best, least] = [place, pixels];
    }
    return best;
  }

  private showAreas(): void {
    this.put("areas", this.drawing.all.flatMap(({ area }) => (area ? [polygon(area)] : [])));
  }

  private showFaults(): void {
    const { faults, spots } = this.shown;
    this.put("faults", [...faults.map((fault) => polygon(fault.area)), ...spots.map((spot) => point(spot.at))]);
  }

  private put(name: string, features: Feature[]): void {
    this.frame.map.getSource<GeoJSONSource>(name)?.setData(collection(features));
  }
}

function changedPlace(before: Area | null, after: Area): Place | undefined {
  const former = new Set((before ?? []).flat(2).map((place) => place.join()));
  return after.flat(2).find((place) => !former.has(place.join()));
}

function boundsOfArea(area: Area | null): LngLatBoundsLike | null {
  const places = area?.flat(2) ?? [];
  if (!places.length) return null;
  const [lons, lats] = [places.map(([lon]) => lon), places.map(([, lat]) => lat)];
  const least = (values: number[]) => values.reduce((one, other) => Math.min(one, other));
  const most = (values: number[]) => values.reduce((one, other) => Math.max(one, other));
  return [least(lons), least(lats), most(lons), most(lats)];
}

function lines(geometry: Geometry): Place[][] {
  if (geometry.type === "LineString") return [geometry.coordinates as Place[]];
  return geometry.type === "MultiLineString" ? (geometry.coordinates as Place[][]) : [];
}

const polygon = (area: Area): Feature => ({ type: "Feature", properties: {}, geometry: { type: "MultiPolygon", coordinates: area } });
const point = (place: Place): Feature => ({ type: "Feature", properties: {}, geometry: { type: "Point", coordinates: place } });
const collection = (features: Feature[]): FeatureCollection => ({ type: "FeatureCollection", features });
