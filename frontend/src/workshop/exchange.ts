/** What the workshop and the site say to each other about a draft. */

import { get, inBackground, post } from "../plan/exchange";
import { need } from "../page/drawer";
import type { Area, Drawn, Place } from "./drawing";

/** Who kept the last drawing, and when. */
export interface Standing {
  revision: number;
  is_draft: boolean;
  saved_at: string;
  is_mine: boolean;
  by_role: string;
}

export interface Neighbour {
  key: string;
  name: string;
  area: Area;
}

export interface Draft extends Standing {
  drawn: Drawn[];
  neighbours: Neighbour[];
  changeable: string[];
}

export interface Mend {
  act: string;
  other: string;
  label: string;
}

export interface Fault extends Spot {
  area: Area;
  is_sliver: boolean;
  mends: Mend[];
}

export interface Feedback {
  sentence: string;
  leaves: string;
  bordering: string[];
  overlaps: Fault[];
  gaps: Fault[];
  problem?: undefined;
}

/** Why there is no area yet, and where. */
export interface Problem {
  problem: { error: string; places: Spot[] };
}

export interface Spot {
  at: Place;
  sentence: string;
}

export interface Near {
  address: string;
  distance_m: number;
}

const path = (what: string): string => `propositions/${need("page").dataset.proposal}/${what}/`;

export const readDraft = (): Promise<Draft> => get(path("brouillon"));

/** How the draft stands, with the drawing where it is not the one that the page has. */
export const readStanding = (revision: number): Promise<Standing & Partial<Draft>> =>
  get(`${path("brouillon")}?depuis=${revision}`, inBackground);

export const keepDrawing = (revision: number, drawn: readonly Drawn[]): Promise<Standing> => post(path("garder"), { revision, drawn });

export const look = (key: string, drawn: readonly Drawn[]): Promise<Feedback | Problem> => post(path("regarder"), { key, drawn });

export const reshape = (said: object): Promise<{ drawn: Drawn[] }> => post(path("retoucher"), said);

export const lighten = (said: object): Promise<{ drawn: Drawn[]; sentence: string }> => post(path("alleger"), said);

export const compose = (said: object): Promise<{ drawn: Drawn[]; addresses: number; remarks: string[] }> => post(path("composer"), said);

export const namePlaces = async (places: readonly Place[]): Promise<Near[]> => (await post<{ near: Near[] }>(path("reperes"), { places })).near;
