/** The vertices of the area that is drawn, as a list: chosen, moved by metres, added and taken away without a map. */

import { need } from "../page/drawer";
import { type Drawing, type Place, type Ring, stretch, type Vertex } from "./drawing";
import { type Near, namePlaces } from "./exchange";

const NAMED_AFTER_MS = 600;
const NAMED_AT_ONCE = 500;
const MOVED: Record<string, string> = { "0,1": "au nord", "0,-1": "au sud", "1,0": "à l'est", "-1,0": "à l'ouest" };

export class VertexList {
  private readonly list = need("vertices") as HTMLSelectElement;
  private readonly step = need("step") as HTMLSelectElement;
  private readonly near = new Map<string, Near>();
  private timer = 0;
  private vertices: Vertex[] = [];

  constructor(
    private readonly drawing: Drawing,
    private readonly announce: (words: string) => void,
    private readonly follow: (place: Place | null, number: number) => void,
  ) {
    drawing.onChange(() => this.show());
    this.list.addEventListener("change", () => this.point());
    this.list.addEventListener("focus", () => this.point());
    for (const button of document.querySelectorAll<HTMLButtonElement>("[data-move]")) {
      button.addEventListener("click", () => this.move(button.dataset.move ?? ""));
    }
    need("insert").addEventListener("click", () => this.insert());
    need("remove").addEventListener("click", () => this.remove());
    this.show();
  }

  get place(): Place | null {
    return (this.chosen && this.drawing.place(this.chosen)) ?? null;
  }

  get count(): number {
    return this.vertices.length;
  }

  /** The vertex of a number of the list, from 1. */
  numbered(number: number): Place | undefined {
    const vertex = this.vertices[number - 1];
    return vertex && this.drawing.place(vertex);
  }

  /** Choose the vertex at a place of the map. */
  choose(at: Place): void {
    const index = this.vertices.findIndex((vertex) => {
      const place = this.drawing.place(vertex);
      return place?.[0] === at[0] && place[1] === at[1];
    });
    if (index < 0) return;
    this.list.selectedIndex = index;
    this.point();
  }

  private get chosen(): Vertex | undefined {
    return this.vertices[this.list.selectedIndex];
  }

  private point(): void {
    this.follow(this.place, this.list.selectedIndex + 1);
  }

  private move(towards: string): void {
    const { chosen } = this;
    if (!chosen) return;
    const [east = 0, north = 0] = towards.split(",").map(Number);
    const metres = Number(this.step.value);
    this.drawing.move(chosen, east * metres, north * metres);
    this.announce(`Sommet ${this.list.selectedIndex + 1} déplacé de ${metres} m ${MOVED[towards]}.`);
  }

  private insert(): void {
    const { chosen } = this;
    if (!chosen) return;
    const number = this.list.selectedIndex + 1;
    this.drawing.insertAfter(chosen);
    // It stands right after the one chosen, in the list as in its ring.
    this.list.selectedIndex = number;
    this.point();
    this.announce(`Sommet ajouté après le sommet ${number}.`);
  }

  remove(): void {
    const { chosen } = this;
    if (!chosen) return;
    const number = this.list.selectedIndex + 1;
    this.drawing.remove(chosen);
    this.announce(`Sommet ${number} enlevé.`);
  }

  private show(): void {
    const { selectedIndex } = this.list;
    const area = this.drawing.current.area ?? [];
    this.vertices = area.flatMap((part, partAt) =>
      part.flatMap((ring, ringAt) => ring.slice(0, -1).map((_, at) => ({ part: partAt, ring: ringAt, at }))),
    );
    this.write();
    this.list.selectedIndex = Math.min(Math.max(selectedIndex, 0), this.vertices.length - 1);
    this.point();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.name(), NAMED_AFTER_MS);
  }

  private write(): void {
    const { selectedIndex } = this.list;
    const area = this.drawing.current.area ?? [];
    const several = area.length > 1 || (area[0]?.length ?? 0) > 1;
    this.list.replaceChildren(
      ...this.vertices.map((vertex, index) => {
        const ring = area[vertex.part]?.[vertex.ring] ?? [];
        const contour = vertex.ring ? `vide ${vertex.ring} du contour ${vertex.part + 1}, ` : `contour ${vertex.part + 1}, `;
        return new Option(`${index + 1} · ${several ? contour : ""}${this.told(ring, vertex.at)}`);
      }),
    );
    this.list.selectedIndex = selectedIndex;
  }

  /** « 45 m au nord · 12 Rue du Moulin à 8 m »: from the former vertex, then what is near. */
  private told(ring: Ring, at: number): string {
    const place = ring[at];
    const former = ring[at === 0 ? ring.length - 2 : at - 1];
    if (!place || !former) return "";
    const { metres, direction } = stretch(former, place);
    const near = this.near.get(place.join());
    return `${Math.round(metres)} m ${direction}${near ? ` · ${near.address} à ${Math.round(near.distance_m)} m` : ""}`;
  }

  private async name(): Promise<void> {
    const places = this.vertices.map((vertex) => this.drawing.place(vertex)).filter((place) => place !== undefined);
    const unnamed = places.filter((place) => !this.near.has(place.join())).slice(0, NAMED_AT_ONCE);
    if (!unnamed.length) return;
    try {
      const near = await namePlaces(unnamed);
      unnamed.forEach((place, at) => {
        const found = near[at];
        if (found) this.near.set(place.join(), found);
      });
    } catch {
      return; // distances and directions remain
    }
    this.write();
  }
}
