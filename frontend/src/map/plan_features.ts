/** The features of the day as the server sends them, and as the map's sources take them. */

import type { Feature, FeatureCollection, LineString, Point } from "geojson";
import { keyOf, type Rows } from "../page/rows";
import type { PreviewRound } from "../plan/preview";

interface Sent {
  kind: "course" | "stop" | "stay" | "omission" | "depot" | "home";
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
  home: number;
  kind: "stop" | "omission" | "home";
  crew: string;
  style: number;
  order: string;
  label: string;
  rank: number;
  recency: string;
  made: string;
  slot: number;
}

export interface StayProperties {
  key: string;
  crew: string;
  style: number;
  label: string;
}

export interface DayFeatures {
  courses: FeatureCollection<LineString, { crew: string; style: number; lane: number }>;
  homes: FeatureCollection<Point, HomeProperties>;
  stays: FeatureCollection<Point, StayProperties>;
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
    stays: collect(
      sent.filter(isStay).map((feature) => {
        const { crew = "", style = 1 } = routes.get(feature.properties.route ?? 0) ?? {};
        const key = keyOf("stay", feature.properties.id ?? 0);
        const { hours = "" } = rows.get(key)?.element.dataset ?? {};
        return { ...feature, properties: { key, crew, style, label: `Présence\n${hours}`.trimEnd() } };
      }),
    ),
    depots: collect(sent.filter(isDepot)),
  };
}

const isCourse = (feature: SentFeature): feature is Feature<LineString, Sent> => feature.properties.kind === "course";
const isDepot = (feature: SentFeature): feature is Feature<Point, Sent> => feature.properties.kind === "depot";
const isStay = (feature: SentFeature): feature is Feature<Point, Sent> => feature.properties.kind === "stay";
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
  const { recency = "not-started", made = "" } = rows.get(key) ?? {};
  return { type: "Feature", geometry, properties: { key, home: properties.home ?? 0, kind, crew, style, order, label: order && letter + order, rank, recency, made, slot: 0 } };
}

/** The day as rounds that are still being looked for would have it: the homes that are known, and lines between them. */
export function draft(day: DayFeatures, rounds: PreviewRound[]): DayFeatures {
  if (!rounds.length) return day;
  const byHome = new Map(day.homes.features.map((home) => [home.properties.home, home]));
  const homes: Feature<Point, HomeProperties>[] = [];
  const courses: DayFeatures["courses"]["features"] = [];
  for (const [lane, { crew, style, letter, homes: order }] of rounds.entries()) {
    const known = order.flatMap((home) => byHome.get(home) ?? []);
    const coordinates = known.map(({ geometry }) => geometry.coordinates);
    if (coordinates.length > 1) {
      courses.push({ type: "Feature", geometry: { type: "LineString", coordinates }, properties: { crew, style, lane: lane % 3 } });
    }
    homes.push(
      ...known.map(({ geometry, properties }, index): Feature<Point, HomeProperties> => {
        const place = String(index + 1);
        return { type: "Feature", geometry, properties: { ...properties, kind: "stop", crew, style, order: place, label: letter + place, rank: index + 1, made: "" } };
      }),
    );
  }
  const placed = new Set(homes.map(({ properties }) => properties.home));
  const left = [...byHome.values()].filter(({ properties }) => !placed.has(properties.home));
  return { courses: collect(courses), homes: collect([...homes, ...left]), stays: collect([]), depots: day.depots };
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
