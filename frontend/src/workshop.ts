/** The workshop, where a perimeter is drawn: on the map, by its vertices, or from streets, all to the same drawing. */

import { need } from "./page/drawer";
import { Refused } from "./plan/exchange";
import { Drawing, type Drawn, type Place } from "./workshop/drawing";
import { compose, type Draft, type Fault, type Mend, readDraft, reshape } from "./workshop/exchange";
import { Keeping } from "./workshop/keeping";
import { Panel } from "./workshop/panel";
import { VertexList } from "./workshop/vertices";
import { WorkshopMap } from "./workshop/workshop_map";

// A cut drawn from corner to corner goes on a little beyond both, or it would end on the border.
const BEYOND = 0.01;

const announce = (words: string): void => {
  need("announcer").textContent = words;
};

class Workshop {
  private readonly drawing: Drawing;
  private readonly vertices: VertexList;
  private map: WorkshopMap | null = null;

  constructor(private readonly draft: Draft) {
    this.drawing = new Drawing(draft.drawn);
    need("workshop-tools").hidden = false;
    this.vertices = new VertexList(this.drawing, announce, (place) => this.map?.choose(place));
    this.map = this.openMap();
    new Panel(
      this.drawing,
      (fault, mend) => void this.mend(fault, mend),
      (place) => this.map?.approach(place),
      (shown) => this.map?.show(shown),
    );
    new Keeping(this.drawing, draft);
    this.drawing.onChange(() => this.show());
    this.show();
    this.enhanceTools();
    this.enhanceStreets();
    document.addEventListener("themechange", () => this.map?.recolour());
  }

  private openMap(): WorkshopMap | null {
    const zone = need("carte-zone");
    zone.hidden = false;
    try {
      const pick = (place: Place) => this.vertices.choose(place);
      return new WorkshopMap(need("map"), this.drawing, this.draft.neighbours, pick, (mode) => {
        need("draw").setAttribute("aria-pressed", `${mode === "polygon"}`);
        need("split-line").setAttribute("aria-pressed", `${mode === "linestring"}`);
      });
    } catch {
      // Without WebGL the vertices and the streets remain.
      zone.remove();
      need("map-missing").hidden = false;
      need("page").classList.add("has-no-map");
      return null;
    }
  }

  private show(): void {
    const [undo, redo] = [need("undo") as HTMLButtonElement, need("redo") as HTMLButtonElement];
    enable(undo, this.drawing.canUndo, redo);
    enable(redo, this.drawing.canRedo, undo);
    fill(need("area"), this.drawing.all.filter(({ area }) => area).map(named), this.drawing.current.key);
    need("area-choice").hidden = this.drawing.all.length < 2;
    const others = new Map([...this.drawing.all.map(named), ...this.draft.neighbours.map(({ key, name }) => [key, name] as const)]);
    const joined = [...new Set([...this.drawing.all.map(({ key }) => key), ...this.draft.changeable])].filter(
      (key) => key !== this.drawing.current.key && others.has(key),
    );
    fill(need("merge-with"), joined.map((key) => [key, others.get(key) ?? ""]));
    need("merge").hidden = joined.length === 0;
  }

  private enhanceTools(): void {
    need("undo").addEventListener("click", () => this.undo());
    need("redo").addEventListener("click", () => this.redo());
    need("area").addEventListener("change", () => this.drawing.choose((need("area") as HTMLSelectElement).value));
    need("snap").addEventListener("click", () => void this.take(this.said("snap"), "Limites collées à celles des voisins."));
    need("draw").addEventListener("click", () => this.map?.toggleContour());
    need("split-line").addEventListener("click", () => this.map?.toggleLine((line) => void this.split(line)));
    need("split").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.split(this.lineBetween());
    });
    need("merge").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.take({ ...this.said("merge"), other: value("merge-with") }, "Les deux secteurs sont réunis.");
    });
    document.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || isTyping(event.target)) return;
      const key = event.key.toLowerCase();
      if (key !== "z" && key !== "y") return;
      event.preventDefault();
      if (key === "y" || event.shiftKey) this.redo();
      else this.undo();
    });
  }

  private enhanceStreets(): void {
    const form = need("streets") as HTMLFormElement;
    form.addEventListener("submit", (event) => {
      if (event.submitter?.id !== "compose") return;
      event.preventDefault();
      void this.compose(new FormData(form));
    });
  }

  private async compose(form: FormData): Promise<void> {
    const key = `${form.get("streets-key")}`;
    try {
      const { drawn, addresses, remarks } = await compose({ key, drawn: this.drawing.all, text: `${form.get("streets-streets")}` });
      this.drawing.replace(drawn);
      this.drawing.choose(key);
      this.tell([`Périmètre construit : ${addresses} ${addresses > 1 ? "adresses" : "adresse"}.`, ...remarks].join(" "));
    } catch (error) {
      this.refuse(error);
    }
  }

  private undo(): void {
    this.drawing.undo();
    announce("Annulé.");
  }

  private redo(): void {
    this.drawing.redo();
    announce("Rétabli.");
  }

  private said(act: string): object {
    return { act, key: this.drawing.current.key, drawn: this.drawing.all };
  }

  private async mend(fault: Fault, { act, other, label }: Mend): Promise<void> {
    await this.take({ ...this.said(act), other, at: fault.at }, `${label} : c'est fait.`);
  }

  private async split(line: Place[]): Promise<void> {
    const number = Number.parseInt(value("split-number"), 10);
    await this.take({ ...this.said("split"), line, number, name: value("split-name") }, "Le secteur est coupé en deux.");
  }

  private lineBetween(): Place[] {
    const [from, to] = ["split-from", "split-to"].map((id) => this.vertices.numbered(Number.parseInt(value(id), 10)));
    if (!from || !to) return [];
    const beyond = (one: Place, other: Place): Place => [one[0] + BEYOND * (one[0] - other[0]), one[1] + BEYOND * (one[1] - other[1])];
    return [beyond(from, to), beyond(to, from)];
  }

  private async take(said: object, done: string): Promise<void> {
    try {
      this.drawing.replace((await reshape(said)).drawn);
      this.tell(done);
    } catch (error) {
      this.refuse(error);
    }
  }

  private refuse(error: unknown): void {
    if (!(error instanceof Refused)) throw error;
    this.tell(error.message, true);
  }

  private tell(words: string, isRefusal = false): void {
    const told = need("told");
    told.textContent = words;
    told.classList.toggle("is-refusal", isRefusal);
  }
}

/** A button that has no more to do leaves the focus to the other. */
function enable(button: HTMLButtonElement, isUseful: boolean, other: HTMLButtonElement): void {
  const hadFocus = document.activeElement === button;
  button.disabled = !isUseful;
  if (hadFocus && !isUseful) {
    other.disabled = false;
    other.focus();
  }
}

const named = (drawn: Drawn): [string, string] => [drawn.key, `${drawn.number} · ${drawn.name}`];
const value = (id: string): string => (need(id) as HTMLInputElement | HTMLSelectElement).value.trim();

function fill(element: HTMLElement, choices: (readonly [string, string])[], chosen?: string): void {
  const select = element as HTMLSelectElement;
  const kept = chosen ?? select.value;
  select.replaceChildren(...choices.map(([key, name]) => new Option(name, key)));
  if (choices.some(([key]) => key === kept)) select.value = kept;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, textarea, [contenteditable]") !== null;
}

async function open(): Promise<void> {
  try {
    const draft = await readDraft();
    new Workshop(draft);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    announce(error.message);
  }
}

void open();
