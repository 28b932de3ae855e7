/** The drawing of a proposal as the page holds it: areas, the one being drawn, and what can be undone. */

export type Place = [lon: number, lat: number];
export type Ring = Place[]; // closed: its last place is its first
export type Area = Ring[][]; // parts, each an outline and its holes: a MultiPolygon's coordinates

export interface Drawn {
  key: string;
  sector: number | null;
  number: number;
  name: string;
  area: Area | null;
}

/** One vertex: the part, its ring (0 is the outline) and the place in it. */
export interface Vertex {
  part: number;
  ring: number;
  at: number;
}

type Follow = () => void;

const METRES_PER_DEGREE = 111_320; // of latitude, on the sphere of the maps
const LEAST_OF_A_RING = 4;
const MOST_KEPT = 200;
// To a tenth of a millimetre: what the map's tool takes.
const PLACES = 9;

export class Drawing {
  private past: Drawn[][] = [];
  private future: Drawn[][] = [];
  private readonly followers: Follow[] = [];
  private chosen: string;

  constructor(private areas: Drawn[]) {
    this.areas = rounded(areas);
    this.chosen = areas[0]?.key ?? "";
  }

  get all(): readonly Drawn[] {
    return this.areas;
  }

  get current(): Drawn {
    const drawn = this.areas.find((each) => each.key === this.chosen) ?? this.areas[0];
    if (!drawn) throw new Error("the drawing has no area");
    return drawn;
  }

  get canUndo(): boolean {
    return this.past.length > 0;
  }

  get canRedo(): boolean {
    return this.future.length > 0;
  }

  onChange(follow: Follow): void {
    this.followers.push(follow);
  }

  choose(key: string): void {
    this.chosen = key;
    this.tell();
  }

  /** Take another drawing; the former one can be had back. */
  replace(areas: readonly Drawn[]): void {
    this.past = [...this.past.slice(1 - MOST_KEPT), this.areas];
    this.future = [];
    this.areas = rounded(areas);
    this.tell();
  }

  /** Draw the current area anew. */
  redraw(area: Area | null): void {
    const { key } = this.current;
    this.replace(this.areas.map((each) => (each.key === key ? { ...each, area } : each)));
  }

  undo(): void {
    const former = this.past.pop();
    if (!former) return;
    this.future.push(this.areas);
    this.areas = former;
    this.tell();
  }

  redo(): void {
    const next = this.future.pop();
    if (!next) return;
    this.past.push(this.areas);
    this.areas = next;
    this.tell();
  }

  place(vertex: Vertex): Place | undefined {
    return this.current.area?.[vertex.part]?.[vertex.ring]?.[vertex.at];
  }

  /** Move vertices of one ring together. */
  move(vertices: readonly Vertex[], eastM: number, northM: number): void {
    const [first] = vertices;
    if (!first) return;
    const moving = new Set(vertices.map(({ at }) => at));
    const moved = ([lon, lat]: Place): Place => [
      lon + eastM / (METRES_PER_DEGREE * Math.cos((lat * Math.PI) / 180)),
      lat + northM / METRES_PER_DEGREE,
    ];
    this.changeRing(first, (corners) => corners.map((corner, at) => (moving.has(at) ? moved(corner) : corner)));
  }

  /** Add a vertex midway to the next one. */
  insertAfter(vertex: Vertex): void {
    this.changeRing(vertex, (corners) => {
      const one = corners[vertex.at];
      const next = corners[(vertex.at + 1) % corners.length];
      if (!one || !next) return corners;
      const middle: Place = [(one[0] + next[0]) / 2, (one[1] + next[1]) / 2];
      return [...corners.slice(0, vertex.at + 1), middle, ...corners.slice(vertex.at + 1)];
    });
  }

  /** Take a vertex away; a triangle that loses one goes as a whole, and an outline with its holes. */
  remove(vertex: Vertex): void {
    this.changeRing(vertex, (corners) => corners.filter((_, at) => at !== vertex.at));
  }

  private changeRing(vertex: Vertex, change: (corners: Place[]) => Place[]): void {
    const area = (this.current.area ?? []).map((part, partAt) =>
      part.map((ring, ringAt) =>
        partAt === vertex.part && ringAt === vertex.ring ? closed(change(ring.slice(0, -1))) : ring,
      ),
    );
    this.redraw(withoutEmpty(area));
  }

  private tell(): void {
    for (const follow of this.followers) follow();
  }
}

export function sameDrawing(one: readonly Drawn[], other: readonly Drawn[]): boolean {
  return JSON.stringify(one) === JSON.stringify(rounded(other));
}

/** How far one place is from another, in metres, and in which direction, in words. */
export function stretch(from: Place, to: Place): { metres: number; direction: string } {
  const north = (to[1] - from[1]) * METRES_PER_DEGREE;
  const east = (to[0] - from[0]) * METRES_PER_DEGREE * Math.cos((from[1] * Math.PI) / 180);
  return { metres: Math.hypot(north, east), direction: direction(east, north) };
}

const DIRECTIONS = ["à l'est", "au nord-est", "au nord", "au nord-ouest", "à l'ouest", "au sud-ouest", "au sud", "au sud-est"];

function direction(east: number, north: number): string {
  const eighth = Math.round((Math.atan2(north, east) / (2 * Math.PI)) * 8);
  return DIRECTIONS[(eighth + 8) % 8] ?? "";
}

function closed(corners: Place[]): Ring {
  const first = corners[0];
  return first ? [...corners, first] : [];
}

function withoutEmpty(area: Area): Area | null {
  const parts = area
    .filter((part) => (part[0]?.length ?? 0) >= LEAST_OF_A_RING)
    .map((part) => part.filter((ring) => ring.length >= LEAST_OF_A_RING));
  return parts.length ? parts : null;
}

function rounded(areas: readonly Drawn[]): Drawn[] {
  const place = ([lon, lat]: Place): Place => [Number(lon.toFixed(PLACES)), Number(lat.toFixed(PLACES))];
  return areas.map((each) => ({ ...each, area: each.area && each.area.map((part) => part.map((ring) => ring.map(place))) }));
}
