/** The workshop, where a perimeter is drawn: on the map, by its vertices, or from streets, all to the same drawing. */

import { need } from "./page/drawer";
import { Refused } from "./plan/exchange";
import { Drawing, type Drawn, type Place } from "./workshop/drawing";
import { compose, type Draft, type Mend, readDraft, reshape, type Spot } from "./workshop/exchange";
import { Keeping } from "./workshop/keeping";
import { Lightening } from "./workshop/lightening";
import { Panel } from "./workshop/panel";
import { VertexList } from "./workshop/vertices";
import { type Mode, WorkshopMap } from "./workshop/workshop_map";

// A cut drawn from corner to corner goes on a little beyond both, or it would end on the border.
const BEYOND = 0.01;
const UNREACHED = "Le site n'a pas répondu : rien n'a changé. Vérifiez le réseau, puis recommencez.";

const announce = (words: string): void => {
  need("announcer").textContent = words;
};

const TO_DRAW = {
  polygon: "Touchez ou cliquez la carte : un point par sommet. « Terminer » ferme le contour.",
  linestring: "Touchez ou cliquez d'un bord du secteur à l'autre. « Terminer » le coupe.",
};
const TOO_FEW = { polygon: "Posez au moins trois points pour fermer un contour.", linestring: "Posez au moins deux points pour couper." };

class Workshop {
  private readonly drawing: Drawing;
  private readonly vertices: VertexList;
  private map: WorkshopMap | null = null;

