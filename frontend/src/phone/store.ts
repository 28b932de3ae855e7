/**
 * What the phone keeps: one database, everything in it sealed by AES-GCM under a key that no script can read out.
 *
 * `kept` is tonight's round, wiped at its end; `outbox` is what was noted and not acknowledged yet, which outlives the
 * round, a log-out and a change of crew.
 */

const NAME = "ronde";
const KEY = "main";
const IV_BYTES = 12;
const STORES = ["keys", "kept", "outbox"] as const;
type StoreName = (typeof STORES)[number];

export interface Sealed {
  iv: Uint8Array<ArrayBuffer>;
  data: ArrayBuffer;
}

/** An entry of the outbox: what it is about is sealed; for whom it waits, and until when, is not. */
export interface Waiting extends Sealed {
  reference: string;
  crew: number;
  kind: "passage" | "call";
  heldUntil: number;
}

export interface Write {
  store: "kept" | "outbox";
  key: string;
  /** Removed when undefined. */
  value?: Sealed | Waiting;
}

export class Store {
  private constructor(
    private readonly database: IDBDatabase,
    private key: CryptoKey,
  ) {}

  static async open(): Promise<Store> {
    const opening = indexedDB.open(NAME, 1);
    opening.onupgradeneeded = () => {
      for (const name of STORES) opening.result.createObjectStore(name);
    };
    const database = await settled(opening);
    const known = await settled<CryptoKey | undefined>(reading(database, "keys").get(KEY));
    return new Store(database, known ?? (await drawKey(database)));
  }

  async seal(value: unknown): Promise<Sealed> {
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    const told = new TextEncoder().encode(JSON.stringify(value));
    return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, this.key, told) };
  }

  /** Open what was sealed; null when it does not open: another key's, or damaged. */
  async unseal<Value>({ iv, data }: Sealed): Promise<Value | null> {
    try {
      const told = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, this.key, data);
      return JSON.parse(new TextDecoder().decode(told)) as Value;
    } catch {
      return null;
    }
  }

  async read<Value>(key: string): Promise<Value | null> {
    const sealed = await settled<Sealed | undefined>(reading(this.database, "kept").get(key));
    return sealed ? this.unseal<Value>(sealed) : null;
  }

  waiting(): Promise<Waiting[]> {
    return settled<Waiting[]>(reading(this.database, "outbox").getAll());
  }

  /** Write all or nothing, and return once it is on the disk. */
  write(writes: Write[]): Promise<void> {
    const transaction = this.database.transaction(["kept", "outbox"], "readwrite", { durability: "strict" });
    for (const { store, key, value } of writes) {
      if (value === undefined) transaction.objectStore(store).delete(key);
      else transaction.objectStore(store).put(value, key);
    }
    return finished(transaction);
  }

  /** Forget the round. The key goes with it, unless something still waits that it alone opens. */
  async wipe(): Promise<void> {
    const transaction = this.database.transaction("kept", "readwrite", { durability: "strict" });
    transaction.objectStore("kept").clear();
    await finished(transaction);
    if ((await this.waiting()).length === 0) this.key = await drawKey(this.database);
  }
}

async function drawKey(database: IDBDatabase): Promise<CryptoKey> {
  const isExtractable = false;
  const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, isExtractable, ["encrypt", "decrypt"]);
  const transaction = database.transaction("keys", "readwrite", { durability: "strict" });
  transaction.objectStore("keys").put(key, KEY);
  await finished(transaction);
  return key;
}

function reading(database: IDBDatabase, name: StoreName): IDBObjectStore {
  return database.transaction(name).objectStore(name);
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
