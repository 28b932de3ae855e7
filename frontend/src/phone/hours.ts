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

/** Say that now is outside the allowed hours, and when they begin; nothing within them. */
export function warnOfHours(stop: Stop, kept: Kept): string {
  if (!stop.may_pass || kept.done[stop.id]) return "";
  const now = serverNow(kept);
  const windows = stop.may_pass.map((window) => window.map((moment) => Date.parse(moment)) as [number, number]);
  if (windows.some(([opens, closes]) => opens <= now && now <= closes)) return "";
  const next = windows.map(([opens]) => opens).find((opens) => opens > now && opens < Date.parse(kept.round.ends_at));
  const outside = "Hors des heures de passage permises.";
  return next
    ? `${outside} Passez à partir de ${clock(next)}.`
    : `${outside} Il n'y en a plus d'ici la fin de la vacation : voyez avec le correspondant.`;
}
