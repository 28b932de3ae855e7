/** What the page and the site say to each other about a plan: docs/plan-exchange.md, as types. */

import { need } from "../page/drawer";

export interface Visit {
  absence: number;
  number: number;
}

export type Change =
  | ({ act: "move"; shift: number; place: number } & Visit)
  | ({ act: "lock" | "unlock" } & Visit)
  | { act: "exclude" | "readmit"; absence: number }
  | ({ act: "force"; shift?: number } & Visit);

export interface Figures {
  stops: number;
  starts_at: string;
  ends_at: string;
  travel_s: number;
  slack_s: number;
}

export interface Broken {
  sentence: string;
  shift: number | null;
  absence: number | null;
  late_s: number;
}

export interface TimedStop extends Visit {
  shift: number;
  order: number;
  arrives_at: string;
  starts_at: string;
  leaves_at: string;
  late_s: number;
}

export interface Trial {
  is_allowed: boolean;
  revision: number;
  sentence: string;
  broken: Broken[];
  rounds: { shift: number; before: Figures; after: Figures }[];
  stops: TimedStop[];
  prize_before: number;
  prize_after: number;
  stops_before: number;
  stops_after: number;
  /** Where the passage could go, when it may not go where it was to. */
  places: { shift: number; place: number }[];
}

/** A change that is saved, and in which plan. */
export interface Made extends Trial {
  plan: number;
}

export interface MadeChange {
  revision: number;
  sentence: string;
  kind: string;
  is_mine: boolean;
  by_role: string;
  made_at: string;
}

export interface PlanState {
  plan: number;
  version: number | null;
  published_at: string | null;
  revision: number;
  latest: number | null;
  changes: MadeChange[];
  can_undo: boolean;
}

export interface Calculation {
  id: number;
  state: "waiting" | "working" | "done" | "cancelled" | "failed";
  is_underway: boolean;
  is_comparing: boolean;
  is_mine: boolean;
  seconds_left: number | null;
  iterations: number;
  prize: number;
  stops: number;
  best: Record<string, number[]>;
  plan: number | null;
  problem: string;
}

interface PlaceAt {
  shift: number;
  starts_at: string;
}

export interface Stay {
  street: string;
}

export interface Changes<Place> {
  added: (Place & PlaceAt)[];
  removed: (Place & PlaceAt)[];
  moved: (Place & PlaceAt & { from: number; to: number })[];
  retimed: (Place & PlaceAt & { by_s: number })[];
}

export interface Difference extends Changes<Visit> {
  stays: Changes<Stay>;
  sentences: string[];
}

/** A stop that is not to be made any more, and why; its address is on the page alone. */
export interface Gone extends Visit {
  sentence: string;
}

interface Refusal {
  error: string;
  kind: string;
  revision?: number;
  gone?: Gone[];
}

/** The site refused: why, in words to be shown as they are. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly body: Partial<Refusal> & Partial<Trial>,
  ) {
    super(body.error ?? body.sentence ?? SILENT);
  }

  get kind(): string {
    return this.body.kind ?? (this.status === 422 ? "broken" : "");
  }
}

const SILENT = "Le site n'a pas répondu. Rien n'a été enregistré : vérifiez le réseau, puis recommencez.";
const LOGGED_OUT = "Votre session s'est fermée. Rien n'a été enregistré : rechargez la page pour vous reconnecter.";

/** Ask without counting as activity: a page left open must not keep its session alive. */
export const inBackground = { "X-Ronde-Background": "1" };

export async function get<Answer>(path: string, headers: Record<string, string> = {}): Promise<Answer> {
  return ask(path, { headers: { accept: "application/json", ...headers } });
}

export async function post<Answer>(path: string, body: object = {}): Promise<Answer> {
  return ask(path, {
    method: "POST",
    headers: { accept: "application/json", "content-type": "application/json", "X-CSRFToken": token() },
    body: JSON.stringify(body),
  });
}

async function ask<Answer>(path: string, options: RequestInit): Promise<Answer> {
  let answer: Response;
  try {
    answer = await fetch((need("page").dataset.entrance ?? "/") + path, { ...options, redirect: "manual" });
  } catch {
    throw new Refused(0, { error: SILENT });
  }
  if (answer.type === "opaqueredirect") throw new Refused(401, { error: LOGGED_OUT });
  const isJson = answer.headers.get("content-type")?.startsWith("application/json") ?? false;
  const said = isJson ? ((await answer.json()) as Answer) : null;
  if (!answer.ok || said === null) throw new Refused(answer.status, said ?? { error: SILENT });
  return said;
}

const token = (): string => document.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value ?? "";
