// Draws a plan and its ground with Leaflet, on canvases: thousands of shapes, no element of their own in the page.
"use strict";
const ronde = (() => {
  const MILLIONTHS = 1e6;
  const BUILDINGS_FROM_ZOOM = 15;
  const NAMES_FROM_ZOOM = 15;
  const MINOR_WAYS_FROM_ZOOM = 14;
  const SMALL_STOPS_BELOW_ZOOM = 14;
  const LAND = { green: "#DCE8D3", water: "#C9DFEA", building: "#E4DED2" };
  // Pixels of the surface of a street at zoom 16; twice as much at each level above, a little over half below.
  const STREETS = [["path", 0.8], ["service", 3], ["minor", 6], ["middle", 8.5], ["major", 11]];
  const LETTERS_FROM_ZOOM = 16;
  const SHAPE_SIDE = 32;
  let map = null;
  const stops = new Map();
  const stays = new Map();

  function decode(steps) {
    const positions = [];
    let latitude = 0, longitude = 0;
    for (let i = 0; i < steps.length; i += 2) {
      latitude += steps[i];
      longitude += steps[i + 1];
      positions.push([latitude / MILLIONTHS, longitude / MILLIONTHS]);
    }
    return positions;
  }

  function prepare(made, attribution) {
    map = made;
    map.attributionControl.setPrefix(false).addAttribution(attribution);
    L.control.zoom({ zoomInTitle: "Agrandir", zoomOutTitle: "Réduire" }).addTo(map);
    // Once folium's own script has added its control, which knows English only.
    document.addEventListener("DOMContentLoaded", () => {
      const toggle = map.getContainer().querySelector(".leaflet-control-layers-toggle");
      toggle.title = "Couches";
      toggle.setAttribute("aria-label", "Couches");
    });
    for (const [name, level] of [["ground", 210], ["names", 390], ["sectors", 380]]) {
      map.createPane(name).style.zIndex = level;
      map.getPane(name).style.pointerEvents = "none";
    }
    map.on("zoomend", () => [...stops.values(), ...stays.values()].forEach((mark) => mark.setRadius(stopRadius())));
    map.on("zoomend layeradd layerremove", L.Util.throttle(declutter, 50));
    document.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-stop]");
      const stop = button && (stops.get(button.dataset.stop) || stays.get(button.dataset.stop));
      if (!stop) return;
      if (!map.hasLayer(stop)) stop.crewLayer.addTo(map);
      map.getContainer().scrollIntoView({ block: "nearest" });
      map.setView(stop.getLatLng(), 17, { animate: !matchMedia("(prefers-reduced-motion: reduce)").matches });
      stop.openTooltip();
    });
  }

  // Text reaches a tooltip as text nodes only: a street may be called anything.
  function sheet(lines) {
    const box = document.createElement("div");
    lines.filter(Boolean).forEach((line, index) => {
      const row = document.createElement(index ? "div" : "strong");
      row.textContent = line;
      box.append(row);
    });
    return box;
  }

  function streetWidth(base) {
    const zoom = map.getZoom();
    return Math.max(0.6, base * 2 ** (zoom > 16 ? zoom - 16 : (zoom - 16) / 1.4));
  }

  function ground(data) {
    const renderer = L.canvas({ pane: "ground", padding: 0.3 });
    const plain = { renderer, pane: "ground", interactive: false };
    const group = L.layerGroup();
    const buildings = L.layerGroup();
    const minorWays = L.layerGroup();
    const resized = [];
    const area = (name) => L.layerGroup((data[name] || []).map((rings) =>
      L.polygon(rings.map(decode), { ...plain, stroke: false, fillColor: LAND[name], fillOpacity: 1 })));
    const line = (name, options) => L.polyline((data[name] || []).map(decode), { ...plain, ...options });

    area("green").addTo(group);
    area("water").addTo(group);
    line("water_line", { color: LAND.water, weight: 2 }).addTo(group);
    line("rail", { color: "#CBC6BA", weight: 1.2, dashArray: "6 3" }).addTo(group);
    area("building").addTo(buildings);
    const present = STREETS.filter(([name]) => data[name]);
    for (const isCasing of [true, false]) {
      for (const [name, base] of present) {
        const isPath = name === "path";
        if (isPath && isCasing) continue;
        const street = line(name, { color: isCasing || isPath ? "#CDC8BC" : "#FFFFFF", opacity: 1 });
        resized.push([street, base, isCasing && !isPath ? 1.2 : 0]);
        street.addTo(isPath || name === "service" ? minorWays : group);
      }
    }
    const adapt = () => {
      const zoom = map.getZoom();
      for (const [street, base, casing] of resized) street.setStyle({ weight: streetWidth(base) + casing });
      for (const [layer, from] of [[buildings, BUILDINGS_FROM_ZOOM], [minorWays, MINOR_WAYS_FROM_ZOOM]]) {
        if (zoom >= from) group.addLayer(layer); else group.removeLayer(layer);
      }
    };
    // Canvas draws in the order of arrival: what comes later with the zoom would cover the streets.
    const order = () => {
      if (map.hasLayer(buildings)) buildings.eachLayer((one) => one.eachLayer((shape) => shape.bringToBack()));
      group.eachLayer((one) => {
        if (one.eachLayer && one !== buildings && one !== minorWays) one.eachLayer((shape) => shape.bringToBack());
      });
      if (map.hasLayer(minorWays)) minorWays.eachLayer((street) => street.bringToFront());
      for (const [street, , casing] of resized) if (casing && map.hasLayer(street)) street.bringToFront();
      for (const [street, , casing] of resized) if (!casing && map.hasLayer(street)) street.bringToFront();
    };
    map.whenReady(() => { adapt(); order(); });
    map.on("zoomend", () => { adapt(); order(); });
    return group;
  }

  function sectors(data) {
    const renderer = L.canvas({ pane: "sectors" });
    const group = L.layerGroup();
    for (const sector of data) {
      L.polygon(sector.polygons.map((rings) => rings.map(decode)), {
        pane: "sectors", renderer, interactive: false,
        color: "#5B4B8A", weight: 1.6, opacity: 0.7, fillColor: "#5B4B8A", fillOpacity: 0.04,
      }).addTo(group);
      L.tooltip(sector.label, { permanent: true, direction: "center", className: "sector-name", pane: "names" })
        .setContent(sheet([sector.name])).addTo(group);
    }
    return group;
  }

  // A picture between the ground and what is outlined over it.
  function picture(data) {
    return L.imageOverlay(data.image, data.bounds, { pane: "sectors", interactive: false });
  }

  // Areas in the tint of their class; SVG, since a canvas knows no hatching.
  function classes(data) {
    const renderer = L.svg({ pane: "sectors" });
    const group = L.layerGroup();
    map.getPane("sectors").style.pointerEvents = "auto";
    for (const area of data) {
      L.polygon(area.polygons.map((rings) => rings.map(decode)), {
        pane: "sectors", renderer, color: "#17202E", weight: 1.4, fillColor: area.fill, fillOpacity: 0.8,
      }).bindTooltip(sheet(area.lines), { sticky: true }).addTo(group);
      L.tooltip(area.label, { permanent: true, direction: "center", className: "sector-number", pane: "names" })
        .setContent(sheet([area.number])).addTo(group);
    }
    return group;
  }

  // Leaflet calls _updatePath when its canvas redraws a path: a shape of our own takes the place of the disc.
  const StayMark = L.CircleMarker.extend({
    _updatePath() {
      if (!this._renderer._drawing || this._empty()) return;
      const context = this._renderer._ctx;
      const radius = this.getRadius() + 1;
      context.save();
      context.globalAlpha = 1;
      context.translate(this._point.x, this._point.y);
      context.save();
      context.scale(2 * radius / SHAPE_SIDE, 2 * radius / SHAPE_SIDE);
      context.translate(-SHAPE_SIDE / 2, -SHAPE_SIDE / 2);
      Object.assign(context, { fillStyle: this.options.fillColor, strokeStyle: "#FFFFFF", lineJoin: "round", lineWidth: 5 });
      context.stroke(this.options.outline);
      context.fill(this.options.outline);
      context.restore();
      this.letter(context);
      context.restore();
    },
    letter() {},
  });

  const NumberedStop = StayMark.extend({
    letter(context) {
      if (this.isNumbered) {
        Object.assign(context, { fillStyle: "#FFFFFF", font: `700 ${this.getRadius()}px system-ui, sans-serif` });
        Object.assign(context, { textAlign: "center", textBaseline: "middle" });
        context.fillText(this.label(), 0, 0.5);
      }
    },
    label() {
      const { letter, order } = this.options;
      return map.getZoom() >= LETTERS_FROM_ZOOM ? letter + order : String(order);
    },
  });

  // A number hidden by another mark reads as a wrong one: the crowded marks keep their shape and lose their number.
  function declutter() {
    const free = [];
    for (const stop of stops.values()) {
      const at = map.latLngToLayerPoint(stop.getLatLng());
      stop.isNumbered = map.hasLayer(stop) && free.every((other) => other.distanceTo(at) >= 1.7 * stop.getRadius());
      if (stop.isNumbered) free.push(at);
    }
    const shown = [...stops.values()].filter((stop) => map.hasLayer(stop));
    for (const stop of [...shown.filter((stop) => !stop.isNumbered), ...shown.filter((stop) => stop.isNumbered).reverse()]) {
      stop.bringToFront();
    }
  }

  function stopRadius() {
    return map.getZoom() < SMALL_STOPS_BELOW_ZOOM ? 8 : 11;
  }

  function round(data) {
    const layer = L.layerGroup();
    if (data.course.length > 2) {
      const course = decode(data.course);
      L.polyline(course, { color: "#FFFFFF", weight: data.width + 3, opacity: 0.9, interactive: false }).addTo(layer);
      L.polyline(course, { color: data.colour, weight: data.width, dashArray: data.dash || null, lineCap: "butt" })
        .bindTooltip(sheet([data.crew, data.summary]), { sticky: true }).addTo(layer);
    }
    for (const depot of data.depots) {
      L.marker(depot.at, { icon: L.divIcon({ className: "depot", iconSize: [22, 22] }), alt: depot.name, keyboard: false })
        .bindTooltip(sheet([depot.name, depot.role])).addTo(layer);
    }
    const stayOutline = new Path2D(data.stayOutline);
    for (const stay of data.stays) {
      const mark = new StayMark(stay.at, { radius: stopRadius(), fillColor: data.colour, outline: stayOutline })
        .bindTooltip(sheet(stay.lines)).addTo(layer);
      mark.crewLayer = layer;
      stays.set(stay.key, mark);
    }
    const outline = new Path2D(data.outline);
    for (const stop of data.stops) {
      const mark = new NumberedStop(stop.at, {
        radius: stopRadius(), fillColor: data.colour, outline, letter: data.letter, order: stop.order,
      }).bindTooltip(sheet(stop.lines)).addTo(layer);
      mark.crewLayer = layer;
      stops.set(stop.key, mark);
    }
    return layer;
  }

  function omissions(data) {
    return L.layerGroup(data.map((home) => L.circleMarker(home.at, {
      radius: 7, color: "#55606F", weight: 3, dashArray: "3 3", fillColor: "#FFFFFF", fillOpacity: 1,
    }).bindTooltip(sheet(home.lines))));
  }

  const StreetNames = L.Layer.extend({
    initialize(streets) {
      this._streets = streets.map(([name, line]) => [name, decode(line).map((at) => L.latLng(at))]);
    },
    onAdd() {
      this._canvas = L.DomUtil.create("canvas", "leaflet-zoom-hide", this.getPane("names"));
      map.on("moveend zoomend resize", this._draw, this);
      this._draw();
    },
    onRemove() {
      map.off("moveend zoomend resize", this._draw, this);
      this._canvas.remove();
    },
    _draw() {
      const size = map.getSize(), ratio = devicePixelRatio || 1;
      L.DomUtil.setPosition(this._canvas, map.containerPointToLayerPoint([0, 0]));
      Object.assign(this._canvas, { width: size.x * ratio, height: size.y * ratio });
      Object.assign(this._canvas.style, { width: `${size.x}px`, height: `${size.y}px` });
      if (map.getZoom() < NAMES_FROM_ZOOM) return;
      const context = this._canvas.getContext("2d");
      context.scale(ratio, ratio);
      context.font = "11px system-ui, sans-serif";
      Object.assign(context, {
        textAlign: "center", textBaseline: "middle", lineJoin: "round", lineWidth: 3, strokeStyle: "#FFFFFF", fillStyle: "#3A4454",
      });
      const taken = [], seen = map.getBounds();
      for (const [name, line] of this._streets) {
        if (!seen.intersects(L.latLngBounds(line))) continue;
        const width = context.measureText(name).width + 8;
        const label = place(line.map((at) => map.latLngToContainerPoint(at)), width, size, taken);
        if (!label) continue;
        taken.push(...label.discs);
        context.save();
        context.translate(label.x, label.y);
        context.rotate(label.angle);
        context.strokeText(name, 0, 0);
        context.fillText(name, 0, 0);
        context.restore();
      }
    },
  });

  // Finds a straight stretch of a street, on the screen and free of other names, as long as a name is wide.
  function place(points, width, size, taken) {
    for (let i = 1; i < points.length; i++) {
      const from = points[i - 1], to = points[i];
      const length = from.distanceTo(to);
      const angle = Math.atan2(to.y - from.y, to.x - from.x);
      for (let along = width / 2; along + width / 2 <= length; along += width) {
        const x = from.x + Math.cos(angle) * along, y = from.y + Math.sin(angle) * along;
        if (x < 0 || y < 0 || x > size.x || y > size.y) continue;
        const discs = [];
        for (let step = -width / 2; step <= width / 2; step += 8) {
          discs.push([x + Math.cos(angle) * step, y + Math.sin(angle) * step]);
        }
        if (discs.some(([u, v]) => taken.some(([a, b]) => (u - a) ** 2 + (v - b) ** 2 < 256))) continue;
        return { x, y, angle: Math.abs(angle) > Math.PI / 2 ? angle + Math.PI : angle, discs };
      }
    }
    return null;
  }

  return { prepare, ground, sectors, picture, classes, round, omissions, streetNames: (data) => new StreetNames(data) };
})();
