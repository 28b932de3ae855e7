/** A small map with a pin on the point of an address: dragged, moved by the arrows, or put where one clicks. */

import maplibre, { type Map as MapLibre, type Marker } from "maplibre-gl";
import type { Place, PlaceFields } from "../forms/place";
import { makeBasemap } from "./basemap";
import { FRENCH } from "./frame";
import { Palette } from "./palette";

const CLOSE_ZOOM = 17;
const STEP_M = 1;
const LARGE_STEP_M = 10;
const ARROWS: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

export class PinMap {
  private readonly map: MapLibre;
  private readonly pin: Marker;

  /** Raises when the browser has no WebGL. */
  constructor(
    private readonly element: HTMLElement,
    private readonly place: PlaceFields,
    at: Place,
  ) {
    maplibre.setWorkerUrl(element.dataset.worker ?? "");
    this.map = new maplibre.Map({
      container: element,
      style: this.basemap(),
      center: [at.lon, at.lat],
      zoom: CLOSE_ZOOM,
      minZoom: 8,
      maxZoom: 19,
      attributionControl: false,
      fadeDuration: 0,
      dragRotate: false,
      pitchWithRotate: false,
      touchPitch: false,
      // The page scrolls over it: the map moves with two fingers, and zooms with Ctrl.
      cooperativeGestures: true,
      locale: FRENCH,
    });
    this.map.touchZoomRotate.disableRotation();
    this.map.addControl(new maplibre.NavigationControl({ showCompass: false }), "top-right");
    this.pin = new maplibre.Marker({ element: this.makePin(), draggable: true, anchor: "bottom" });
    this.pin.on("dragend", () => {
      const { lng, lat } = this.pin.getLngLat();
      place.moveTo({ lon: lng, lat });
    });
    this.map.on("click", ({ lngLat }) => {
      if (place.current) place.moveTo({ lon: lngLat.lng, lat: lngLat.lat });
    });
    place.onMove((to) => this.show(to));
    this.show(place.current);
  }

  recolour(): void {
    this.map.setStyle(this.basemap(), { diff: false });
  }

  private basemap() {
    const { ground = "", sectors = "" } = this.element.dataset;
    return makeBasemap(new Palette(), { ground, sectors });
  }

  private show(place: Place | null): void {
    if (!place) {
      this.pin.remove();
      return;
    }
    const at: [number, number] = [place.lon, place.lat];
    const isNew = !this.pin.getElement().isConnected;
    this.pin.setLngLat(at);
    // Added once: adding it again takes it out of the page, and the focus with it.
    if (isNew) this.pin.addTo(this.map);
    if (isNew) this.map.jumpTo({ center: at, zoom: CLOSE_ZOOM });
    else if (!this.map.getBounds().contains(at)) this.map.jumpTo({ center: at });
  }

  /** The pin is a button: arrows move it by a metre, by ten with Shift. */
  private makePin(): HTMLElement {
    const pin = document.createElement("button");
    pin.type = "button";
    pin.className = "pin";
    pin.setAttribute("aria-label", "Repère du logement : flèches pour le déplacer d'un mètre, avec Maj de dix");
    pin.append(drop());
    pin.addEventListener("keydown", (event) => {
      const step = ARROWS[event.key];
      if (!step) return;
      event.preventDefault();
      event.stopPropagation();
      const metres = event.shiftKey ? LARGE_STEP_M : STEP_M;
      this.place.moveBy(step[0] * metres, step[1] * metres);
    });
    return pin;
  }
}

function drop(): SVGSVGElement {
  const namespace = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(namespace, "svg");
  drawing.setAttribute("viewBox", "0 0 24 32");
  drawing.setAttribute("aria-hidden", "true");
  for (const [outline, name] of [["M12 31C5 21 2 17 2 11a10 10 0 0 1 20 0c0 6-3 10-10 20z", "solid"], ["M12 7a4 4 0 1 1 0 8a4 4 0 1 1 0-8z", "hole"]]) {
    const path = document.createElementNS(namespace, "path");
    path.setAttribute("d", outline ?? "");
    path.setAttribute("class", name ?? "");
    drawing.append(path);
  }
  return drawing;
}
