/** What waits to be sent: each entry under an identifier of its own, with the hash of the very text that is sent. */

import type { Answer, Sending } from "./exchange";
import type { Label, Store, Waiting, Write } from "./store";
import type { PassageContent } from "./types";

const MOST_AT_ONCE = 50;
// A clock that was set back must not hold an entry for ever.
const LONGEST_HOLD_MS = 60_000;

interface Content {
  content: string;
  sha256: string;
}

export interface Sent {
  recorded: number;
  /** Of those recorded, the passages that tell an anomaly. */
  anomalies: number;
  refused: string[];
}

/** Who takes entries in, and answers for each. */
export interface Taker {
  send(entries: Sending[]): Promise<Answer[]>;
}

export function nothingSent(): Sent {
  return { recorded: 0, anomalies: 0, refused: [] };
}

/** Whether an entry is kept back for « Annuler »: nobody sends it meanwhile. */
export function isHeld({ heldUntil }: Label, now: number): boolean {
  return heldUntil > now && heldUntil < now + LONGEST_HOLD_MS;
}

export class Outbox {
  constructor(private readonly store: Store) {}

  /** An entry, for `store.write` together with what it changes on the phone. */
  async entry(
    kind: Label["kind"],
    crew: number,
    content: object,
    heldMs = 0,
    reference: string = crypto.randomUUID(),
  ): Promise<Write> {
    const text = JSON.stringify(content);
    return {
      store: "outbox",
      key: reference,
      value: { content: text, sha256: await sha256(text) } satisfies Content,
      label: { reference, crew, kind, heldUntil: heldMs ? Date.now() + heldMs : 0 },
    };
  }

  waiting(): Promise<Waiting[]> {
    return this.store.waiting();
  }

  /** How many anomalies wait, of those that open. */
  async waitingAnomalies(): Promise<number> {
    const passages = (await this.waiting()).filter(({ kind }) => kind === "passage");
    const opened = await Promise.all(passages.map((each) => this.openPassage(each)));
    return opened.filter((each) => each?.result === "anomaly").length;
  }

  /** What a passage says that waits; null where it does not wait, or does not open. */
  async readPassage(reference: string): Promise<PassageContent | null> {
    const waiting = (await this.waiting()).find((each) => each.reference === reference);
    return waiting ? this.openPassage(waiting) : null;
  }

  release(): Promise<void> {
    return this.store.release();
  }

  /** Send what may be sent for some crews; what was taken in, or set aside by the server, is forgotten here. */
  async send(taker: Taker, crews: number[]): Promise<Sent> {
    const sent = nothingSent();
    // Before what waits is read: an entry that is taken back meanwhile was still held then.
    const now = Date.now();
    const ready = (await this.waiting()).filter((each) => crews.includes(each.crew) && !isHeld(each, now));
    // A call follows its passage: the server would only ask for it again.
    ready.sort((a, b) => Number(a.kind === "call") - Number(b.kind === "call"));
    for (let first = 0; first < ready.length; first += MOST_AT_ONCE) {
      const leaving = ready.slice(first, first + MOST_AT_ONCE);
      const entries = await Promise.all(leaving.map((each) => this.open(each)));
      await this.forget(leaving, entries, await taker.send(entries), sent);
    }
    return sent;
  }

  /** One that does not open any more is sent empty: the server sets it aside, where the police see that it was lost. */
  private async open(waiting: Waiting): Promise<Sending> {
    const opened = await this.store.unseal<Content>(waiting);
    const { reference, crew, kind } = waiting;
    return { reference, crew, kind, ...(opened ?? { content: "", sha256: "" }) };
  }

  private async openPassage(waiting: Waiting): Promise<PassageContent | null> {
    const opened = await this.store.unseal<Content>(waiting);
    return opened && (JSON.parse(opened.content) as PassageContent);
  }

  private async forget(left: Waiting[], entries: Sending[], answers: Answer[], sent: Sent): Promise<void> {
    const settled = answers.filter(({ state }) => state === "recorded" || state === "refused");
    const references = new Set(settled.map(({ reference }) => reference));
    await this.store.forgetSent(left.filter(({ reference }) => references.has(reference)));
    const recorded = new Set(settled.filter(({ state }) => state === "recorded").map(({ reference }) => reference));
    sent.recorded += recorded.size;
    sent.anomalies += entries.filter((each) => recorded.has(each.reference) && tellsAnomaly(each)).length;
    sent.refused.push(...settled.filter(({ state }) => state === "refused").map(({ reason }) => reason));
  }
}

function tellsAnomaly({ kind, content }: Sending): boolean {
  return kind === "passage" && (JSON.parse(content) as PassageContent).result === "anomaly";
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
