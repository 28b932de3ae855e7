/** The features of the day as the server sends them, and as the map's sources take them. */

import type { Feature, FeatureCollection, LineString, Point } from "geojson";
import { keyOf, type Rows } from "../page/rows";

interface Sent {
  kind: "course" | "stop" | "omission" | "depot" | "home";
  id?: number;
  home?: number;
  route?: number;
  order?: number;
}

export type SentFeature = Feature<Point | LineString, Sent>;

export interface CrewOfRoute {
  crew: string;
  style: number;
  letter: string;
}

export interface HomeProperties {
  key: string;
  kind: "stop" | "omission" | "home";
  crew: string;
  style: number;
  order: string;
  label: string;
  rank: number;
  recency: string;
  slot: number;
}

export interface DayFeatures {
  courses: FeatureCollection<LineString, { crew: string; style: number; lane: number }>;
  homes: FeatureCollection<Point, HomeProperties>;
  depots: FeatureCollection<Point>;
}

/** Which crew and which style each route of the page has. */
export function readRoutes(root: ParentNode): Map<number, CrewOfRoute> {
  const cards = root.querySelectorAll<HTMLElement>("[data-route]");
  return new Map(
    [...cards].map((card) => [
      Number(card.dataset.route),
      { crew: card.dataset.crew ?? "", style: Number(card.dataset.style), letter: card.dataset.letter ?? "" },
    ]),
  );
}

export function sortFeatures(sent: SentFeature[], routes: Map<number, CrewOfRoute>, rows: Rows): DayFeatures {
  const lanes = [...routes.keys()];
  const homes = sent.filter(isHome).map((feature) => asHome(feature, routes, rows));
  spreadOverSlots(homes);
  return {
    courses: collect(
      sent.filter(isCourse).map((feature) => {
        const route = feature.properties.route ?? 0;
        const { crew = "", style = 1 } = routes.get(route) ?? {};
        return { ...feature, properties: { crew, style, lane: lanes.indexOf(route) % 3 } };
      }),
    ),
    homes: collect(homes),
    depots: collect(sent.filter(isDepot)),
  };
}

const isCourse = (feature: SentFeature): feature is Feature<LineString, Sent> => feature.properties.kind === "course";
const isDepot = (feature: SentFeature): feature is Feature<Point, Sent> => feature.properties.kind === "depot";
const isHome = (feature: SentFeature): feature is Feature<Point, Sent> =>
  ["stop", "omission", "home"].includes(feature.properties.kind);

function asHome(
  { geometry, properties }: Feature<Point, Sent>,
  routes: Map<number, CrewOfRoute>,
  rows: Rows,
): Feature<Point, HomeProperties> {
  const kind = properties.kind as HomeProperties["kind"];
  const key = keyOf(kind, properties.id ?? 0);
  const { crew = "", style = 0, letter = "" } = routes.get(properties.route ?? 0) ?? {};
  const order = properties.order ? String(properties.order) : "";
  // Where numbers have no room for all, those of the first stops are kept.
  const rank = properties.order ?? 0;
  const recency = rows.get(key)?.recency ?? "not-started";
  return { type: "Feature", geometry, properties: { key, kind, crew, style, order, label: order && letter + order, rank, recency, slot: 0 } };
}

/** Two visits at one door, or two flats at one address, stand side by side: slots -1, 1, -3, 3… around the point. */
function spreadOverSlots(homes: Feature<Point, HomeProperties>[]): void {
  const byPoint = Map.groupBy(homes, ({ geometry }) => geometry.coordinates.join(" "));
  for (const together of byPoint.values()) {
    together.forEach((home, index) => {
      home.properties.slot = together.length === 1 ? 0 : 2 * index - (together.length - 1);
    });
  }
}

function collect<G extends Point | LineString, P>(features: Feature<G, P>[]): FeatureCollection<G, P> {
  return { type: "FeatureCollection", features };
}
