/** What one page keeps on a phone and sends from it, whatever it is: one page at a time writes, and one exchanges. */

import { LoggedOut, Misunderstood, NotOurs, Offline, Refused } from "./exchange";
import { Outbox, type Sent } from "./outbox";
import type { Store, Write } from "./store";

/** What was noted with one tap waits this long before it is sent, so that a slip can be taken back. */
export const UNDO_MS = 10_000;

export type Network = "on" | "off" | "not_ours" | "misunderstood" | "logged_out" | "refused";

/** What an exchange led to. */
export interface Exchanged {
  network: Network;
  sent: Sent;
}

export abstract class Keeper<Kept, Told extends Exchanged> {
  /** What the disk had when it was last read. */
  kept: Kept | null = null;
  protected readonly outbox: Outbox;
  /** The exchange under way has read what waits: what is noted from then on is for the one that follows. */
  protected hasRead = false;
  private running: Promise<Told> | null = null;
  private following: Promise<Told> | null = null;
  // Held by one page of the phone at a time: the exchange, which may take long, and what the disk has, which may not.
  private readonly exchangeLock: string;
  private readonly diskLock: string;

  protected constructor(
    protected readonly store: Store,
    private readonly key: string,
  ) {
    this.outbox = new Outbox(store);
    this.exchangeLock = `${store.name}-sync`;
    this.diskLock = `${store.name}-kept`;
  }

  /** Read the disk again: another page of the phone may have noted something, or forgotten what was kept. */
  reload(): Promise<void> {
    return this.change(async () => undefined);
  }

  waiting() {
    return this.outbox.waiting();
  }

  /** Send what waits and is not held, then fetch anew what is kept; right after an exchange that has not read it. */
  sync(): Promise<Told> {
    if (this.running && this.hasRead) {
      const again = () => {
        this.following = null;
        return this.sync();
      };
      this.following ??= this.running.then(again, again);
      return this.following;
    }
    this.running ??= alone(this.exchangeLock, () => this.exchange()).finally(() => {
      this.running = null;
      this.hasRead = false;
    });
    return this.running;
  }

  /** Send also what is held for « Annuler »: nothing is taken back any more. */
  async sendNow(): Promise<Told> {
    await this.outbox.release();
    return this.sync();
  }

  protected abstract exchange(): Promise<Told>;

  protected forget(): Promise<void> {
    return alone(this.diskLock, async () => {
      await this.store.wipe();
      this.kept = null;
    });
  }

  /** Change what the disk has, one page and one change at a time, from what it has now. */
  protected change<Value>(work: (kept: Kept | null) => Promise<Value>): Promise<Value> {
    return alone(this.diskLock, async () => {
      this.kept = await this.store.read<Kept>(this.key);
      return work(this.kept);
    });
  }

  protected keep(kept: Kept): Write {
    return { store: "kept", key: this.key, value: kept };
  }
}

export function nameOf(problem: unknown): Network {
  if (problem instanceof LoggedOut) return "logged_out";
  if (problem instanceof Refused) return "refused";
  if (problem instanceof Offline) return "off";
  if (problem instanceof NotOurs) return "not_ours";
  if (problem instanceof Misunderstood) return "misunderstood";
  throw problem;
}

function alone<Value>(lock: string, work: () => Promise<Value>): Promise<Value> {
  return navigator.locks.request(lock, work) as Promise<Value>;
}
