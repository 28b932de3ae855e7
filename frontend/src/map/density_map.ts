/** A picture of density between the ground and its names, and hot spots outlined over it. */

import maplibre, { type ImageSource, type Map as MapLibre } from "maplibre-gl";
import { boundsOf, MapFrame } from "./frame";
import { BOLD } from "./basemap";
import type { Palette } from "./palette";

const PICTURE = "density";
const HOT = "hot";
type Corners = [[number, number], [number, number], [number, number], [number, number]];

export class DensityMap {
  private readonly frame: MapFrame;

  /** Raises when the browser has no WebGL. */
  constructor(private readonly element: HTMLElement) {
    this.frame = new MapFrame(element, {
      bounds: () => boundsOf(element),
      title: "Carte de densité",
      fitTitle: "Cadrer toute la commune",
      draw: (map, palette) => this.draw(map, palette),
    });
  }

  /** Show what the page now says. */
  show(): void {
    const { map } = this.frame;
    const told = facts();
    const picture = map.getSource(PICTURE) as ImageSource | undefined;
    picture?.updateImage({ url: told.url, coordinates: told.corners });
    (map.getSource(HOT) as maplibre.GeoJSONSource | undefined)?.setData(told.hot);
  }

  recolour(): void {
    this.frame.recolour();
  }

  private draw(map: MapLibre, palette: Palette): void {
    const told = facts();
    map.addSource(PICTURE, { type: "image", url: told.url, coordinates: told.corners });
    const below = map.getStyle().layers.find((layer) => layer.type === "symbol")?.id;
    map.addLayer({ id: PICTURE, type: "raster", source: PICTURE, paint: { "raster-resampling": "nearest", "raster-fade-duration": 0 } }, below);
    map.addSource(HOT, { type: "geojson", data: told.hot });
    map.addLayer({ id: HOT, type: "line", source: HOT, paint: { "line-color": palette.get("ink"), "line-width": 2.5 } });
    map.addLayer({
      id: "hot-rank",
      type: "symbol",
      source: HOT,
      filter: ["==", ["geometry-type"], "Point"],
      layout: { "text-field": ["to-string", ["get", "rank"]], "text-font": BOLD, "text-size": 14, "text-allow-overlap": true },
      paint: { "text-color": palette.get("ink"), "text-halo-color": palette.get("surface"), "text-halo-width": 2 },
    });
    map.once("idle", () => {
      this.element.dataset.state = "ready";
    });
  }
}

function facts(): { url: string; corners: Corners; hot: GeoJSON.FeatureCollection } {
  const data = document.getElementById("compte")?.dataset ?? {};
  const [west, south, east, north] = JSON.parse(data.corners ?? "[0,0,0,0]") as [number, number, number, number];
  const hot = document.getElementById("outlines")?.textContent;
  return {
    url: new URL(data.picture ?? "", location.href).href,
    corners: [[west, north], [east, north], [east, south], [west, south]],
    hot: hot ? (JSON.parse(hot) as GeoJSON.FeatureCollection) : { type: "FeatureCollection", features: [] },
  };
}
