/** What lies over the basemap: the rounds, the homes, the stays, the depots, and the halo of what is looked at. */

import type { ExpressionSpecification, FilterSpecification, GeoJSONSource, LayerSpecification, Map as MapLibre, SymbolLayerSpecification } from "maplibre-gl";
import { BOLD, MEDIUM } from "./basemap";
import type { Row } from "../page/rows";
import { dashOf, STYLES } from "./marks";
import type { Palette } from "./palette";
import type { DayFeatures } from "./plan_features";

const SLOT_PX = 11;
const LETTERS_FROM_ZOOM = 15.5;
const HOMES = "homes";
const STAYS = "stays";

const HOME_LAYERS = ["home-crowded", "home-crew", "home-recency"];
/** Layers that a pointer can pick a place on, the lowest first: what is drawn over another is what is picked. */
export const LAYERS_TO_PICK = ["stay", ...HOME_LAYERS];

export interface Shown {
  crew: string;
  colour: string;
  picked: string;
}

export function addDay(map: MapLibre, palette: Palette, features: DayFeatures): void {
  map.addSource("courses", { type: "geojson", data: features.courses });
  map.addSource("depots", { type: "geojson", data: features.depots });
  map.addSource(STAYS, { type: "geojson", data: features.stays, promoteId: "key" });
  map.addSource(HOMES, { type: "geojson", data: features.homes, promoteId: "key" });
  for (const layer of [...courseLayers(palette), ...homeLayers(palette)]) map.addLayer(layer);
}

/** Put other features in the layers that are there. */
export function replaceDay(map: MapLibre, { courses, homes, stays, depots }: DayFeatures): void {
  for (const [name, data] of Object.entries({ courses, depots, [STAYS]: stays, [HOMES]: homes })) {
    map.getSource<GeoJSONSource>(name)?.setData(data);
  }
}

/** Apply the crew filter and the colouring. */
export function showDay(map: MapLibre, { crew, colour, picked }: Shown): void {
  const ofCrew: FilterSpecification = crew ? ["==", ["get", "crew"], crew] : true;
  for (const style of STYLES) {
    const ofStyle: ExpressionSpecification = ["==", ["get", "style"], style];
    for (const layer of [`course-${style}`, `direction-${style}`]) map.setFilter(layer, both(ofStyle, ofCrew));
  }
  map.setFilter("course-casing", ofCrew);
  for (const layer of ["stay", "stay-halo"]) map.setFilter(layer, ofCrew);
  // A home left out belongs to no crew: it stays in sight whatever crew is looked at.
  const ofCrewOrNone: FilterSpecification = crew ? ["in", ["get", "crew"], ["literal", [crew, ""]]] : true;
  map.setFilter("home-halo", ofCrewOrNone);
  const isByCrew = colour === "equipage";
  const isPicked: ExpressionSpecification = ["==", ["get", "key"], picked];
  for (const layer of HOME_LAYERS) {
    map.setFilter(layer, ofCrewOrNone);
    map.setLayoutProperty(layer, "visibility", isByCrew === (layer !== "home-recency") ? "visible" : "none");
  }
  // Where marks may overlap, the picked home is drawn last; where they may not, it is placed first.
  for (const layer of ["home-crowded", "home-recency"]) {
    map.setLayoutProperty(layer, "symbol-sort-key", ["case", isPicked, 1, 0]);
  }
  map.setLayoutProperty("home-crew", "symbol-sort-key", ["case", isPicked, -1, ["get", "rank"]]);
}

const ifToCome = (words: string): ExpressionSpecification => ["case", ["==", ["get", "made"], ""], ["get", words], ""];

const both = (first: ExpressionSpecification, second: FilterSpecification): FilterSpecification =>
  ["all", first, second] as FilterSpecification;

export function markPlace(map: MapLibre, { kind, key }: Row, state: "hovered" | "picked", isOn: boolean): void {
  map.setFeatureState({ source: kind === "stay" ? STAYS : HOMES, id: key }, { [state]: isOn });
}

function courseLayers(palette: Palette): LayerSpecification[] {
  const width: ExpressionSpecification = ["interpolate", ["linear"], ["zoom"], 11, 2, 14, 3.4, 17, 5];
  // Kept to the right of the street's middle, a lane a crew: there and back, and two crews, stay apart.
  const offset: ExpressionSpecification = [
    "interpolate", ["linear"], ["zoom"],
    12, 0,
    15, ["+", 2, ["*", 3.4, ["get", "lane"]]],
    18, ["+", 4, ["*", 6, ["get", "lane"]]],
  ];
  const joined = { "line-join": "round" } as const;
  const courses = STYLES.map((style): LayerSpecification => {
    const dash = dashOf(style);
    return {
      id: `course-${style}`,
      type: "line",
      source: "courses",
      layout: { ...joined, "line-cap": dash ? "butt" : "round" },
      paint: {
        "line-color": palette.crew(style),
        "line-width": width,
        "line-offset": offset,
        ...(dash ? { "line-dasharray": dash } : {}),
      },
    };
  });
  const directions = STYLES.map(
    (style): LayerSpecification => ({
      id: `direction-${style}`,
      type: "symbol",
      source: "courses",
      minzoom: 13,
      layout: {
        "symbol-placement": "line",
        "symbol-spacing": 90,
        "icon-image": `arrow-${style}`,
        "icon-allow-overlap": true,
        "icon-ignore-placement": true,
        "icon-size": ["interpolate", ["linear"], ["zoom"], 13, 0.8, 17, 1.3],
        "icon-offset": ["match", ["get", "lane"], 0, ["literal", [0, 3]], 1, ["literal", [0, 6]], ["literal", [0, 9]]],
      },
    }),
  );
  const casing: LayerSpecification = {
    id: "course-casing",
    type: "line",
    source: "courses",
    layout: { ...joined, "line-cap": "round" },
    paint: {
      "line-color": palette.get("surface"),
      "line-opacity": 0.75,
      "line-width": ["interpolate", ["linear"], ["zoom"], 11, 4, 14, 6, 17, 8.5],
      "line-offset": offset,
    },
  };
  return [casing, ...courses, ...directions];
}

