/** What a watcher's phone asks of the server. */

import { type Answer, Exchange, type Sending } from "../phone/exchange";

export interface Home {
  key: string;
  address: string;
  is_looked_at: boolean;
}

export interface Day {
  now: string;
  day: string;
  csrf: string;
  account: number;
  is_my_turn: boolean;
  homes: Home[];
}

export class WatchLink extends Exchange {
  constructor(private readonly addresses: { day: string; looks: string }) {
    super();
  }

  /** The token of the forms of whoever is logged in, for those that the page draws. */
  get token(): string {
    return this.csrf;
  }

  async day(): Promise<Day> {
    const day = await this.ask<Day>(this.addresses.day, { now: "string", day: "string", csrf: "string", homes: "list" });
    this.csrf = day.csrf;
    return day;
  }

  async send(entries: Sending[]): Promise<Answer[]> {
    const batch = JSON.stringify({ entries });
    return (await this.ask<{ answers: Answer[] }>(this.addresses.looks, { answers: "list" }, batch)).answers;
  }
}
