/** One night on one phone: the round it keeps, what was done on it, and what waits to be sent. */

import { namesOf } from "./changes";
import { serverNow } from "./hours";
import { LoggedOut, Refused } from "./exchange";
import { type Exchanged, Keeper, nameOf, UNDO_MS } from "./keeper";
import type { Link, State } from "./link";
import { isHeld, nothingSent } from "./outbox";
import type { Store } from "./store";
import type { CallContent, Contacts, Done, Found, Kept, PassageContent, Presence, Round, Stop } from "./types";

const KEPT = "round";

/** Whom an anomaly has called, in order. */
const STEPS = ["owner", "trusted_person", "national_police"];

export interface Sync extends Exchanged {
  /** Crews of whoever is logged in, when the server said so. */
  crews: string[];
}

export class NightShift extends Keeper<Kept, Sync> {
  private constructor(
    store: Store,
    private readonly link: Link,
  ) {
    super(store, KEPT);
  }

  static async open(store: Store, link: Link): Promise<NightShift> {
    const night = new NightShift(store, link);
    await night.reload();
    await night.closeIfOver();
    return night;
  }

  /** Forget the round once its shift is over, by the server's clock as it was last known. */
  async closeIfOver(): Promise<boolean> {
    if (!this.kept || serverNow(this.kept) < Date.parse(this.kept.round.ends_at)) return false;
    await this.forget();
    return true;
  }

  waitingAnomalies(): Promise<number> {
    return this.outbox.waitingAnomalies();
  }

  nextStop(): Stop | null {
    return this.kept?.round.stops.find(({ id }) => !this.kept?.done[id]) ?? null;
  }

  /**
   * Note a passage: on the disk before anything says that it is noted.
   *
   * It is the crew's that was shown when it was begun, also where the round was forgotten meanwhile.
   */
  notePassage(crew: number, stop: Stop, found: Found, presence: Presence): Promise<Done> {
    return this.change(async (kept) => {
      const before = kept?.done[stop.id];
      // Noted on another page of the phone; only an anomaly can still be added to it.
      if (before && (found.result === "ras" || before.result === "anomaly")) return before;
      const doneAt = new Date().toISOString();
      const content: PassageContent = { stop: stop.id, home: stop.home, done_at: doneAt, presence, ...found };
      const entry = await this.outbox.entry("passage", crew, content, found.result === "ras" ? UNDO_MS : 0);
      const done: Done = { reference: entry.key, result: found.result, at: doneAt, waits: true, presence, toCall: found.result === "anomaly" };
      const next = kept?.round.crew.id === crew ? { ...kept, done: { ...kept.done, [stop.id]: done } } : null;
      await this.store.write([entry, ...(next ? [this.keep(next)] : [])]);
      if (next) this.kept = next;
      return done;
    });
  }

  /** What was said of a passage that still waits; null where it does not. */
  async readWaiting(stop: Stop): Promise<PassageContent | null> {
    const done = this.kept?.done[stop.id];
    return done ? this.outbox.readPassage(done.reference) : null;
  }

  /**
   * Say otherwise what was found at a passage that waits: same identifier, same hour; null where it waits no more.
   *
   * One that is being sent meanwhile stands as it was sent: the server sets the correction aside for the police.
   */
  correct(stop: Stop, found: Found): Promise<Done | null> {
    return this.change(async (kept) => {
      const before = kept?.done[stop.id];
      const said = before && (await this.outbox.readPassage(before.reference));
      if (!kept || !before || !said) return null;
      const entry = await this.outbox.entry("passage", kept.round.crew.id, { ...said, ...found }, 0, before.reference);
      const done: Done = { ...before, result: found.result, toCall: found.result === "anomaly" && (before.result === "ras" || before.toCall) };
      const next = { ...kept, done: { ...kept.done, [stop.id]: done } };
      const isWritten = await this.store.write([entry, this.keep(next)], { key: entry.key, holds: (row) => row !== undefined });
      if (!isWritten) return null;
      this.kept = next;
      return done;
    });
  }

  /** Take back a passage that is still held; false when it may have been sent. */
  undo(stop: Stop): Promise<boolean> {
    return this.change(async (kept) => {
      const { [stop.id]: done, ...rest } = kept?.done ?? {};
      if (!kept || !done) return false;
      const next = { ...kept, done: rest };
      const isUndone = await this.store.write([{ store: "outbox", key: done.reference }, this.keep(next)], {
        key: done.reference,
        holds: (row) => row !== undefined && isHeld(row, Date.now()),
      });
      if (isUndone) this.kept = next;
      return isUndone;
    });
  }

