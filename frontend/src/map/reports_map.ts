/** The relayed reports at their exact places, for the police; far away, groups with how many they are. */

import type { ExpressionSpecification, GeoJSONSource, LayerSpecification, Map as MapLibre } from "maplibre-gl";
import type { Row, Rows } from "../page/rows";
import { BOLD } from "./basemap";
import { boundsOf, followPointer, MapFrame } from "./frame";
import type { Palette } from "./palette";

const SOURCE = "reports";
const STEP_INTO_GROUP = 2;
const DEEPEST_GROUP = 14;
const GROUP_PX = 36;
const OMITTED = "omission";

export class ReportsMap {
  private readonly frame: MapFrame;
  private readonly places = new Map<number, [number, number]>();
  private hovered: number | null = null;
  private picked: number | null = null;

  /** `filters` narrows the reports, as the query of the page does. Raises when the browser has no WebGL. */
  constructor(
    private readonly element: HTMLElement,
    private readonly rows: Rows,
    private filters: string,
  ) {
    this.frame = new MapFrame(element, {
      bounds: () => boundsOf(element),
      title: "Carte des signalements relayés",
      fitTitle: "Cadrer toute la commune",
      draw: (map, palette) => this.draw(map, palette),
    });
    this.follow();
  }

  narrow(filters: string): void {
    this.filters = filters;
    void this.read();
  }

  recolour(): void {
    this.frame.recolour();
  }

  resize(): void {
    this.frame.resize();
  }

  private draw(map: MapLibre, palette: Palette): void {
    const none = { type: "FeatureCollection" as const, features: [] };
    map.addSource(SOURCE, {
      type: "geojson",
      data: none,
      promoteId: "id",
      cluster: true,
      clusterRadius: GROUP_PX,
      clusterMaxZoom: DEEPEST_GROUP,
    });
    for (const layer of layers(palette)) map.addLayer(layer);
    void this.read();
  }

  private async read(): Promise<void> {
    const asked = this.filters;
    const address = this.element.dataset.reports ?? "";
    const answer = await fetch(asked ? `${address}?${asked}` : address).catch(() => null);
    if (!answer?.ok || asked !== this.filters) return;
    const told = (await answer.json()) as GeoJSON.FeatureCollection<GeoJSON.Point, { id: number }>;
    this.places.clear();
    for (const { properties, geometry } of told.features) {
      this.places.set(properties.id, geometry.coordinates as [number, number]);
    }
    this.frame.map.getSource<GeoJSONSource>(SOURCE)?.setData(told);
    if (this.picked !== null) this.mark(this.picked, "picked", true);
    this.frame.map.once("idle", () => {
      this.element.dataset.state = "ready";
    });
  }

  private follow(): void {
    const { map } = this.frame;
    followPointer(
      map,
      "report",
      (told) => this.rows.hover(told ? this.rows.rowOrStranger("report", Number(told.id)) : null),
      (told) => this.rows.pick(this.rows.rowOrStranger("report", Number(told.id))),
    );
    followPointer(
      map,
      "group",
      () => {},
      (_, place) => map.easeTo({ center: place, zoom: map.getZoom() + STEP_INTO_GROUP }),
    );
    this.rows.onHover((row) => {
      if (this.hovered !== null) this.mark(this.hovered, "hovered", false);
      this.hovered = row?.id ?? null;
      if (row) this.mark(row.id, "hovered", true);
    });
    this.rows.onPick((row) => this.pick(row));
  }

  private pick(row: Row | null): void {
    if (this.picked !== null) this.mark(this.picked, "picked", false);
    this.picked = row?.id ?? null;
    // The detail may just have taken room from the map, or given it back.
    this.resize();
    if (!row) return;
    this.mark(row.id, "picked", true);
    const place = this.places.get(row.id);
    if (place) this.frame.approach(place);
  }

  private mark(id: number, state: "hovered" | "picked", isOn: boolean): void {
    if (this.frame.map.getSource(SOURCE)) this.frame.map.setFeatureState({ source: SOURCE, id }, { [state]: isOn });
  }
}

function layers(palette: Palette): LayerSpecification[] {
  const is = (state: string): ExpressionSpecification => ["boolean", ["feature-state", state], false];
  const isOne: ExpressionSpecification = ["!", ["has", "point_count"]];
  return [
    {
      id: "report-halo",
      type: "circle",
      source: SOURCE,
      filter: isOne,
      paint: {
        "circle-radius": ["case", is("picked"), 21, 17],
        "circle-color": palette.get("accent"),
        "circle-opacity": ["case", is("picked"), 0.45, is("hovered"), 0.3, 0],
        "circle-stroke-color": palette.get("ink"),
        "circle-stroke-width": ["case", is("picked"), 2, 0],
      },
    },
    {
      id: "report-patrol",
      type: "circle",
      source: SOURCE,
      filter: ["all", isOne, ["get", "patrol"]],
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 11, 8, 13, 10, 16, 14],
        "circle-color": palette.get("surface"),
        "circle-opacity": 0.6,
        "circle-stroke-color": palette.get("ink"),
        "circle-stroke-width": 1.5,
      },
    },
    {
      id: "report",
      type: "symbol",
      source: SOURCE,
      filter: isOne,
      layout: {
        "icon-image": ["case", ["==", ["get", "mark"], OMITTED], OMITTED, ["concat", "recency-", ["get", "mark"]]],
        "icon-size": ["interpolate", ["linear"], ["zoom"], 11, 0.44, 13, 0.54, 16, 0.76],
        "icon-allow-overlap": true,
        "icon-ignore-placement": true,
      },
    },
    {
      id: "group",
      type: "circle",
      source: SOURCE,
      filter: ["has", "point_count"],
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["get", "point_count"], 2, 13, 50, 24],
        "circle-color": palette.get("surface"),
        "circle-stroke-color": palette.get("ink"),
        "circle-stroke-width": 3,
      },
    },
    {
      id: "group-count",
      type: "symbol",
      source: SOURCE,
      filter: ["has", "point_count"],
      layout: {
        "text-field": ["to-string", ["get", "point_count"]],
        "text-font": BOLD,
        "text-size": 13,
        "text-allow-overlap": true,
        "text-ignore-placement": true,
      },
      paint: { "text-color": palette.get("ink") },
    },
  ];
}
