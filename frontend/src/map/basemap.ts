/** The basemap: pale land, white streets by class, names drawn by the browser's own fonts (no glyph server). */

import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";
import type { Palette } from "./palette";

// MapLibre reads the weight from the first name; the browser falls through to the first family that exists.
const FAMILIES = ["system-ui", "Segoe UI", "Roboto", "Noto Sans", "Liberation Sans", "sans-serif"];
export const REGULAR = ["Ronde Regular", ...FAMILIES];
export const MEDIUM = ["Ronde Medium", ...FAMILIES];
export const BOLD = ["Ronde Bold", ...FAMILIES];

const DEEPEST_TILE = 17;

export interface TileAddresses {
  ground: string;
  sectors: string;
}

/** Width in pixels at zooms 12, 15 and 18, growing by half again in between. */
function widthByZoom(at12: number, at15: number, at18: number): ExpressionSpecification {
  return ["interpolate", ["exponential", 1.5], ["zoom"], 12, at12, 15, at15, 18, at18];
}

interface StreetClass {
  names: string[];
  width: [number, number, number];
  isMajor: boolean;
}

// From the least to the most important: a later one is drawn over an earlier one.
const STREETS: StreetClass[] = [
  { names: ["service"], width: [0, 1.6, 6], isMajor: false },
  { names: ["minor", "pedestrian"], width: [0.7, 3.6, 15], isMajor: false },
  { names: ["tertiary"], width: [1.2, 5, 18], isMajor: false },
  { names: ["secondary"], width: [1.8, 6, 20], isMajor: true },
  { names: ["primary"], width: [2.4, 7, 22], isMajor: true },
  { names: ["motorway"], width: [3, 8, 24], isMajor: true },
];

export function makeBasemap(palette: Palette, tiles: TileAddresses): StyleSpecification {
  const source = (address: string) => ({
    type: "vector" as const,
    tiles: [new URL(address, location.href).href.replace(/%7B/g, "{").replace(/%7D/g, "}")],
    minzoom: 7,
    maxzoom: DEEPEST_TILE,
  });
  return {
    version: 8,
    sources: { ground: source(tiles.ground), sectors: source(tiles.sectors) },
    layers: [
      { id: "background", type: "background", paint: { "background-color": palette.get("map-land") } },
      ...landLayers(palette),
      ...streetLayers(palette),
      ...sectorLayers(palette),
      ...labelLayers(palette),
    ],
  };
}

function landLayers(palette: Palette): LayerSpecification[] {
  const ground = { source: "ground", "source-layer": "land" };
  const isArea: ExpressionSpecification = ["==", ["geometry-type"], "Polygon"];
  const isLine: ExpressionSpecification = ["==", ["geometry-type"], "LineString"];
  const ofKind = (kind: string): ExpressionSpecification => ["==", ["get", "kind"], kind];
  return [
    { id: "green", type: "fill", ...ground, filter: ["all", ofKind("green"), isArea], paint: { "fill-color": palette.get("map-green") } },
    { id: "water", type: "fill", ...ground, filter: ["all", ofKind("water"), isArea], paint: { "fill-color": palette.get("map-water") } },
    {
      id: "stream",
      type: "line",
      ...ground,
      filter: ["all", ofKind("water"), isLine],
      paint: { "line-color": palette.get("map-water"), "line-width": widthByZoom(0.8, 2.5, 8) },
    },
    {
      id: "building",
      type: "fill",
      source: "ground",
      "source-layer": "building",
      minzoom: 14.5,
      paint: {
        "fill-color": palette.get("map-building"),
        "fill-outline-color": palette.get("map-building-edge"),
        "fill-opacity": ["interpolate", ["linear"], ["zoom"], 14.5, 0, 15.5, 1],
      },
    },
    {
      id: "rail",
      type: "line",
      ...ground,
      filter: ofKind("rail"),
      paint: { "line-color": palette.get("map-rail"), "line-width": widthByZoom(0.8, 1.6, 3) },
    },
    {
      id: "rail-sleepers",
      type: "line",
      ...ground,
      filter: ofKind("rail"),
      minzoom: 13,
      paint: { "line-color": palette.get("map-rail"), "line-width": widthByZoom(2, 5, 9), "line-dasharray": [0.25, 2] },
    },
  ];
}