  /** The crew sees its round for the first time, or saw what has changed in it. */
  seeChange(): Promise<void> {
    return this.change(async (kept) => {
      if (!kept) return;
      const next = { ...kept, seen: namesOf(kept.round) };
      await this.store.write([this.keep(next)]);
      this.kept = next;
    });
  }

  noteCall(crew: number, content: CallContent): Promise<void> {
    return this.change(async (kept) => {
      const called = Object.entries(kept?.done ?? {}).map(([stop, done]) => [stop, afterCall(done, content)]);
      const next = kept && { ...kept, done: Object.fromEntries(called) as Kept["done"] };
      await this.store.write([await this.outbox.entry("call", crew, content), ...(next ? [this.keep(next)] : [])]);
      if (next) this.kept = next;
    });
  }

  contacts(stop: Stop): Promise<Contacts> {
    return this.link.contacts(stop.id);
  }

  protected async exchange(): Promise<Sync> {
    const sync: Sync = { network: "on", sent: nothingSent(), crews: [] };
    try {
      const state = await this.link.state();
      sync.crews = state.crews.map(({ name }) => name);
      await this.forgetAnothers(state);
      if (!state.is_enrolled) return { ...sync, network: "refused" };
      const crews = state.crews.map(({ id }) => id);
      this.hasRead = true;
      sync.sent = await this.outbox.send(this.link, crews);
      if (state.route === null || !(await this.fetchRound())) await this.forget();
    } catch (problem) {
      if (problem instanceof LoggedOut || problem instanceof Refused) await this.forget();
      sync.network = nameOf(problem);
    }
    return sync;
  }

  /** What another crew, or a phone that was revoked, may not see any more goes at once. */
  private async forgetAnothers({ is_enrolled, crews }: State): Promise<void> {
    await this.reload();
    const crew = this.kept?.round.crew.id;
    if (crew !== undefined && (!is_enrolled || !crews.some(({ id }) => id === crew))) await this.forget();
  }

  /** False when there is no round any more: its time has ended since the server was asked which one is open. */
  private async fetchRound(): Promise<boolean> {
    const asked = Date.now();
    const round = await this.link.round().catch((problem: unknown) => {
      if (problem instanceof Refused) return null;
      throw problem;
    });
    if (!round) return false;
    const clockOffMs = Date.parse(round.now) - (asked + Date.now()) / 2;
    await this.change(async (before) => {
      const waiting = new Set((await this.waiting()).map(({ reference }) => reference));
      const isSameNight = before?.round.crew.id === round.crew.id && before.round.starts_at === round.starts_at;
      const seen = isSameNight ? before.seen : null;
      const kept = { round, clockOffMs, done: mergeDone(round, before, waiting), seen };
      await this.store.write([this.keep(kept)]);
      this.kept = kept;
    });
    return true;
  }
}

/** A chain ends once somebody is reached or all steps were tried; of a call left without a word nobody knows. */
function afterCall(done: Done, { passage, step, outcome }: CallContent): Done {
  if (done.reference !== passage || outcome === "not_said") return done;
  const called = [...(done.called ?? []), step];
  const isOpen = outcome !== "reached" && STEPS.some((each) => !called.includes(each));
  return { ...done, called, toCall: done.toCall && isOpen };
}

/** What the server knows to be done, and beside it what waits here; a stop of a new version keeps its home's passage. */
export function mergeDone(round: Round, before: Kept | null, waiting: Set<string>): Record<number, Done> {
  const done: Record<number, Done> = {};
  const noted = new Map(Object.values(before?.done ?? {}).map((each) => [each.reference, each]));
  const stopAt = (stop: number | null, home: number) =>
    round.stops.find(({ id }) => id === stop) ?? round.stops.find((each) => each.home === home && !done[each.id]);
  for (const { reference, stop, home, result, done_at, to_call } of round.passages) {
    const at = stopAt(stop, home);
    const own = noted.get(reference);
    // A call that ended the chain may wait here still.
    const toCall = to_call && (own?.toCall ?? true);
    if (at) done[at.id] = { reference, result, at: done_at, waits: false, presence: own?.presence, called: own?.called, toCall };
  }
  for (const [id, own] of Object.entries(before?.done ?? {})) {
    if (!waiting.has(own.reference)) continue;
    const home = before?.round.stops.find((stop) => stop.id === Number(id))?.home;
    const at = home === undefined ? undefined : stopAt(Number(id), home);
    if (at) done[at.id] = own;
  }
  return done;
}
