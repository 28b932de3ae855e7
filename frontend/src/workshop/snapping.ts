/** The place of a border or a street that a pointer is near: a corner first, then a side. */

import type { Area, Place } from "./drawing";

const METRES_PER_DEGREE = 111_320;

export class Snapper {
  private readonly lines: Place[][];

  constructor(borders: readonly Area[]) {
    this.lines = borders.flatMap((area) => area.flat());
  }

  /** The nearest place within so many metres; borders go before streets, corners before sides. */
  find(at: Place, withinM: number, streets: readonly Place[][]): Place | undefined {
    return nearestCorner(this.lines, at, withinM) ?? nearestOnSide(this.lines, at, withinM) ?? nearestOnSide(streets, at, withinM);
  }
}

function nearestCorner(lines: readonly Place[][], at: Place, withinM: number): Place | undefined {
  let best: Place | undefined;
  let least = withinM;
  for (const line of lines) {
    for (const corner of line) {
      const metres = Math.hypot(...away(at, corner));
      if (metres < least) [best, least] = [corner, metres];
    }
  }
  return best;
}

function nearestOnSide(lines: readonly Place[][], at: Place, withinM: number): Place | undefined {
  let best: Place | undefined;
  let least = withinM;
  for (const line of lines) {
    for (let index = 1; index < line.length; index++) {
      const [one, next] = [line[index - 1] as Place, line[index] as Place];
      const part = foot(away(at, one), away(at, next));
      const place: Place = [one[0] + part * (next[0] - one[0]), one[1] + part * (next[1] - one[1])];
      const metres = Math.hypot(...away(at, place));
      if (metres < least) [best, least] = [place, metres];
    }
  }
  return best;
}

/** How far along a side, from 0 to 1, the origin is nearest to it. */
function foot(one: [number, number], next: [number, number]): number {
  const [east, north] = [next[0] - one[0], next[1] - one[1]];
  const squared = east * east + north * north;
  return squared ? Math.min(1, Math.max(0, -(one[0] * east + one[1] * north) / squared)) : 0;
}

function away(from: Place, to: Place): [number, number] {
  return [(to[0] - from[0]) * METRES_PER_DEGREE * Math.cos((from[1] * Math.PI) / 180), (to[1] - from[1]) * METRES_PER_DEGREE];
}
