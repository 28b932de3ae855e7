/** The crew's map: the ground from the file that the phone keeps, our own way over it; it asks the network for no tile. */

import maplibre, { type GeoJSONSource, type Map as MapLibre, type StyleSpecification } from "maplibre-gl";
import { BOLD, makeBasemap } from "./map/basemap";
import { Palette } from "./map/palette";
import { GroundPackage } from "./phone/package";
import { need } from "./phone/page";
import type { Point, Round, Stop } from "./phone/types";
import { legTo, staysBefore } from "./phone/way";

const SCHEME = "ronde";
const PADDING_PX = 40;
const CLOSEST_FRAME_ZOOM = 16;
const PIXEL_RATIO = 3;
// In units of the page's drawing.
const STAY_SIDE = 32;
const STAY_EDGE = 2;

interface Shown {
  round: Round;
  done: number[];
  /** Of each stay of the round, whether it is over. */
  staysOver: boolean[];
  stop: number | null;
}

let map: MapLibre | null = null;
let ground: GroundPackage | null = null;
let shown: Shown | null = null;
let framed = "";
let isStarting = false;
/** The ground's style is there; MapLibre's own word for it waits for the tiles as well. */
let isStyled = false;

document.addEventListener("ronde:round", (event) => {
  shown = (event as CustomEvent<Shown | null>).detail;
  if (!shown) {
    map?.remove();
    map = null;
    framed = "";
    isStarting = false;
    isStyled = false;
  } else if (map) draw(map);
  else void start();
});
document.addEventListener("themechange", () => {
  if (!map) return;
  isStyled = false;
  need("map").dataset.state = "";
  map.setStyle(style(), { diff: false });
});
document.dispatchEvent(new Event("ronde:map-ready"));

async function start(): Promise<void> {
  if (isStarting) return;
  isStarting = true;
  const data = need("contenu").dataset;
  try {
    ground = await GroundPackage.open(data.ground ?? "");
    maplibre.setWorkerUrl(data.mapWorker ?? "");
    if (!shown) {
      // Forgotten meanwhile.
      isStarting = false;
      return;
    }
    maplibre.addProtocol(SCHEME, ({ url }) =>
      Promise.resolve({ data: ground?.tile(url.slice(`${SCHEME}://`.length)) ?? new ArrayBuffer(0) }),
    );
    const made = new maplibre.Map({
      container: need("map"),
      style: style(),
      center: shown?.round.start.point ?? [0, 0],
      zoom: 14,
      minZoom: ground.index.minzoom,
      maxZoom: 19,
      attributionControl: false,
      fadeDuration: 0,
      dragRotate: false,
      pitchWithRotate: false,
      cooperativeGestures: true,
      locale: {
        "NavigationControl.ZoomIn": "Zoomer",
        "NavigationControl.ZoomOut": "Dézoomer",
        "Map.Title": "Carte de la tournée",
        "CooperativeGesturesHandler.MobileHelpText": "Deux doigts pour déplacer la carte",
        "CooperativeGesturesHandler.WindowsHelpText": "Ctrl et molette pour zoomer",
        "CooperativeGesturesHandler.MacHelpText": "⌘ et molette pour zoomer",
      },
    });
    made.touchZoomRotate.disableRotation();
    made.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
    made.on("style.load", () => {
      isStyled = true;
      draw(made);
    });
    made.on("idle", () => {
      need("map").dataset.state = "ready";
    });
    map = made;
  } catch {
    isStarting = false;
    need("map").textContent = "La carte s'affiche une fois le fond de carte reçu (avec le réseau). La liste est complète.";
  }
}

function style(): StyleSpecification {
  const made = makeBasemap(new Palette(), { ground: `${SCHEME}://{z}/{x}/{y}`, sectors: "" });
  const { ground: source } = made.sources;
  if (source?.type === "vector" && ground) {
    source.tiles = [`${SCHEME}://{z}/{x}/{y}`];
    source.minzoom = ground.index.minzoom;
    source.maxzoom = ground.index.maxzoom;
  }
  // Sectors would come from the network, tile by tile; a crew has no need of them.
  delete made.sources.sectors;
  made.layers = made.layers.filter((layer) => !("source" in layer) || layer.source !== "sectors");
  return made;
}

function draw(on: MapLibre): void {
  if (!shown || !isStyled) return;
  const features = describe(shown);
  const source = on.getSource<GeoJSONSource>("round");
  if (source) source.setData(features);
  else addLayers(on, features);
  frame(on, shown);
}

function describe({ round, done, staysOver, stop }: Shown): GeoJSON.FeatureCollection {
  const current = round.stops.find(({ id }) => id === stop) ?? null;
  const [next, onTheWay] = [legTo(current, round), staysBefore(current, round)];
  const feature = (geometry: GeoJSON.Geometry, properties: Record<string, unknown>): GeoJSON.Feature => ({
    type: "Feature",
    geometry,
    properties,
  });
  return {
    type: "FeatureCollection",
    features: [
      ...round.legs.map((leg) =>
        feature({ type: "LineString", coordinates: leg.course }, { kind: "leg", isNext: leg === next }),
      ),
      ...(round.stays ?? []).map((stay, place) =>
        feature(
          { type: "Point", coordinates: stay.point },
          { kind: "stay", mark: staysOver[place] ? "stay-over" : onTheWay.includes(stay) ? "stay-next" : "stay" },
        ),
      ),
      ...oneForEachHome(round.stops, done, stop).map(({ id, order, point }) =>
        feature(
          { type: "Point", coordinates: point },
          { kind: "stop", order: String(order), isDone: done.includes(id), isNext: id === stop },
        ),
      ),
      feature({ type: "Point", coordinates: round.start.point }, { kind: "depot" }),
    ],
  };
}

