/** Whether the phone is at a home, worked out here: what leaves it is yes, no, or not measured; never a position. */

import type { Point, Presence } from "./types";

const WAIT_MS = 8_000;
const OLDEST_MS = 15_000;
/** A position that may be off by more than this says nothing of one garden. */
const COARSEST_M = 150;
const EARTH_RADIUS_M = 6_371_000;

export function measurePresence(home: Point, radiusM: number): Promise<Presence> {
  return new Promise((resolve) => {
    if (!("geolocation" in navigator)) {
      resolve("not_measured");
      return;
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve(judge([coords.longitude, coords.latitude], coords.accuracy, home, radiusM)),
      () => resolve("not_measured"),
      { enableHighAccuracy: true, timeout: WAIT_MS, maximumAge: OLDEST_MS },
    );
  });
}

/** The doubt is the crew's: within, as long as the true position may be. */
export function judge(at: Point, accuracyM: number, home: Point, radiusM: number): Presence {
  if (accuracyM > COARSEST_M) return "not_measured";
  return distanceM(at, home) <= radiusM + accuracyM ? "within" : "away";
}

export function distanceM([lon1, lat1]: Point, [lon2, lat2]: Point): number {
  const radians = (degrees: number) => (degrees * Math.PI) / 180;
  const half = (from: number, to: number) => Math.sin(radians(to - from) / 2) ** 2;
  const chord = half(lat1, lat2) + Math.cos(radians(lat1)) * Math.cos(radians(lat2)) * half(lon1, lon2);
  return 2 * EARTH_RADIUS_M * Math.asin(Math.sqrt(chord));
}