/** A word below a mark, where one is near enough to read it. */
function caption(property: string, below: number): SymbolLayerSpecification["layout"] {
  return {
    "text-field": ["step", ["zoom"], "", 13.5, ["get", property]],
    "text-font": MEDIUM,
    "text-size": 12.5,
    "text-anchor": "top",
    "text-offset": [0, below],
    "text-optional": true,
  };
}

/** Around what is looked at, under its mark. */
function haloLayer(id: string, source: string, palette: Palette): LayerSpecification {
  return {
    id,
    type: "circle",
    source,
    paint: {
      "circle-radius": ["case", ["boolean", ["feature-state", "picked"], false], 21, 17],
      "circle-color": palette.get("accent"),
      "circle-opacity": [
        "case",
        ["boolean", ["feature-state", "picked"], false], 0.45,
        ["boolean", ["feature-state", "hovered"], false], 0.3,
        0,
      ],
      "circle-stroke-color": palette.get("ink"),
      "circle-stroke-width": ["case", ["boolean", ["feature-state", "picked"], false], 2, 0],
    },
  };
}

function homeLayers(palette: Palette): LayerSpecification[] {
  const ink = palette.get("ink");
  const iconSize: ExpressionSpecification = ["interpolate", ["linear"], ["zoom"], 11, 0.54, 13, 0.66, 16, 0.92];
  const crowdedSize: ExpressionSpecification = ["interpolate", ["linear"], ["zoom"], 11, 0.34, 13, 0.42, 16, 0.6];
  const iconImage: ExpressionSpecification = [
    "match", ["get", "kind"],
    "stop", [
      "match", ["get", "made"],
      "", ["concat", "crew-", ["to-string", ["get", "style"]]],
      "anomaly", "recency-anomaly",
      "back", ["concat", "back-", ["to-string", ["get", "style"]]],
      ["concat", "made-", ["to-string", ["get", "style"]]],
    ],
    "omission", "omission",
    ["concat", "recency-", ["get", "recency"]],
  ];
  const beside = (unit: number): ExpressionSpecification => [
    "match", ["get", "slot"],
    -3, ["literal", [-3 * unit, 0]], -2, ["literal", [-2 * unit, 0]], -1, ["literal", [-unit, 0]],
    1, ["literal", [unit, 0]], 2, ["literal", [2 * unit, 0]], 3, ["literal", [3 * unit, 0]],
    ["literal", [0, 0]],
  ];
  const mark = { "icon-allow-overlap": true, "icon-ignore-placement": true, "icon-size": iconSize } as const;
  const captionPaint = { "text-color": ink, "text-halo-color": palette.get("map-halo"), "text-halo-width": 2 };
  return [
    haloLayer("home-halo", HOMES, palette),
    haloLayer("stay-halo", STAYS, palette),
    {
      id: "depot",
      type: "symbol",
      source: "depots",
      layout: {
        ...mark,
        "icon-image": "depot",
        "icon-size": 0.85,
        ...caption("name", 1.1),
      },
      paint: captionPaint,
    },
    {
      id: "stay",
      type: "symbol",
      source: STAYS,
      layout: {
        ...mark,
        "icon-image": ["concat", "stay-", ["to-string", ["get", "style"]]],
        ...caption("label", 1),
      },
      paint: captionPaint,
    },
    // Every home as a small mark, and over it the whole mark with its number where there is room: the first stops
    // come first, and zooming in makes room for the others.
    {
      id: "home-crowded",
      type: "symbol",
      source: HOMES,
      layout: { ...mark, "icon-size": crowdedSize, "icon-image": iconImage, "icon-offset": beside(2 * SLOT_PX) },
    },
    {
      id: "home-crew",
      type: "symbol",
      source: HOMES,
      layout: {
        "icon-size": iconSize,
        "icon-image": iconImage,
        "icon-padding": 0,
        "icon-offset": beside(1.5 * SLOT_PX),
        // A tick stands where the number of a stop was.
        "text-field": ["step", ["zoom"], ifToCome("order"), LETTERS_FROM_ZOOM, ifToCome("label")],
        "text-font": BOLD,
        "text-size": ["interpolate", ["linear"], ["zoom"], 11, 9.5, 13, 10.5, 16, 12.5],
        "text-padding": 0,
        "text-offset": beside((1.5 * SLOT_PX) / 13),
      },
      paint: { "text-color": palette.get("on-crew") },
    },
    {
      id: "home-recency",
      type: "symbol",
      source: HOMES,
      layout: {
        ...mark,
        visibility: "none",
        "icon-image": ["concat", "recency-", ["get", "recency"]],
        "icon-offset": beside(SLOT_PX),
        "text-field": ["step", ["zoom"], "", 13, ["get", "order"], LETTERS_FROM_ZOOM, ["get", "label"]],
        "text-font": BOLD,
        "text-size": 11,
        "text-anchor": "left",
        "text-offset": [1.1, 0],
        "text-optional": true,
      },
      paint: { "text-color": ink, "text-halo-color": palette.get("map-halo"), "text-halo-width": 1.8 },
    },
  ];
}