  constructor(private readonly draft: Draft) {
    this.drawing = new Drawing(draft.drawn);
    const asked = faultAsked();
    if (asked) this.drawing.choose(asked.key);
    need("workshop-tools").hidden = false;
    need("standing").hidden = false;
    this.vertices = new VertexList(this.drawing, announce, (place, number) => this.choose(place, number));
    this.map = this.openMap();
    new Panel(
      this.drawing,
      (spot, mend) => void this.mend(spot, mend),
      (place) => this.map?.approach(place),
      (shown) => {
        this.map?.show(shown);
        this.offerToMerge(shown.bordering);
      },
      asked?.order,
    );
    new Lightening(
      this.drawing,
      (areas) => this.map?.preview(areas),
      (words) => this.tellBeside(need("lighten"), words),
      (error) => this.refuse(error, need("lighten")),
    );
    new Keeping(this.drawing, draft, () => this.map?.isInUse ?? false);
    this.drawing.onChange(() => {
      // What was told is of the drawing before.
      this.tell("");
      this.show();
    });
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
      const remove = () => this.vertices.remove();
      return new WorkshopMap(need("map"), this.drawing, this.draft.neighbours, pick, remove, (mode) => this.showMode(mode));
    } catch {
      // Without WebGL the vertices and the streets remain.
      zone.remove();
      need("map-missing").hidden = false;
      need("page").classList.add("has-no-map");
      return null;
    }
  }

  private choose(place: Place | null, number: number): void {
    this.map?.choose(place);
    const remove = need("map-remove");
    remove.textContent = `Retirer le sommet ${number}`;
    remove.hidden = !place;
  }

  /** Say how to draw while one does, beside the map's own buttons. */
  private showMode(mode: Mode): void {
    need("draw").setAttribute("aria-pressed", `${mode === "polygon"}`);
    need("split-line").setAttribute("aria-pressed", `${mode === "linestring"}`);
    need("draw-bar").hidden = mode === "select";
    need("map-remove").hidden = mode !== "select" || !this.vertices.place;
    need("draw-words").textContent = mode === "select" ? "" : TO_DRAW[mode];
    if (mode !== "select") need("carte-zone").scrollIntoView({ block: "nearest" });
  }

  private finishDrawing(): void {
    const mode = this.map?.finishDrawing();
    if (mode && mode !== "select") need("draw-words").textContent = TOO_FEW[mode];
  }

  private show(): void {
    const [undo, redo] = [need("undo") as HTMLButtonElement, need("redo") as HTMLButtonElement];
    enable(undo, this.drawing.canUndo, redo);
    enable(redo, this.drawing.canRedo, undo);
    fill(need("area"), this.drawing.all.filter(({ area }) => area).map(named), this.drawing.current.key);
    need("area-choice").hidden = this.drawing.all.length < 2;
  }

  /** Offer to merge with the sectors that meet the one that is drawn, where the person may change them. */
  private offerToMerge(bordering: string[]): void {
    const names = new Map([...this.drawing.all.map(named), ...this.draft.neighbours.map(({ key, name }) => [key, name] as const)]);
    const mine = new Set([...this.drawing.all.map(({ key }) => key), ...this.draft.changeable]);
    const joined = bordering.filter((key) => mine.has(key) && names.has(key));
    fill(need("merge-with"), joined.map((key) => [key, names.get(key) ?? ""]));
    need("merge").hidden = joined.length === 0;
    need("lighten-both-choice").hidden = joined.length === 0;
  }

  private enhanceTools(): void {
    need("undo").addEventListener("click", () => this.undo());
    need("redo").addEventListener("click", () => this.redo());
    need("area").addEventListener("change", () => this.drawing.choose((need("area") as HTMLSelectElement).value));
    need("snap").addEventListener("click", () => void this.take(this.said("snap"), "Limites collées à celles des voisins.", need("tracer")));
    need("draw").addEventListener("click", () => this.map?.toggleContour());
    need("draw-finish").addEventListener("click", () => this.finishDrawing());
    need("draw-cancel").addEventListener("click", () => this.map?.leaveDrawing());
    need("map-remove").addEventListener("click", () => this.vertices.remove());
    need("map").addEventListener("keyup", ({ key }) => {
      // The tool has closed the contour by then, if it could.
      if (key === "Enter" && this.map?.isDrawing) this.finishDrawing();
    });
    need("split-line").addEventListener("click", () => this.map?.toggleLine((line) => void this.split(line)));
    need("split").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.split(this.lineBetween());
    });
    need("merge").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.take({ ...this.said("merge"), other: value("merge-with") }, "Les deux secteurs sont réunis.", need("merge"));
    });
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.map?.leaveDrawing();
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
      this.tellBeside(need("streets"), [`Périmètre construit : ${addresses} ${addresses > 1 ? "adresses" : "adresse"}.`, ...remarks].join(" "));
    } catch (error) {
      this.refuse(error, need("streets"));
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

  private async mend({ at }: Spot, { act, other, label }: Mend): Promise<void> {
    await this.take({ ...this.said(act), other, at }, `${label} : c'est fait.`, need("constat"));
  }

  private async split(line: Place[]): Promise<void> {
    const number = wholeNumber("split-number");
    const wrong = this.wrongWithSplit(number, line);
    if (wrong) return this.tellBeside(need("split"), wrong, true);
    await this.take({ ...this.said("split"), line, number, name: value("split-name") }, "Le secteur est coupé en deux.", need("split"));
  }

  private wrongWithSplit(number: number, line: Place[]): string {
    if (!number) return "Donnez le numéro du nouveau secteur : un nombre entier, par exemple 17.";
    if (!value("split-name")) return "Donnez le nom du nouveau secteur.";
    if (line.length < 2) return `Donnez deux sommets différents de la liste, de 1 à ${this.vertices.count}.`;
    return "";
  }

  private lineBetween(): Place[] {
    const [from, to] = ["split-from", "split-to"].map((id) => this.vertices.numbered(wholeNumber(id)));
    if (!from || !to || from === to) return [];
    const beyond = (one: Place, other: Place): Place => [one[0] + BEYOND * (one[0] - other[0]), one[1] + BEYOND * (one[1] - other[1])];
    return [beyond(from, to), beyond(to, from)];
  }

  private async take(said: object, done: string, place: HTMLElement): Promise<void> {
    try {
      this.drawing.replace((await reshape(said)).drawn);
      this.tellBeside(place, done);
    } catch (error) {
      this.refuse(error, place);
    }
  }

  private refuse(error: unknown, place: HTMLElement): void {
    if (!(error instanceof Refused)) throw error;
    this.tellBeside(place, error.status === 0 ? UNREACHED : error.message, true);
  }

  /** Say how it went at the place where it was asked: under a form, or under the heading of a section. */
  private tellBeside(place: HTMLElement, words: string, isRefusal = false): void {
    const told = need("told");
    if (place instanceof HTMLFormElement) place.append(told);
    else place.after(told);
    this.tell(words, isRefusal);
    told.scrollIntoView({ block: "nearest" });
  }

  private tell(words: string, isRefusal = false): void {
    const told = need("told");
    told.textContent = words;
    told.classList.toggle("is-refusal", isRefusal);
    announce(words);
  }
}

/** The fault that the page was opened for: « #defaut-sector-3-2 », the second of that perimeter. */
function faultAsked(): { key: string; order: number } | undefined {
  const [, key, order] = /^#defaut-(.+)-(\d+)$/.exec(location.hash) ?? [];
  return key && order ? { key, order: Number(order) } : undefined;
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
/** A whole number from 1 that was typed, or 0. */
const wholeNumber = (id: string): number => (/^\d{1,4}$/.test(value(id)) ? Number(value(id)) : 0);
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
