/** What the crew's phone asks of the server. */

import { type Answer, Exchange, type Sending } from "./exchange";
import type { Contacts, Round } from "./types";

export interface State {
  now: string;
  csrf: string;
  is_enrolled: boolean;
  crews: { id: number; name: string }[];
  route: number | null;
}

export interface Addresses {
  state: string;
  round: string;
  entries: string;
  contacts: string;
}

export class Link extends Exchange {
  constructor(private readonly addresses: Addresses) {
    super();
  }

  async state(): Promise<State> {
    const state = await this.ask<State>(this.addresses.state, { now: "string", csrf: "string", crews: "list" });
    this.csrf = state.csrf;
    return state;
  }

  round(): Promise<Round> {
    return this.ask<Round>(this.addresses.round, { now: "string", ends_at: "string", stops: "list", passages: "list" });
  }

  async send(entries: Sending[]): Promise<Answer[]> {
    const batch = JSON.stringify({ sent_at: new Date().toISOString(), entries });
    return (await this.ask<{ answers: Answer[] }>(this.addresses.entries, { answers: "list" }, batch)).answers;
  }

  contacts(stop: number): Promise<Contacts> {
    const shape = { phone: "string", trusted_phone: "string" } as const;
    return this.ask<Contacts>(this.addresses.contacts.replace("/0/", `/${stop}/`), shape, "");
  }
}