/** Of the passages of a home, which stand at one point, that which is shown, else the first to be made, else the last. */
function oneForEachHome(stops: Stop[], done: number[], picked: number | null): Stop[] {
  return stops.filter((stop) => {
    const at = stops.filter(({ home }) => home === stop.home);
    return stop === (at.find(({ id }) => id === picked) ?? at.find(({ id }) => !done.includes(id)) ?? at.at(-1));
  });
}

function addLayers(on: MapLibre, features: GeoJSON.FeatureCollection): void {
  const palette = new Palette();
  on.addSource("round", { type: "geojson", data: features });
  const round = { "line-cap": "round", "line-join": "round" } as const;
  const way = { type: "line", source: "round", layout: round } as const;
  const isStop = ["==", ["get", "kind"], "stop"] as const;
  on.addLayer({
    id: "way",
    ...way,
    filter: ["==", ["get", "kind"], "leg"],
    paint: { "line-color": palette.get("accent"), "line-width": 3, "line-opacity": 0.55 },
  });
  on.addLayer({
    id: "way-next",
    ...way,
    filter: ["all", ["==", ["get", "kind"], "leg"], ["get", "isNext"]],
    paint: { "line-color": palette.get("amber"), "line-width": 6 },
  });
  on.addLayer({
    id: "depot",
    type: "circle",
    source: "round",
    filter: ["==", ["get", "kind"], "depot"],
    paint: { "circle-radius": 7, "circle-color": palette.get("ink"), "circle-stroke-width": 3, "circle-stroke-color": palette.get("surface") },
  });
  addStayMarks(on, palette);
  on.addLayer({
    id: "stay",
    type: "symbol",
    source: "round",
    filter: ["==", ["get", "kind"], "stay"],
    layout: { "icon-image": ["get", "mark"], "icon-allow-overlap": true },
  });
  on.addLayer({
    id: "stop",
    type: "circle",
    source: "round",
    filter: isStop as never,
    paint: {
      "circle-radius": ["case", ["get", "isNext"], 15, 11],
      "circle-color": ["case", ["get", "isDone"], palette.get("surface"), ["get", "isNext"], palette.get("amber"), palette.get("accent")],
      "circle-stroke-width": 2,
      "circle-stroke-color": ["case", ["get", "isDone"], palette.get("accent"), palette.get("surface")],
    },
  });
  on.addLayer({
    id: "stop-order",
    type: "symbol",
    source: "round",
    filter: isStop as never,
    layout: { "text-field": ["get", "order"], "text-font": BOLD, "text-size": 13, "text-allow-overlap": true },
    paint: { "text-color": ["case", ["get", "isDone"], palette.get("ink"), palette.get("on-accent")] },
  });
}

/** A stay is somebody who stands there, in the colours of a stop. */
function addStayMarks(on: MapLibre, palette: Palette): void {
  const [surface, accent, amber] = [palette.get("surface"), palette.get("accent"), palette.get("amber")];
  const marks = { stay: [accent, surface], "stay-next": [amber, surface], "stay-over": [surface, accent] } as const;
  for (const [name, [fill, edge]] of Object.entries(marks)) {
    if (!on.hasImage(name)) on.addImage(name, paintStay(fill, edge), { pixelRatio: PIXEL_RATIO });
  }
}

function paintStay(fill: string, edge: string): ImageData {
  const element = document.createElement("canvas");
  element.width = element.height = (STAY_SIDE + 2 * STAY_EDGE) * PIXEL_RATIO;
  const context = element.getContext("2d");
  if (!context) throw new Error("no 2D canvas");
  context.scale(PIXEL_RATIO, PIXEL_RATIO);
  context.translate(STAY_EDGE, STAY_EDGE);
  const outline = new Path2D(document.querySelector("#mark-stay path")?.getAttribute("d") ?? "");
  context.lineJoin = "round";
  context.lineWidth = 2 * STAY_EDGE;
  context.strokeStyle = edge;
  context.stroke(outline);
  context.fillStyle = fill;
  context.fill(outline);
  return context.getImageData(0, 0, element.width, element.height);
}

/** Show the way to the stop, once for each stop: the crew may look elsewhere meanwhile. */
function frame(on: MapLibre, { round, stop }: Shown): void {
  const wanted = `${round.route} ${stop}`;
  if (framed === wanted) return;
  framed = wanted;
  const leg = legTo(round.stops.find(({ id }) => id === stop) ?? null, round);
  const points: Point[] = leg?.course.length ? leg.course : [round.start.point, ...round.stops.map(({ point }) => point)];
  const bounds = new maplibre.LngLatBounds();
  for (const point of points) bounds.extend(point);
  on.fitBounds(bounds, { padding: PADDING_PX, maxZoom: CLOSEST_FRAME_ZOOM, animate: false });
}
