/** The vacant homes of a day, from tiles of our own that no browser keeps; far away, groups with how many they are. */

import type { ExpressionSpecification, LayerSpecification, Map as MapLibre } from "maplibre-gl";
import maplibre from "maplibre-gl";
import type { Row, Rows } from "../page/rows";
import { BOLD } from "./basemap";
import { boundsOf, followPointer, MapFrame } from "./frame";
import type { Palette } from "./palette";

const SOURCE = "vacant";
const HOMES = { source: SOURCE, sourceLayer: "home" };
const DEEPEST_TILE = 16;
const STEP_INTO_GROUP = 2;
const FOUND_ZOOM = 17;
const RECENCIES = ["passed", "due", "overdue", "not-started", "anomaly"];

export class HomesMap {
  private readonly frame: MapFrame;
  private hovered: number | null = null;
  private picked: number | null = null;
  private readonly found: maplibre.Marker;

  /** `filters` narrows the homes, as the query of the page does. Raises when the browser has no WebGL. */
  constructor(
    private readonly element: HTMLElement,
    private readonly rows: Rows,
    private filters: string,
  ) {
    this.frame = new MapFrame(element, {
      bounds: () => boundsOf(element),
      title: "Carte des logements vacants",
      fitTitle: "Cadrer toute la commune",
      draw: (map, palette) => this.draw(map, palette),
    });
    this.found = new maplibre.Marker({ element: flag() });
    this.follow();
  }

  /** Show other homes: the tiles of the filters before are thrown away. */
  narrow(filters: string): void {
    this.filters = filters;
    const source = this.frame.map.getSource(SOURCE);
    if (source?.type === "vector") (source as maplibre.VectorTileSource).setTiles([this.address()]);
  }

  recolour(): void {
    this.frame.recolour();
  }

  resize(): void {
    this.frame.resize();
  }

  fit(): void {
    this.frame.fit();
  }

  /** Go to an address that was looked for. */
  showPlace(place: [number, number]): void {
    this.found.setLngLat(place).addTo(this.frame.map);
    this.frame.map.jumpTo({ center: place, zoom: FOUND_ZOOM });
  }

  private address(): string {
    const address = new URL(this.element.dataset.homes ?? "", location.href).href.replace(/%7B/g, "{").replace(/%7D/g, "}");
    return this.filters ? `${address}?${this.filters}` : address;
  }

  private draw(map: MapLibre, palette: Palette): void {
    map.addSource(SOURCE, { type: "vector", tiles: [this.address()], minzoom: 7, maxzoom: DEEPEST_TILE });
    for (const layer of layers(palette)) map.addLayer(layer);
    if (this.picked !== null) this.mark(this.picked, "picked", true);
    map.once("idle", () => {
      this.element.dataset.state = "ready";
    });
  }

  private follow(): void {
    const { map } = this.frame;
    // Vector tiles give the key of a home as the identifier of its feature.
    const idAt = (point: maplibre.Point) => map.queryRenderedFeatures(point, { layers: ["home"] })[0];
    map.on("mousemove", "home", (event) => {
      map.getCanvas().style.cursor = "pointer";
      const { id } = event.features?.[0] ?? {};
      this.rows.hover(typeof id === "number" ? this.rows.rowOrStranger("home", id) : null);
    });
    map.on("mouseleave", "home", () => {
      map.getCanvas().style.cursor = "";
      this.rows.hover(null);
    });
    map.on("click", "home", (event) => {
      const feature = idAt(event.point);
      if (!feature || typeof feature.id !== "number" || feature.geometry.type !== "Point") return;
      this.rows.pick(this.rows.rowOrStranger("home", feature.id));
    });
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
    const place = this.placeOf(row.id);
    if (place) this.frame.approach(place);
  }

  /** Where a home is, when a tile that was asked for has it: no other answer of the site tells it. */
  private placeOf(id: number): [number, number] | null {
    const feature = this.frame.map
      .querySourceFeatures(SOURCE, { sourceLayer: "home" })
      .find((one) => one.id === id && one.geometry.type === "Point");
    return feature?.geometry.type === "Point" ? (feature.geometry.coordinates as [number, number]) : null;
  }

  private mark(id: number, state: "hovered" | "picked", isOn: boolean): void {
    if (this.frame.map.getSource(SOURCE)) this.frame.map.setFeatureState({ ...HOMES, id }, { [state]: isOn });
  }
}

function layers(palette: Palette): LayerSpecification[] {
  const is = (state: string): ExpressionSpecification => ["boolean", ["feature-state", state], false];
  const colourOfState: ExpressionSpecification = [
    "match", ["get", "recency"],
    ...RECENCIES.flatMap((recency) => [recency, palette.get(`recency-${recency}`)]),
    palette.get("ink"),
  ] as unknown as ExpressionSpecification;
  const homes = { source: SOURCE, "source-layer": "home" };
  const groups = { source: SOURCE, "source-layer": "group" };
  return [
    {
      id: "home-halo",
      type: "circle",
      ...homes,
      paint: {
        "circle-radius": ["case", is("picked"), 21, 17],
        "circle-color": palette.get("accent"),
        "circle-opacity": ["case", is("picked"), 0.45, is("hovered"), 0.3, 0],
        "circle-stroke-color": palette.get("ink"),
        "circle-stroke-width": ["case", is("picked"), 2, 0],
      },
    },
    {
      id: "home-due",
      type: "circle",
      ...homes,
      filter: [">", ["get", "due"], 0],
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["zoom"], 11, 8, 13, 10, 16, 14],
        "circle-color": palette.get("surface"),
        "circle-opacity": 0.6,
        "circle-stroke-color": palette.get("ink"),
        "circle-stroke-width": 1.5,
      },
    },
    {
      id: "home",
      type: "symbol",
      ...homes,
      layout: {
        "icon-image": ["concat", "recency-", ["get", "recency"]],
        "icon-size": ["interpolate", ["linear"], ["zoom"], 11, 0.44, 13, 0.54, 16, 0.76],
        "icon-allow-overlap": true,
        "icon-ignore-placement": true,
      },
    },
    {
      id: "group",
      type: "circle",
      ...groups,
      paint: {
        "circle-radius": ["interpolate", ["linear"], ["get", "homes"], 2, 13, 50, 24],
        "circle-color": palette.get("surface"),
        "circle-stroke-color": colourOfState,
        "circle-stroke-width": 4,
      },
    },
    {
      id: "group-count",
      type: "symbol",
      ...groups,
      layout: {
        "text-field": ["to-string", ["get", "homes"]],
        "text-font": BOLD,
        "text-size": 13,
        "text-allow-overlap": true,
        "text-ignore-placement": true,
      },
      paint: { "text-color": palette.get("ink") },
    },
  ];
}

function flag(): HTMLElement {
  const element = document.createElement("div");
  element.className = "found-place";
  return element;
}
