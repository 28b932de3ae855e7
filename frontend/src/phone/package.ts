/** The ground of the commune in one file, kept on the phone: the map asks it for tiles, and the network for nothing. */

const CACHE = "ronde-carte";
const MAGIC = "RONDEMAP";
const LENGTH_BYTES = 4;

interface Index {
  minzoom: number;
  maxzoom: number;
  tiles: Record<string, [number, number]>;
}

export class GroundPackage {
  private constructor(
    readonly index: Index,
    private readonly tiles: ArrayBuffer,
    private readonly first: number,
  ) {}

  /** Read the file that the phone keeps, else fetch it; a newer one is kept for the next time. */
  static async open(address: string): Promise<GroundPackage> {
    const cache = await caches.open(CACHE);
    const kept = await cache.match(address);
    const fresh = GroundPackage.fetch(address, cache);
    if (!kept) return fresh;
    fresh.catch(() => undefined);
    return GroundPackage.read(await kept.arrayBuffer());
  }

  private static async fetch(address: string, cache: Cache): Promise<GroundPackage> {
    const answer = await fetch(address, { cache: "no-cache", redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
    const copy = answer.clone();
    const read = GroundPackage.read(await answer.arrayBuffer());
    // Once it is known to be a map: a public network may answer with a page of its own.
    await cache.put(address, copy);
    return read;
  }

  static read(file: ArrayBuffer): GroundPackage {
    const text = new TextDecoder();
    if (text.decode(file.slice(0, MAGIC.length)) !== MAGIC) throw new Error("not a map");
    const start = MAGIC.length + LENGTH_BYTES;
    const length = new DataView(file).getUint32(MAGIC.length);
    const index = JSON.parse(text.decode(file.slice(start, start + length))) as Index;
    return new GroundPackage(index, file, start + length);
  }

  /** A tile by « z/x/y »; empty where the file has none. */
  tile(name: string): ArrayBuffer {
    const place = this.index.tiles[name];
    if (!place) return new ArrayBuffer(0);
    const [offset, length] = place;
    return this.tiles.slice(this.first + offset, this.first + offset + length);
  }
}
