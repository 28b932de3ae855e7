/** What waits to be sent: each entry under an identifier of its own, with the hash of the very text that is sent. */

import type { Answer, Link, Sending } from "./link";
import type { Store, Waiting, Write } from "./store";

const MOST_AT_ONCE = 50;

interface Content {
  content: string;
  sha256: string;
}

export interface Sent {
  recorded: number;
  refused: string[];
}

export class Outbox {
  constructor(private readonly store: Store) {}

  /** Seal an entry, for `store.write` together with what it changes on the phone. */
  async entry(
    kind: Waiting["kind"],
    crew: number,
    content: object,
    { reference = crypto.randomUUID(), heldMs = 0 }: { reference?: string; heldMs?: number } = {},
  ): Promise<Write & { value: Waiting }> {
    const text = JSON.stringify(content);
    const sealed = await this.store.seal({ content: text, sha256: await sha256(text) } satisfies Content);
    const value = { ...sealed, reference, crew, kind, heldUntil: heldMs ? Date.now() + heldMs : 0 };
    return { store: "outbox", key: reference, value };
  }

  waiting(): Promise<Waiting[]> {
    return this.store.waiting();
  }

  /** Send what may be sent for some crews; what was taken in, or set aside by the server, is forgotten here. */
  async send(link: Link, crews: number[]): Promise<Sent> {
    const sent: Sent = { recorded: 0, refused: [] };
    const now = Date.now();
    // A clock that was set back must not hold an entry for ever: nothing is held for more than a minute.
    const isHeld = ({ heldUntil }: Waiting) => heldUntil > now && heldUntil < now + 60_000;
    const ready = (await this.waiting()).filter((each) => crews.includes(each.crew) && !isHeld(each));
    // A call follows its passage: the server would only ask for it again.
    ready.sort((a, b) => Number(a.kind === "call") - Number(b.kind === "call"));
    for (let first = 0; first < ready.length; first += MOST_AT_ONCE) {
      const entries = await Promise.all(ready.slice(first, first + MOST_AT_ONCE).map((each) => this.open(each)));
      const answers = await link.send(entries.filter((each) => each !== null));
      await this.forget(answers, sent);
    }
    return sent;
  }

  private async open(waiting: Waiting): Promise<Sending | null> {
    const opened = await this.store.unseal<Content>(waiting);
    return opened && { reference: waiting.reference, crew: waiting.crew, kind: waiting.kind, ...opened };
  }

  private async forget(answers: Answer[], sent: Sent): Promise<void> {
    const settled = answers.filter(({ state }) => state === "recorded" || state === "refused");
    await this.store.write(settled.map(({ reference }) => ({ store: "outbox", key: reference })));
    sent.recorded += settled.filter(({ state }) => state === "recorded").length;
    sent.refused.push(...settled.filter(({ state }) => state === "refused").map(({ reason }) => reason));
  }
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
