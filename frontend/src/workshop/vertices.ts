/** The vertices of the area that is drawn, as a list: chosen, moved by metres, added and taken away without a map. */

import { need } from "../page/drawer";
import { type Drawing, type Place, type Ring, stretch, type Vertex } from "./drawing";
import { type Near, namePlaces } from "./exchange";
import { Listbox } from "./listbox";

const NAMED_AFTER_MS = 600;
const NAMED_AT_ONCE = 500;
const MOVED: Record<string, string> = { "0,1": "au nord", "0,-1": "au sud", "1,0": "à l'est", "-1,0": "à l'ouest" };

export class VertexList {
  private readonly list = new Listbox(need("vertices"), () => this.point());
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
    const moving = this.asked();
    const wrong = moving.length || !this.count ? "" : `Donnez deux sommets d'un même contour, de 1 à ${this.count}, ou aucun.`;
    need("range-words").textContent = wrong;
    if (!moving.length) return;
    const [east = 0, north = 0] = towards.split(",").map(Number);
    const metres = Number(this.step.value);
    this.drawing.move(moving, east * metres, north * metres);
    const told = moving.length > 1 ? `${moving.length} sommets déplacés` : `Sommet ${this.list.selectedIndex + 1} déplacé`;
    this.announce(`${told} de ${metres} m ${MOVED[towards]}.`);
  }

  /** The vertices to move: from one number to another along their ring, or the one chosen where none is given. */
  private asked(): Vertex[] {
    const [from, to] = ["range-from", "range-to"].map((id) => (need(id) as HTMLInputElement).value.trim());
    if (!from && !to) return this.chosen ? [this.chosen] : [];
    const [first, last] = [this.vertices[Number(from) - 1], this.vertices[Number(to) - 1]];
    if (!first || !last || first.part !== last.part || first.ring !== last.ring) return [];
    const between = ({ at }: Vertex): boolean =>
      first.at <= last.at ? first.at <= at && at <= last.at : at >= first.at || at <= last.at;
    return this.vertices.filter((each) => each.part === first.part && each.ring === first.ring && between(each));
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
    const area = this.drawing.current.area ?? [];
    this.vertices = area.flatMap((part, partAt) =>
      part.flatMap((ring, ringAt) => ring.slice(0, -1).map((_, at) => ({ part: partAt, ring: ringAt, at }))),
    );
    this.write();
    this.point();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.name(), NAMED_AFTER_MS);
  }

  private write(): void {
    const area = this.drawing.current.area ?? [];
    const several = area.length > 1 || (area[0]?.length ?? 0) > 1;
    this.list.fill(
      this.vertices.map((vertex, index) => {
        const ring = area[vertex.part]?.[vertex.ring] ?? [];
        const contour = vertex.ring ? `vide ${vertex.ring} du contour ${vertex.part + 1}, ` : `contour ${vertex.part + 1}, `;
        return `${index + 1} · ${several ? contour : ""}${this.told(ring, vertex.at)}`;
      }),
    );
  }

  /** « 45 m au nord · 12 Rue du Moulin à 8 m »: from the former vertex, then what is near. */
  private told(ring: Ring, at: number): string {
    const place = ring[at];
    const former = ring[at === 0 ? ring.length - 2 : at - 1];
    if (!place || !former) return "";
    const { metres, direction } = stretch(former, place);
    const near = this.near.get(place.join());
    return `${Math.round(metres)}\u00a0m ${direction}${near ? ` · ${near.address} à ${Math.round(near.distance_m)}\u00a0m` : ""}`;
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
