/** What another version of the plan changed in the round since the crew said that it saw it. */

import type { Kept, Round, Stay, Stop } from "./types";
import { isOver, isStay, placesOf } from "./way";

export interface Change {
  /** Stops and stays that the crew has not seen yet. */
  added: Set<Stop | Stay>;
  passages: Count;
  stays: Count;
  /** What stays is driven in another order. */
  isReordered: boolean;
}

interface Count {
  added: number;
  gone: number;
}

const STAY = "présence";

/** The places of a round in their order: each passage by its home and which one of that home it is, each stay by its point. */
export function namesOf(round: Round): string[] {
  const count = new Map<string, number>();
  return placesOf(round).map((place) => {
    const name = isStay(place) ? `${STAY} ${place.point.join()}` : String(place.home);
    count.set(name, (count.get(name) ?? 0) + 1);
    return `${name}/${count.get(name)}`;
  });
}

/** A stay that is over changes nothing any more, whatever the plan makes of it. */
export function changeOf(kept: Kept): Change {
  const names = namesOf(kept.round);
  const places = new Map(placesOf(kept.round).map((place, index) => [names[index] ?? "", place]));
  const over = new Set(names.filter((name) => isStayOver(places.get(name), kept)));
  const now = names.filter((name) => !over.has(name));
  const seen = (kept.seen ?? now).filter((name) => !over.has(name));
  const [known, present] = [new Set(seen), new Set(now)];
  const added = now.filter((name) => !known.has(name));
  const gone = seen.filter((name) => !present.has(name));
  const countOf = (isOfKind: (name: string) => boolean): Count => ({ added: added.filter(isOfKind).length, gone: gone.filter(isOfKind).length });
  return {
    added: new Set(added.flatMap((name) => places.get(name) ?? [])),
    passages: countOf((name) => !name.startsWith(STAY)),
    stays: countOf((name) => name.startsWith(STAY)),
    isReordered: now.filter((name) => known.has(name)).join() !== seen.filter((name) => present.has(name)).join(),
  };
}

function isStayOver(place: Stop | Stay | undefined, kept: Kept): boolean {
  return place !== undefined && isStay(place) && isOver(place, kept);
}

/** « La tournée a changé : +1 passage, −1 ; +1 présence. »; nothing where it has not. */
export function tellChange({ added, passages, stays, isReordered }: Change): string {
  const told = [tellCount(passages, "passage"), tellCount(stays, "présence")].filter(Boolean);
  if (!told.length) return isReordered ? "La tournée a changé : l'ordre est un autre." : "";
  return `La tournée a changé : ${told.join(" ; ")}.${tellMarks(added.size, passages.added > 0)}`;
}

function tellCount({ added, gone }: Count, one: string): string {
  const [first, ...rest] = [added && `+${added}`, gone && `−${gone}`].filter(Boolean);
  return first ? [`${first} ${one}${(added || gone) > 1 ? "s" : ""}`, ...rest].join(", ") : "";
}

function tellMarks(added: number, withPassages: boolean): string {
  if (!added) return "";
  if (added > 1) return withPassages ? " Les nouveaux sont marqués." : " Les nouvelles sont marquées.";
  return withPassages ? " Le nouveau est marqué." : " La nouvelle est marquée.";
}
