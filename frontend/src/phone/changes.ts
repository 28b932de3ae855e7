/** What another version of the plan changed in the round since the crew said that it saw it. */

import type { Kept, Round, Stop } from "./types";

export interface Change {
  /** Stops that the crew has not seen yet. */
  added: Set<number>;
  gone: number;
  /** What stays is driven in another order. */
  isReordered: boolean;
}

/** The passages of a round in their order, each by its home and which one of that home it is. */
export function passagesOf(round: Round): string[] {
  const count = new Map<number, number>();
  return round.stops.map(({ home }) => {
    count.set(home, (count.get(home) ?? 0) + 1);
    return `${home}/${count.get(home)}`;
  });
}

export function changeOf(kept: Kept): Change {
  const { round } = kept;
  const now = passagesOf(round);
  const seen = kept.seen ?? now;
  const known = new Set(seen);
  const added = round.stops.filter((_, place) => !known.has(now[place] ?? ""));
  const stayed = now.filter((each) => known.has(each));
  const before = seen.filter((each) => now.includes(each));
  return {
    added: new Set(added.map(({ id }: Stop) => id)),
    gone: seen.length - before.length,
    isReordered: stayed.join() !== before.join(),
  };
}

/** « La tournée a changé : +1 passage, −1. »; nothing where it has not. */
export function tellChange({ added, gone, isReordered }: Change): string {
  const counts = [added.size && `+${added.size}`, gone && `−${gone}`].filter(Boolean);
  if (!counts.length) return isReordered ? "La tournée a changé : l'ordre des arrêts est un autre." : "";
  const [first, ...rest] = counts;
  const passages = Math.max(added.size || gone, 1) > 1 ? "passages" : "passage";
  const marked = added.size > 1 ? " Les nouveaux sont marqués." : added.size ? " Le nouveau est marqué." : "";
  return `La tournée a changé : ${[`${first} ${passages}`, ...rest].join(", ")}.${marked}`;
}
