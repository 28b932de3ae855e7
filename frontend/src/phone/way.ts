/** The way to a stop, or back where there is none to go to, and the stays on it. */

import { serverNow } from "./hours";
import type { Kept, Leg, Round, Stay, Stop } from "./types";

/** How many stops lie before a way: by this legs and stays are told. */
function countBehind(stop: Stop | null, round: Round): number {
  return stop ? stop.order - 1 : round.stops.length;
}

export function legTo(stop: Stop | null, round: Round): Leg | undefined {
  return round.legs.find(({ order }) => order === countBehind(stop, round));
}

export function staysBefore(stop: Stop | null, round: Round): Stay[] {
  return (round.stays ?? []).filter(({ after }) => after === countBehind(stop, round));
}

/** The stops of a round in their order, each after the stays on the way to it. */
export function placesOf(round: Round): (Stop | Stay)[] {
  return [...round.stops.flatMap((stop) => [...staysBefore(stop, round), stop]), ...staysBefore(null, round)];
}

export const isStay = (place: Stop | Stay): place is Stay => "after" in place;

/** What tells a place of a round from the others, also once the round was read anew. */
export const keyOf = (place: Stop | Stay): string => (isStay(place) ? `stay ${place.arrives_at}` : `stop ${place.id}`);

/** Where the way to a place leads: a stop is one's own end, a stay lies on the way to the stop after it, or back. */
export function stopBeyond(place: Stop | Stay, round: Round): Stop | null {
  return isStay(place) ? (round.stops.find(({ order }) => order === place.after + 1) ?? null) : place;
}

/** Whether its hour has passed, or the crew has gone on to a stop beyond it: nobody goes back for a stay. */
export function isOver(stay: Stay, kept: Kept): boolean {
  const isPassed = kept.round.stops.some(({ id, order }) => order > stay.after && kept.done[id]);
  return isPassed || serverNow(kept) >= Date.parse(stay.leaves_at);
}
