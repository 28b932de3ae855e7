/**
 * What the phone keeps: one database, everything in it sealed by AES-GCM under a key that no script can read out.
 *
 * `kept` is tonight's round, or the homes that a watcher looks at today, wiped at its end; `outbox` is what was noted and not acknowledged yet, which outlives the
 * round, a log-out and a change of crew. The disk alone has the key: another page of the phone may have thrown the
 * former one away.
 */

/** The database of the crew's phone. */
const CREWS = "ronde";
const KEY = "main";
const DRAWN = "drawn";
// There once a round was forgotten whose key had to stay for what waited.
const SPENT = "spent";
const IV_BYTES = 12;
const STORES = ["keys", "kept", "outbox"] as const;

interface Sealed {
  iv: Uint8Array<ArrayBuffer>;
  data: ArrayBuffer;
}

/** Of an entry of the outbox, what is not sealed: for whom it waits, and until when. */
export interface Label {
  reference: string;
  /** Who may send it: a crew, or, on a watcher's phone, an account. */
  crew: number;
  kind: "passage" | "call" | "look";
  heldUntil: number;
}

export interface Waiting extends Sealed, Label {}

export interface Write {
  store: "kept" | "outbox";
  key: string;
  /** What is sealed; the record is removed when undefined. */
  value?: unknown;
  label?: Label;
}

/** A key, and which drawing it comes from. */
interface Drawn {
  key: CryptoKey;
  drawn: string | undefined;
}

export class Store {
  private constructor(
    private readonly database: IDBDatabase,
    readonly name: string,
  ) {}

  static async open(name = CREWS): Promise<Store> {
    const opening = indexedDB.open(name, 1);
    opening.onupgradeneeded = () => {
      for (const name of STORES) opening.result.createObjectStore(name);
    };
    const database = await settled(opening);
    const fresh = await drawKey();
    const transaction = database.transaction("keys", "readwrite", { durability: "strict" });
    if (!(await settled(transaction.objectStore("keys").getKey(KEY)))) keepKey(transaction, fresh);
    await finished(transaction);
    return new Store(database, name);
  }

  async read<Value>(key: string): Promise<Value | null> {
    const sealed = await settled<Sealed | undefined>(this.database.transaction("kept").objectStore("kept").get(key));
    return sealed ? this.unseal<Value>(sealed) : null;
  }

  waiting(): Promise<Waiting[]> {
    return settled<Waiting[]>(this.database.transaction("outbox").objectStore("outbox").getAll());
  }

  /** Open what was sealed; null when it does not open: damaged. */
  async unseal<Value>({ iv, data }: Sealed): Promise<Value | null> {
    try {
      const told = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, (await this.currentKey()).key, data);
      return JSON.parse(new TextDecoder().decode(told)) as Value;
    } catch {
      return null;
    }
  }

  /**
   * Seal and write all or nothing, and return once it is on the disk.
   *
   * `onlyIf` looks at one entry of the outbox within the same transaction: where it says no, nothing is written.
   */
  async write(writes: Write[], onlyIf?: { key: string; holds: (row: Waiting | undefined) => boolean }): Promise<boolean> {
    for (;;) {
      const current = await this.currentKey();
      const rows = await Promise.all(writes.map(async (write) => ({ ...write, row: await sealed(write, current.key) })));
      const transaction = this.database.transaction(STORES, "readwrite", { durability: "strict" });
      // Another page may have drawn a new key since: under the former one, nobody could open what is written now.
      const isStale = (await settled(transaction.objectStore("keys").get(DRAWN))) !== current.drawn;
      const seen = onlyIf && (await settled<Waiting | undefined>(transaction.objectStore("outbox").get(onlyIf.key)));
      const mayWrite = !isStale && (onlyIf?.holds(seen) ?? true);
      for (const { store, key, row } of mayWrite ? rows : []) {
        if (row) transaction.objectStore(store).put(row, key);
        else transaction.objectStore(store).delete(key);
      }
      await finished(transaction);
      if (!isStale) return mayWrite;
    }
  }

  /** End the time to take anything back: what was held may be sent from now on, by whichever page. */
  async release(): Promise<void> {
    const transaction = this.database.transaction("outbox", "readwrite", { durability: "strict" });
    const outbox = transaction.objectStore("outbox");
    for (const row of await settled<Waiting[]>(outbox.getAll())) outbox.put({ ...row, heldUntil: 0 }, row.reference);
    await finished(transaction);
  }

  /** Forget entries that were sent, as they were sent: one that was written anew meanwhile stays. */
  async forgetSent(sent: Waiting[]): Promise<void> {
    const transaction = this.database.transaction("outbox", "readwrite", { durability: "strict" });
    const outbox = transaction.objectStore("outbox");
    for (const { reference, iv } of sent) {
      const now = await settled<Waiting | undefined>(outbox.get(reference));
      if (now && indexedDB.cmp(now.iv, iv) === 0) outbox.delete(reference);
    }
    await finished(transaction);
  }

  /** Forget the round. The key goes with it, as soon as nothing waits any more that it alone opens. */
  async wipe(): Promise<void> {
    const fresh = await drawKey();
    const transaction = this.database.transaction(STORES, "readwrite", { durability: "strict" });
    const [keys, kept] = [transaction.objectStore("keys"), transaction.objectStore("kept")];
    const rounds = await settled(kept.count());
    const spent = await settled(keys.count(SPENT));
    const waiting = await settled(transaction.objectStore("outbox").count());
    if (rounds) kept.clear();
    if (rounds && waiting) keys.put(true, SPENT);
    if (!waiting && (rounds || spent)) {
      keys.delete(SPENT);
      keepKey(transaction, fresh);
    }
    await finished(transaction);
  }

  private async currentKey(): Promise<Drawn> {
    const keys = this.database.transaction("keys").objectStore("keys");
    const [key, drawn] = await Promise.all([
      settled<CryptoKey>(keys.get(KEY)),
      settled<string | undefined>(keys.get(DRAWN)),
    ]);
    return { key, drawn };
  }
}

/** How many entries wait, for a page that opens no store: a database that is not there stays so. */
export async function countWaiting(store = CREWS): Promise<number> {
  if (!(await indexedDB.databases()).some(({ name }) => name === store)) return 0;
  const database = await settled(indexedDB.open(store));
  const waiting = await settled(database.transaction("outbox").objectStore("outbox").count());
  database.close();
  return waiting;
}

async function sealed({ value, label }: Write, key: CryptoKey): Promise<Sealed | Waiting | null> {
  if (value === undefined) return null;
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const told = new TextEncoder().encode(JSON.stringify(value));
  return { ...label, iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, told) };
}

async function drawKey(): Promise<Drawn> {
  const isExtractable = false;
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, isExtractable, ["encrypt", "decrypt"]);
  return { key, drawn: crypto.randomUUID() };
}

function keepKey(transaction: IDBTransaction, { key, drawn }: Drawn): void {
  const keys = transaction.objectStore("keys");
  keys.put(key, KEY);
  keys.put(drawn, DRAWN);
}

function settled<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function finished(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = transaction.onabort = () => reject(transaction.error);
  });
}
