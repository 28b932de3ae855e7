/** The map of the day: drawn by WebGL from our own tiles, told by the rows of the page. */

import maplibre, { type LngLatBounds, type LngLatBoundsLike, type Map as MapLibre } from "maplibre-gl";
import type { Row, Rows } from "../page/rows";
import { boundsOf, followPointer, MapFrame } from "./frame";
import type { PreviewRound } from "../plan/preview";
import { Palette } from "./palette";
import { type DayFeatures, draft, readRoutes, type SentFeature, sortFeatures } from "./plan_features";
import { addDay, LAYERS_TO_PICK, markPlace, replaceDay, showDay, type Shown } from "./plan_layers";

export class DayMap {
  private readonly frame: MapFrame;
  private features: DayFeatures | null = null;
  private drafted: PreviewRound[] = [];
  private shown: Shown;
  private hovered: Row | null = null;
  private picked: Row | null = null;

  /** Draw the ground, and the day over it unless `sent` is null. Raises when the browser has no WebGL. */
  constructor(
    private readonly element: HTMLElement,
    private readonly rows: Rows,
    private sent: SentFeature[] | null,
    shown: Omit<Shown, "picked">,
  ) {
    this.shown = { ...shown, picked: "" };
    this.features = sent && sortFeatures(sent, readRoutes(document), rows);
    this.frame = new MapFrame(element, {
      bounds: () => this.boundsOfDay(),
      title: "Carte des tournées",
      fitTitle: "Cadrer toute la tournée",
      draw: (map, palette) => this.drawDay(map, palette),
    });
    const rowOf = (properties: Record<string, unknown> | null) => this.rowOf(properties?.key);
    for (const layer of LAYERS_TO_PICK) {
      followPointer(
        this.map,
        layer,
        (properties) => rows.hover(rowOf(properties)),
        (properties) => rows.pick(rowOf(properties)),
      );
    }
    rows.onHover((row) => this.hover(row));
    rows.onPick((row) => this.pick(row));
  }

  show(part: Partial<Shown>): void {
    this.shown = { ...this.shown, ...part };
    if (this.isDrawn) showDay(this.map, this.shown);
    if (part.crew !== undefined) this.fit();
  }

  /** The plan of the day is another one: draw it in the place of the one before; the map stays where it is. */
  redraw(sent: SentFeature[]): void {
    this.sent = sent;
    this.features = sortFeatures(sent, readRoutes(document), this.rows);
    if (this.isDrawn) {
      replaceDay(this.map, draft(this.features, this.drafted));
      if (this.picked) markPlace(this.map, this.picked, "picked", true);
    } else if (this.map.isStyleLoaded()) this.drawDay(this.map, new Palette());
  }

  /** The rows tell something else of the homes that are drawn. */
  remark(): void {
    if (this.sent) this.redraw(this.sent);
  }

  /** Draw rounds that are still being looked for, in straight lines from home to home; none ends it. */
  preview(rounds: PreviewRound[]): void {
    this.drafted = rounds;
    if (this.isDrawn && this.features) replaceDay(this.map, draft(this.features, rounds));
  }

  recolour(): void {
    this.frame.recolour();
  }

  resize(): void {
    this.frame.resize();
  }

  /** Frame all that is shown. */
  fit(): void {
    this.frame.fit();
  }

  private get map(): MapLibre {
    return this.frame.map;
  }

  private get isDrawn(): boolean {
    return this.map.getSource("homes") !== undefined;
  }

  /** Bounds of what is shown, or of the commune when nothing is. */
  private boundsOfDay(): LngLatBoundsLike {
    const bounds = new maplibre.LngLatBounds();
    if (this.features) this.extendOver(this.features, bounds);
    return bounds.isEmpty() ? boundsOf(this.element) : bounds;
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

  private drawDay(map: MapLibre, palette: Palette): void {
    if (!this.features) return;
    addDay(map, palette, draft(this.features, this.drafted));
    showDay(map, this.shown);
    if (this.picked) markPlace(map, this.picked, "picked", true);
    this.element.dataset.state = "ready";
  }

  private rowOf(key: unknown): Row | null {
    return (typeof key === "string" && this.rows.get(key)) || null;
  }

  private hover(row: Row | null): void {
    if (!this.isDrawn) return;
    if (this.hovered) markPlace(this.map, this.hovered, "hovered", false);
    if (row) markPlace(this.map, row, "hovered", true);
    this.hovered = row;
  }

  private pick(row: Row | null): void {
    if (this.picked && this.isDrawn) markPlace(this.map, this.picked, "picked", false);
    this.picked = row;
    // The detail may just have taken room from the map, or given it back.
    this.map.resize();
    if (!row || !this.isDrawn) return;
    markPlace(this.map, row, "picked", true);
    this.show({ picked: row.key });
    const { homes, stays } = this.features ?? {};
    const feature = [...(homes?.features ?? []), ...(stays?.features ?? [])].find(({ properties }) => properties.key === row.key);
    if (feature) this.frame.approach(feature.geometry.coordinates as [number, number]);
  }
}

/** Ask the site for what the map draws of the day. */
export async function askFeatures(address: string): Promise<SentFeature[]> {
  const answer = await fetch(address, { headers: { accept: "application/geo+json" } });
  if (!answer.ok) throw new Error(`the plan's drawing answered ${answer.status}`);
  const { features } = (await answer.json()) as { features: SentFeature[] };
  return features;
}
