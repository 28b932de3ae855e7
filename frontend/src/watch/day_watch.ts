/** One day's watch on one phone: the homes that it keeps until the day ends, and the looks that wait to be sent. */

import { LoggedOut, Refused } from "../phone/exchange";
import { type Exchanged, Keeper, nameOf, UNDO_MS } from "../phone/keeper";
import { isHeld, nothingSent } from "../phone/outbox";
import type { Store } from "../phone/store";
import type { Day, Home, WatchLink } from "./watch_link";

const KEPT = "day";

/** `clockOffMs` is what to add to the phone's clock to have the server's; `looks` what was noted here, by home. */
interface Kept {
  day: Day;
  clockOffMs: number;
  looks: Record<string, string>;
}

export class DayWatch extends Keeper<Kept, Exchanged> {
  private constructor(
    store: Store,
    private readonly link: WatchLink,
  ) {
    super(store, KEPT);
  }

  static async open(store: Store, link: WatchLink): Promise<DayWatch> {
    const watch = new DayWatch(store, link);
    await watch.reload();
    await watch.closeIfOver();
    return watch;
  }

  isLookedAt({ key, is_looked_at }: Home): boolean {
    return is_looked_at || this.kept?.looks[key] !== undefined;
  }

  /** Forget the homes once their day is over, by the server's clock as it was last known. */
  async closeIfOver(): Promise<boolean> {
    if (!this.kept || dayOf(Date.now() + this.kept.clockOffMs) === this.kept.day.day) return false;
    await this.forget();
    return true;
  }

  /** Note a look: on the disk before anything says that it is noted; false where there is nothing to note. */
  note(home: Home): Promise<boolean> {
    return this.change(async (kept) => {
      if (!kept || this.isLookedAt(home)) return false;
      const entry = await this.outbox.entry("look", kept.day.account, { home: home.key, day: kept.day.day }, UNDO_MS);
      const next = { ...kept, looks: { ...kept.looks, [home.key]: entry.key } };
      await this.store.write([entry, this.keep(next)]);
      this.kept = next;
      return true;
    });
  }

  /** Take back a look that is still held; false when it may have been sent. */
  undo({ key }: Home): Promise<boolean> {
    return this.change(async (kept) => {
      const { [key]: reference, ...looks } = kept?.looks ?? {};
      if (!kept || !reference) return false;
      const next = { ...kept, looks };
      const isUndone = await this.store.write([{ store: "outbox", key: reference }, this.keep(next)], {
        key: reference,
        holds: (row) => row !== undefined && isHeld(row, Date.now()),
      });
      if (isUndone) this.kept = next;
      return isUndone;
    });
  }

  protected async exchange(): Promise<Exchanged> {
    const told: Exchanged = { network: "on", sent: nothingSent() };
    try {
      const asked = Date.now();
      const day = await this.link.day();
      const clockOffMs = Date.parse(day.now) - (asked + Date.now()) / 2;
      await this.reload();
      // What another account may not see any more goes at once; what waits stays, for whoever noted it.
      if (this.kept && this.kept.day.account !== day.account) await this.forget();
      this.hasRead = true;
      told.sent = await this.outbox.send(this.link, [day.account]);
      const hasSent = told.sent.recorded + told.sent.refused.length > 0;
      await this.take(hasSent ? await this.link.day() : day, clockOffMs);
    } catch (problem) {
      if (problem instanceof LoggedOut || problem instanceof Refused) await this.forget();
      told.network = nameOf(problem);
    }
    return told;
  }

  private take(day: Day, clockOffMs: number): Promise<void> {
    return this.change(async (before) => {
      const waiting = new Set((await this.waiting()).map(({ reference }) => reference));
      const looks = Object.fromEntries(Object.entries(before?.looks ?? {}).filter(([, look]) => waiting.has(look)));
      const kept = { day, clockOffMs, looks };
      await this.store.write([this.keep(kept)]);
      this.kept = kept;
    });
  }
}

/** The day of a moment in the scheme, « 2026-08-12 ». */
function dayOf(moment: number): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: "Europe/Paris" }).format(moment);
}
