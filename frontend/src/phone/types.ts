/** What the server tells a phone, and what the phone notes; patrols/services/phone reads the latter strictly. */

export type Point = [number, number];

export interface Person {
  name: string;
  relation: string;
}

export interface Stop {
  id: number;
  home: number;
  order: number;
  visit: number;
  starts_at: string;
  /** « libre de 21 h 34 à 0 h 26, puis 5 min de trajet », where the crew would be early at the door. */
  free: string;
  address: string;
  /** The number that was given for the home, where the address file has none such and nobody has seen it since. */
  number_to_verify: string;
  city: string;
  point: Point;
  dwelling: string;
  first_day: string;
  last_day: string;
  /** The household came home, or never left, since the plan was published. */
  is_back: boolean;
  last_passage: { done_at: string; was_anomaly: boolean } | null;
  name: string;
  access: string;
  may_enter_garden: boolean;
  people: Person[];
  hours: string;
  /** From when to when, or null where any hour will do. */
  may_pass: [string, string][] | null;
  dog: boolean;
  animals: string;
  alarm: string;
  lights: boolean;
  vehicles: number;
  vehicles_place: string;
  shutters: string;
  windows: string;
}

export interface Leg {
  order: number;
  length_m: number;
  duration_s: number;
  streets: string[];
  course: Point[];
}

/** A place at which to be seen between two stops, once `after` of them are done; nothing is noted of it. */
export interface Stay {
  after: number;
  street: string;
  arrives_at: string;
  leaves_at: string;
  point: Point;
}

export interface Round {
  now: string;
  police: string;
  radius_m: number;
  /** How far apart two passages of a home are; kept by an older page, a round lacks it. */
  apart_s?: number;
  route: number;
  plan: number;
  crew: { id: number; name: string };
  starts_at: string;
  ends_at: string;
  length_m: number;
  start: { name: string; point: Point };
  end: { name: string; point: Point };
  stops: Stop[];
  legs: Leg[];
  /** In order; kept by an older page, a round lacks it. */
  stays?: Stay[];
  /** What the crew did at stops that are another crew's by now; kept by an older page, a round lacks it. */
  given?: { reference: string; address: string; done_at: string; result: Result }[];
  passages: { reference: string; stop: number | null; home: number; done_at: string; result: Result; to_call: boolean }[];
}

export type Result = "ras" | "anomaly";
export type Presence = "within" | "away" | "not_measured";

/** The content of a passage, as it is hashed and sent. */
export interface PassageContent {
  stop: number;
  home: number;
  done_at: string;
  result: Result;
  anomaly: string;
  checked: string[];
  wrong: string[];
  presence: Presence;
  note: string;
}

/** What the crew says of a home; the hour and the place are the phone's. */
export type Found = Pick<PassageContent, "result" | "anomaly" | "checked" | "wrong" | "note">;

export interface CallContent {
  passage: string;
  step: string;
  outcome: string;
  started_at: string;
  ended_at: string;
}

export interface Contacts {
  phone: string;
  trusted_name: string;
  trusted_phone: string;
  trusted_has_keys: boolean;
}

/** What was done at a stop, as this phone knows it. */
export interface Done {
  reference: string;
  result: Result;
  at: string;
  /** Not known to have reached the server: it can still be corrected here. */
  waits: boolean;
  /** Where the phone was; not known of what another one noted. */
  presence?: Presence | undefined;
  /** An anomaly of which somebody is still to be told. */
  toCall?: boolean | undefined;
  /** The steps of the chain that this phone has called, and of which it said how the call ended. */
  called?: string[] | undefined;
}

/** The round as the phone keeps it: `clockOffMs` is what to add to its clock to have the server's. */
export interface Kept {
  round: Round;
  clockOffMs: number;
  done: Record<number, Done>;
  /** The passages and stays of the round when the crew last said that it saw them (`changes`); null while no page has shown it. */
  seen: string[] | null;
}
