/** The exchange of a phone with the server; an answer that does not come is no answer, and everything may be asked again. */

const WAIT_MS = 20_000;
const NOT_THERE = 404;
const BUSY = 429;
const SERVER_FAULT = 500;
/** A header that every answer of ours has, refusals included (SECURE_CROSS_ORIGIN_OPENER_POLICY). */
const OURS = "Cross-Origin-Opener-Policy";

export interface Sending {
  reference: string;
  crew: number;
  kind: string;
  sha256: string;
  content: string;
}

export interface Answer {
  reference: string;
  state: "recorded" | "refused" | "later" | "of_another_crew";
  reason: string;
}

/** No answer, or none that says anything: the same may be asked again later. */
export class Offline extends Error {}
/** Somebody else answered in the server's place, such as the log-in page of a public network. */
export class NotOurs extends Error {}
/** Nobody is logged in on this phone. */
export class LoggedOut extends Error {}
/** Who is logged in may not have this, or it is not there. */
export class Refused extends Error {}
/** The server did not understand: the page is older than it, or faulty. */
export class Misunderstood extends Error {}

/** Some fields that an answer must have. */
export type Shape<Told> = Partial<Record<keyof Told, "string" | "list">>;

/** What asks the server on behalf of a page, and gives it the token of its forms once the server has told it. */
export abstract class Exchange {
  protected csrf = "";

  /** Ask, and take for an answer nothing but what has the shape of one. */
  protected async ask<Told>(address: string, shape: Shape<Told>, body?: string): Promise<Told> {
    const options: RequestInit = {
      cache: "no-store",
      credentials: "same-origin",
      signal: AbortSignal.timeout(WAIT_MS),
      headers: { Accept: "application/json" },
    };
    if (body !== undefined) {
      options.method = "POST";
      options.body = body;
      options.headers = { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": this.csrf };
    }
    const answer = await fetch(address, options).catch(() => {
      throw new Offline();
    });
    if (answer.status >= SERVER_FAULT || answer.status === BUSY) throw new Offline();
    if (!answer.headers.has(OURS)) throw new NotOurs();
    // We lead nobody elsewhere than to the log-in, and the browser follows no other site that would.
    if (answer.redirected) throw new LoggedOut();
    if (answer.status === NOT_THERE) throw new Refused();
    if (!answer.ok) throw new Misunderstood();
    // Cut in the middle of its body, an answer is none.
    const told: unknown = await answer.json().catch(() => {
      throw new Offline();
    });
    if (!hasShape<Told>(told, shape)) throw new Misunderstood();
    return told;
  }
}

function hasShape<Told>(told: unknown, shape: Shape<Told>): told is Told {
  if (typeof told !== "object" || told === null) return false;
  const fields = told as Record<string, unknown>;
  const kind = (value: unknown) => (Array.isArray(value) ? "list" : typeof value);
  return Object.entries(shape).every(([name, wanted]) => kind(fields[name]) === wanted);
}
