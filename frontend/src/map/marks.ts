/** Marks of the map, painted from the same outlines as the page's own: one drawing, two places. */

import type { Map as MapLibre } from "maplibre-gl";
import type { Palette } from "./palette";

const SIDE = 32; // units of the drawings
const PIXEL_RATIO = 3;
export const STYLES = [1, 2, 3, 4, 5, 6, 7, 8] as const;
const RECENCIES = ["passed", "due", "overdue", "not-started", "anomaly"] as const;

/** The dashes of a crew's line, in line widths, as the page's drawings tell them; null for a full line. */
export function dashOf(style: number): number[] | null {
  const pattern = document.getElementById(`shape-${style}`)?.dataset.dash;
  return pattern ? pattern.split(" ").map(Number) : null;
}

type Brush = (context: CanvasRenderingContext2D, outline: Path2D, part: string) => void;

export function addMarks(map: MapLibre, palette: Palette): void {
  const surface = palette.get("surface");
  for (const style of STYLES) {
    add(map, `crew-${style}`, `#shape-${style} path`, (context, outline) => {
      context.lineWidth = 4;
      context.strokeStyle = surface;
      context.stroke(outline);
      context.fillStyle = palette.crew(style);
      context.fill(outline);
    });
    // A passage made: the crew's own shape, emptied, with a tick.
    const brush = brushOf(palette.crew(style), surface);
    add(map, `made-${style}`, `#shape-${style} path, #mark-made .tick`, (context, outline, part) => {
      if (!part) brush(context, outline, "plate");
      brush(context, outline, "outline");
    });
    add(map, `back-${style}`, `#shape-${style} path, #mark-back .inner`, (context, outline, part) => {
      if (!part) brush(context, outline, "plate");
      brush(context, outline, "outline");
    });
    add(map, `stay-${style}`, "#mark-stay path", brushOf(palette.crew(style), surface));
    map.addImage(`arrow-${style}`, paintArrow(palette.crew(style), surface), { pixelRatio: PIXEL_RATIO });
  }
  for (const recency of RECENCIES) {
    add(map, `recency-${recency}`, `#mark-${recency} path`, brushOf(palette.get(`recency-${recency}`), surface));
  }
  add(map, "omission", "#mark-omission path", brushOf(palette.get("omission"), surface));
  add(map, "depot", "#mark-depot path", brushOf(palette.get("ink"), surface));
}

function brushOf(colour: string, surface: string): Brush {
  return (context, outline, part) => {
    context.lineCap = context.lineJoin = "round";
    if (part === "solid" || part === "plate") {
      context.lineWidth = 4;
      context.strokeStyle = surface;
      context.stroke(outline);
      context.fillStyle = part === "solid" ? colour : surface;
      context.fill(outline);
    } else {
      context.lineWidth = 3.2;
      context.strokeStyle = part === "cut" ? surface : colour;
      context.stroke(outline);
    }
  };
}

function add(map: MapLibre, name: string, outlines: string, brush: Brush): void {
  const context = canvas(SIDE + 4);
  context.translate(2, 2);
  for (const path of document.querySelectorAll<SVGPathElement>(outlines)) {
    brush(context, new Path2D(path.getAttribute("d") ?? ""), path.getAttribute("class") ?? "");
  }
  map.addImage(name, pixelsOf(context), { pixelRatio: PIXEL_RATIO });
}

/** A chevron that points along the line: MapLibre turns it with the street. */
function paintArrow(colour: string, surface: string): ImageData {
  const context = canvas(16);
  const chevron = new Path2D("M5 3.5L10.5 8L5 12.5");
  context.lineCap = context.lineJoin = "round";
  context.strokeStyle = surface;
  context.lineWidth = 5.5;
  context.stroke(chevron);
  context.strokeStyle = colour;
  context.lineWidth = 2.8;
  context.stroke(chevron);
  return pixelsOf(context);
}

function canvas(side: number): CanvasRenderingContext2D {
  const element = document.createElement("canvas");
  element.width = element.height = side * PIXEL_RATIO;
  const context = element.getContext("2d");
  if (!context) throw new Error("no 2D canvas");
  context.scale(PIXEL_RATIO, PIXEL_RATIO);
  return context;
}

function pixelsOf(context: CanvasRenderingContext2D): ImageData {
  return context.getImageData(0, 0, context.canvas.width, context.canvas.height);
}
