/** Whether a passage may begin at a home now, as those who live there said. */

import type { Kept, Stop } from "./types";
import { clock } from "./words";

/** The hour now by the server's clock, as it was last known. */
export function serverNow({ clockOffMs }: Kept): number {
  return Date.now() + clockOffMs;
}

/** A round is driven around its hours, not by them. */
const LATE_MS = 10 * 60_000;

/** Whether the hour of a stop that is still to be made has passed. */
export function isLate(stop: Stop, kept: Kept): boolean {
  return !kept.done[stop.id] && serverNow(kept) > Date.parse(stop.starts_at) + LATE_MS;
}

/** Say why a passage may not begin now, and from when it may; nothing where it may. */
export function warnOfHours(stop: Stop, kept: Kept): string {
  if (kept.done[stop.id]) return "";
  return warnOfOther(stop, kept) || warnOfAllowed(stop, kept);
}

/** Two passages of a home are kept apart, so that nobody guesses the second from the first: also where that was late. */
function warnOfOther(stop: Stop, kept: Kept): string {
  const others = kept.round.stops.filter(({ id, home }) => home === stop.home && id !== stop.id);
  const made = others.map(({ id }) => Date.parse(kept.done[id]?.at ?? "")).filter((at) => at > 0);
  if (!made.length) return "";
  const last = Math.max(...made);
  const from = last + (kept.round.apart_s ?? 0) * 1000;
  if (serverNow(kept) >= from) return "";
  const told = `L'autre passage de ce logement est de ${clock(new Date(last).toISOString())}.`;
  const closes = stop.may_pass && Math.max(...stop.may_pass.map(([, end]) => Date.parse(end)));
  const tooLate = from > Date.parse(kept.round.ends_at) || (closes !== null && from > closes);
  if (tooLate) return `${told} Il n'y a plus d'heure pour celui-ci : voyez avec le correspondant.`;
  return `${told} Attendez ${clock(new Date(from).toISOString())} pour celui-ci.`;
}

function warnOfAllowed(stop: Stop, kept: Kept): string {
  if (!stop.may_pass) return "";
  const now = serverNow(kept);
  const windows = stop.may_pass.map((window) => window.map((moment) => Date.parse(moment)) as [number, number]);
  if (windows.some(([opens, closes]) => opens <= now && now <= closes)) return "";
  const next = windows.map(([opens]) => opens).find((opens) => opens > now && opens < Date.parse(kept.round.ends_at));
  const outside = "Hors des heures de passage permises.";
  return next
    ? `${outside} Passez à partir de ${clock(next)}.`
    : `${outside} Il n'y en a plus d'ici la fin de la vacation : voyez avec le correspondant.`;
}
