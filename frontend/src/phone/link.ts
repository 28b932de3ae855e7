/** The exchange with the server; an answer that does not come is no answer, and everything may be asked again. */

import type { Contacts, Round } from "./types";

const WAIT_MS = 20_000;

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

export interface State {
  now: string;
  csrf: string;
  is_enrolled: boolean;
  crews: { id: number; name: string }[];
  route: number | null;
}

export class Offline extends Error {}
/** Nobody is logged in on this phone. */
export class LoggedOut extends Error {}
/** Who is logged in may not have this, or it is not there. */
export class Refused extends Error {}

export interface Addresses {
  state: string;
  round: string;
  entries: string;
  contacts: string;
}

export class Link {
  private csrf = "";

  constructor(private readonly addresses: Addresses) {}

  async state(): Promise<State> {
    const state = await this.ask<State>(this.addresses.state);
    this.csrf = state.csrf;
    return state;
  }

  round(): Promise<Round> {
    return this.ask<Round>(this.addresses.round);
  }

  async send(entries: Sending[]): Promise<Answer[]> {
    if (entries.length === 0) return [];
    const batch = JSON.stringify({ sent_at: new Date().toISOString(), entries });
    return (await this.ask<{ answers: Answer[] }>(this.addresses.entries, batch)).answers;
  }

  contacts(stop: number): Promise<Contacts> {
    return this.ask<Contacts>(this.addresses.contacts.replace("/0/", `/${stop}/`), "");
  }

  private async ask<Told>(address: string, body?: string): Promise<Told> {
    const options: RequestInit = {
      cache: "no-store",
      credentials: "same-origin",
      // The log-in page is on the other side of a redirection.
      redirect: "manual",
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
    if (answer.type === "opaqueredirect") throw new LoggedOut();
    if (answer.status >= 500) throw new Offline();
    if (!answer.ok) throw new Refused(String(answer.status));
    return (await answer.json().catch(() => {
      throw new Offline();
    })) as Told;
  }
}
