// Draws the site's mark as PNG files, which phones ask for on their home screens; its one source is public/icon.svg.
import { crc32, deflateSync } from "node:zlib";

const SAMPLES = 4; // in each direction of a pixel
const SAFE = 0.8; // what every mask of a phone leaves of an icon: its circle of 80 %
const number = "-?[\\d.]+";

/** Read the mark: a rounded square, an arc with round ends, a disc. Anything else is refused rather than left out. */
export function readMark(svg) {
  const [, size] = must(svg, new RegExp(`viewBox="0 0 (${number}) \\1"`));
  const [, rounding, ground] = must(svg, new RegExp(`<rect width="${size}" height="${size}" rx="(${number})" fill="(#\\w+)"/>`));
  const [, x, y, radius, dx, dy, ink, width] = must(
    svg,
    new RegExp(
      `<path d="M(${number}) (${number})a(${number}) \\3 0 1 1(${number})(${number})" fill="none" stroke="(#\\w+)" ` +
        `stroke-width="(${number})" stroke-linecap="round"/>`,
    ),
  );
  const [, cx, cy, disc, spot] = must(svg, new RegExp(`<circle cx="(${number})" cy="(${number})" r="(${number})" fill="(#\\w+)"/>`));
  if (svg.match(/<(?!\/|svg)/g).length !== 3) throw new Error("icon.svg has a shape that icons.mjs does not draw");
  const start = [Number(x), Number(y)];
  return {
    size: Number(size),
    ground: { rounding: Number(rounding), colour: colour(ground) },
    arc: { ...largeArc(start, [start[0] + Number(dx), start[1] + Number(dy)], Number(radius)), width: Number(width), colour: colour(ink) },
    disc: { centre: [Number(cx), Number(cy)], radius: Number(disc), colour: colour(spot) },
  };
}

/** A PNG of the mark; one that phones cut to their own shape fills its square and keeps the mark within the safe circle. */
export function drawIcon(mark, pixels, { isMaskable = false } = {}) {
  const rows = Buffer.alloc(pixels * (1 + pixels * 4));
  for (let row = 0; row < pixels; row++) {
    for (let column = 0; column < pixels; column++) {
      rows.set(pixel(mark, pixels, column, row, isMaskable), row * (1 + pixels * 4) + 1 + column * 4);
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(pixels, 0);
  header.writeUInt32BE(pixels, 4);
  header.set([8, 6, 0, 0, 0], 8); // eight bits, red green blue alpha
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk("IHDR", header), chunk("IDAT", deflateSync(rows, { level: 9 })), chunk("IEND", Buffer.alloc(0))]);
}

function pixel(mark, pixels, column, row, isMaskable) {
  const sum = [0, 0, 0, 0];
  for (let n = 0; n < SAMPLES * SAMPLES; n++) {
    const across = (column + ((n % SAMPLES) + 0.5) / SAMPLES) / pixels;
    const down = (row + (Math.floor(n / SAMPLES) + 0.5) / SAMPLES) / pixels;
    const seen = colourAt(mark, across, down, isMaskable);
    for (let channel = 0; seen && channel < 3; channel++) sum[channel] += seen[channel];
    if (seen) sum[3]++;
  }
  const inside = Math.max(1, sum[3]);
  return [...sum.slice(0, 3).map((total) => Math.round(total / inside)), Math.round((255 * sum[3]) / SAMPLES ** 2)];
}

/** What is seen at a place of the square, from 0 to 1; null outside the mark. */
function colourAt({ size, ground, arc, disc }, across, down, isMaskable) {
  const scale = isMaskable ? size / SAFE : size;
  const at = [size / 2 + (across - 0.5) * scale, size / 2 + (down - 0.5) * scale];
  if (distance(at, disc.centre) <= disc.radius) return disc.colour;
  if (distanceToArc(at, arc) <= arc.width / 2) return arc.colour;
  return isMaskable || isInRoundedSquare(at, size, ground.rounding) ? ground.colour : null;
}

function isInRoundedSquare([x, y], size, rounding) {
  const corner = (value) => Math.max(rounding - value, value - (size - rounding), 0);
  return Math.hypot(corner(x), corner(y)) <= rounding;
}

function distanceToArc(at, { centre, radius, start, end, from, sweep }) {
  const angle = Math.atan2(at[1] - centre[1], at[0] - centre[0]);
  if (turn(angle - from) <= sweep) return Math.abs(distance(at, centre) - radius);
  return Math.min(distance(at, start), distance(at, end));
}

/** The larger of the two arcs, clockwise on the screen: flags « 1 1 » of SVG's path. */
function largeArc(start, end, radius) {
  const middle = [(start[0] + end[0]) / 2, (start[1] + end[1]) / 2];
  const half = distance(start, end) / 2;
  const along = Math.sqrt(radius ** 2 - half ** 2) / (2 * half);
  const centre = [middle[0] - along * (start[1] - end[1]), middle[1] - along * (end[0] - start[0])];
  const angle = ([x, y]) => Math.atan2(y - centre[1], x - centre[0]);
  return { centre, radius, start, end, from: angle(start), sweep: turn(angle(end) - angle(start)) };
}

function turn(angle) {
  return (angle + 4 * Math.PI) % (2 * Math.PI);
}

function distance([x1, y1], [x2, y2]) {
  return Math.hypot(x2 - x1, y2 - y1);
}

function colour(code) {
  const full = code.length === 4 ? [...code.slice(1)].map((digit) => digit + digit).join("") : code.slice(1);
  return [0, 2, 4].map((at) => Number.parseInt(full.slice(at, at + 2), 16));
}

function chunk(kind, data) {
  const body = Buffer.concat([Buffer.from(kind, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

function must(text, pattern) {
  const found = text.match(pattern);
  if (!found) throw new Error(`icon.svg is not drawn as icons.mjs reads it: ${pattern}`);
  return found;
}