function streetLayers(palette: Palette): LayerSpecification[] {
  const ground = { source: "ground", "source-layer": "street" };
  const round = { "line-cap": "round", "line-join": "round" } as const;
  const classIn = (names: string[]): ExpressionSpecification => ["in", ["get", "class"], ["literal", names]];
  const path: LayerSpecification = {
    id: "path",
    type: "line",
    ...ground,
    minzoom: 14,
    filter: classIn(["path"]),
    paint: { "line-color": palette.get("map-path"), "line-width": widthByZoom(0.5, 1, 3), "line-dasharray": [2, 1.5] },
  };
  const casings = STREETS.map(
    ({ names, width: [at12, at15, at18], isMajor }): LayerSpecification => ({
      id: `casing-${names[0]}`,
      type: "line",
      ...ground,
      layout: round,
      filter: classIn(names),
      paint: {
        "line-color": palette.get(isMajor ? "map-major-casing" : "map-street-casing"),
        "line-width": widthByZoom(at12 + 0.8, at15 + 1.4, at18 + 2),
      },
    }),
  );
  const fills = STREETS.map(
    ({ names, width, isMajor }): LayerSpecification => ({
      id: `street-${names[0]}`,
      type: "line",
      ...ground,
      layout: round,
      filter: classIn(names),
      paint: { "line-color": palette.get(isMajor ? "map-major" : "map-street"), "line-width": widthByZoom(...width) },
    }),
  );
  return [path, ...casings, ...fills];
}

function sectorLayers(palette: Palette): LayerSpecification[] {
  const colour = palette.get("map-sector");
  return [
    {
      id: "commune",
      type: "line",
      source: "ground",
      "source-layer": "commune",
      paint: { "line-color": palette.get("map-commune"), "line-width": 1.4, "line-dasharray": [6, 2, 1, 2] },
    },
    {
      id: "sector-tint",
      type: "fill",
      source: "sectors",
      "source-layer": "sector",
      paint: {
        "fill-color": colour,
        "fill-opacity": ["interpolate", ["linear"], ["zoom"], 12, 0.045, 16, 0.015],
      },
    },
    {
      id: "sector-border",
      type: "line",
      source: "sectors",
      "source-layer": "sector_border",
      layout: { "line-join": "round" },
      paint: { "line-color": colour, "line-opacity": 0.75, "line-width": widthByZoom(1, 1.6, 2.4) },
    },
  ];
}

function labelLayers(palette: Palette): LayerSpecification[] {
  const halo = { "text-halo-color": palette.get("map-halo"), "text-halo-width": 1.6 };
  const streetNames = (id: string, minzoom: number, names: string[], size: number): LayerSpecification => ({
    id,
    type: "symbol",
    source: "ground",
    "source-layer": "street",
    minzoom,
    filter: ["all", ["has", "name"], ["in", ["get", "class"], ["literal", names]]],
    layout: {
      "symbol-placement": "line",
      "symbol-spacing": 320,
      "text-field": ["get", "name"],
      "text-font": REGULAR,
      "text-size": ["interpolate", ["linear"], ["zoom"], 13, size - 1.5, 18, size + 2],
      "text-max-angle": 38,
      "text-padding": 4,
    },
    paint: { "text-color": palette.get("map-label"), ...halo },
  });
  const landName = (kind: string): LayerSpecification => ({
    id: `${kind}-name`,
    type: "symbol",
    source: "ground",
    "source-layer": "land_label",
    minzoom: 12,
    filter: ["==", ["get", "kind"], kind],
    layout: { "text-field": ["get", "name"], "text-font": REGULAR, "text-size": 12, "text-max-width": 7 },
    paint: { "text-color": palette.get(`map-${kind}-label`), ...halo },
  });
  return [
    {
      id: "house-number",
      type: "symbol",
      source: "ground",
      "source-layer": "house_number",
      minzoom: 17,
      layout: { "text-field": ["get", "number"], "text-font": REGULAR, "text-size": 11, "text-padding": 1 },
      paint: { "text-color": palette.get("map-number"), "text-halo-color": palette.get("map-halo"), "text-halo-width": 1 },
    },
    landName("green"),
    landName("water"),
    streetNames("street-name-minor", 14.5, ["minor", "pedestrian", "service", "path"], 12),
    streetNames("street-name-tertiary", 13.5, ["tertiary"], 12.5),
    streetNames("street-name-major", 12.5, ["motorway", "primary", "secondary"], 13),
    {
      id: "sector-name",
      type: "symbol",
      source: "sectors",
      "source-layer": "sector_label",
      maxzoom: 16,
      layout: {
        "text-field": ["concat", ["get", "number"], " · ", ["get", "name"]],
        "text-font": MEDIUM,
        "text-size": ["interpolate", ["linear"], ["zoom"], 11, 11, 15, 15],
        "text-max-width": 8,
        "text-padding": 6,
      },
      paint: { "text-color": palette.get("map-sector-label"), ...halo },
    },
  ];
}
