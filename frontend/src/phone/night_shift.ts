/** One night on one phone: the round it keeps, what was done on it, and what waits to be sent. */

import { type Link, LoggedOut, Offline, Refused, type State } from "./link";
import { Outbox, type Sent } from "./outbox";
import type { Store } from "./store";
import type { CallContent, Contacts, Done, Kept, PassageContent, Presence, Round, Stop } from "./types";

const KEPT = "round";
/** A passage without anything to report waits this long before it is sent, so that a slip can be taken back. */
export const UNDO_MS = 10_000;

export type Network = "on" | "off" | "logged_out" | "refused";

export interface Sync {
  network: Network;
  sent: Sent;
  /** Crews of whoever is logged in, when the server said so. */
  crews: string[];
}

export class NightShift {
  kept: Kept | null = null;
  private readonly outbox: Outbox;
  private running: Promise<Sync> | null = null;

  private constructor(
    private readonly store: Store,
    private readonly link: Link,
  ) {
    this.outbox = new Outbox(store);
  }

  static async open(store: Store, link: Link): Promise<NightShift> {
    const night = new NightShift(store, link);
    night.kept = await store.read<Kept>(KEPT);
    await night.closeIfOver();
    return night;
  }

  /** Forget the round once its shift is over, by the server's clock as it was last known. */
  async closeIfOver(): Promise<boolean> {
    if (!this.kept || Date.now() + this.kept.clockOffMs < Date.parse(this.kept.round.ends_at)) return false;
    await this.forget();
    return true;
  }

  waiting() {
    return this.outbox.waiting();
  }

  nextStop(): Stop | null {
    return this.kept?.round.stops.find(({ id }) => !this.kept?.done[id]) ?? null;
  }

  /** Note a passage: on the disk before anything says that it is noted. */
  async notePassage(
    stop: Stop,
    found: Pick<PassageContent, "result" | "anomaly" | "checked" | "wrong" | "note">,
    presence: Presence,
  ): Promise<Done> {
    const kept = this.mustKeep();
    const doneAt = new Date().toISOString();
    const content: PassageContent = { stop: stop.id, home: stop.home, done_at: doneAt, presence, ...found };
    const heldMs = found.result === "ras" ? UNDO_MS : 0;
    const entry = await this.outbox.entry("passage", kept.round.crew.id, content, { heldMs });
    const done: Done = { reference: entry.key, result: found.result, at: doneAt };
    kept.done[stop.id] = done;
    await this.store.write([entry, await this.keep(kept)]);
    return done;
  }

  /** Take back a passage that was not sent yet; false when it was. */
  async undo(stop: Stop): Promise<boolean> {
    const kept = this.mustKeep();
    const done = kept.done[stop.id];
    const waits = (await this.waiting()).some(({ reference }) => reference === done?.reference);
    if (!done || !waits || this.running) return false;
    delete kept.done[stop.id];
    await this.store.write([{ store: "outbox", key: done.reference }, await this.keep(kept)]);
    return true;
  }

  async noteCall(content: CallContent): Promise<void> {
    await this.store.write([await this.outbox.entry("call", this.mustKeep().round.crew.id, content)]);
  }

  contacts(stop: Stop): Promise<Contacts> {
    return this.link.contacts(stop.id);
  }

  /** Send what waits, then fetch the round anew; one at a time, in this page and in others of the phone. */
  sync(): Promise<Sync> {
    this.running ??= alone(() => this.exchange()).finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private async exchange(): Promise<Sync> {
    const sync: Sync = { network: "on", sent: { recorded: 0, refused: [] }, crews: [] };
    try {
      const state = await this.link.state();
      sync.crews = state.crews.map(({ name }) => name);
      await this.forgetAnothers(state);
      if (!state.is_enrolled) return { ...sync, network: "refused" };
      sync.sent = await this.outbox.send(
        this.link,
        state.crews.map(({ id }) => id),
      );
      if (state.route !== null) await this.fetchRound();
      else if (this.kept) await this.forget();
    } catch (problem) {
      if (problem instanceof LoggedOut) await this.forget();
      sync.network = nameOf(problem);
    }
    return sync;
  }

  /** What another crew, or a phone that was revoked, may not see any more goes at once. */
  private async forgetAnothers({ is_enrolled, crews }: State): Promise<void> {
    const crew = this.kept?.round.crew.id;
    if (crew !== undefined && (!is_enrolled || !crews.some(({ id }) => id === crew))) await this.forget();
  }

  private async fetchRound(): Promise<void> {
    const asked = Date.now();
    const round = await this.link.round();
    const clockOffMs = Date.parse(round.now) - (asked + Date.now()) / 2;
    const waiting = new Set((await this.waiting()).map(({ reference }) => reference));
    this.kept = { round, clockOffMs, done: mergeDone(round, this.kept, waiting) };
    await this.store.write([await this.keep(this.kept)]);
  }

  private async keep(kept: Kept) {
    return { store: "kept" as const, key: KEPT, value: await this.store.seal(kept) };
  }

  private async forget(): Promise<void> {
    this.kept = null;
    await this.store.wipe();
  }

  private mustKeep(): Kept {
    if (!this.kept) throw new Error("no round is kept");
    return this.kept;
  }
}

/** What the server knows to be done, and beside it what waits here; a stop of a new version keeps its home's passage. */
export function mergeDone(round: Round, before: Kept | null, waiting: Set<string>): Record<number, Done> {
  const done: Record<number, Done> = {};
  const stopAt = (stop: number | null, home: number) =>
    round.stops.find(({ id }) => id === stop) ?? round.stops.find((each) => each.home === home && !done[each.id]);
  for (const { reference, stop, home, result, done_at } of round.passages) {
    const at = stopAt(stop, home);
    if (at) done[at.id] = { reference, result, at: done_at };
  }
  for (const [id, noted] of Object.entries(before?.done ?? {})) {
    if (!waiting.has(noted.reference)) continue;
    const home = before?.round.stops.find((stop) => stop.id === Number(id))?.home;
    const at = home === undefined ? undefined : stopAt(Number(id), home);
    if (at) done[at.id] = noted;
  }
  return done;
}

function nameOf(problem: unknown): Network {
  if (problem instanceof LoggedOut) return "logged_out";
  if (problem instanceof Refused) return "refused";
  if (problem instanceof Offline) return "off";
  throw problem;
}

function alone<Value>(work: () => Promise<Value>): Promise<Value> {
  return "locks" in navigator ? (navigator.locks.request("ronde-sync", work) as Promise<Value>) : work();
}
