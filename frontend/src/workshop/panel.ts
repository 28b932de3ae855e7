/** What the area that is drawn holds and what is wrong with it, told as one draws, with the mends of each fault. */

import { need } from "../page/drawer";
import { Refused } from "../plan/exchange";
import type { Drawing, Place } from "./drawing";
import { type Fault, type Feedback, look, type Mend, type Problem } from "./exchange";

const AFTER_MS = 250;
const OFFLINE = "Hors ligne : adresses et défauts seront comptés au retour du réseau.";

export interface Shown {
  faults: Fault[];
  problem: Place | null;
  bordering: string[];
}

export class Panel {
  private timer = 0;
  private asked = 0;

  constructor(
    private readonly drawing: Drawing,
    private readonly mend: (fault: Fault, mend: Mend) => void,
    private readonly point: (place: Place) => void,
    private readonly follow: (shown: Shown) => void,
    /** Which fault to lead to, from 1, once they are told. */
    private wanted = 0,
  ) {
    drawing.onChange(() => this.lookSoon());
    addEventListener("online", () => this.lookSoon());
    void this.look();
  }

  private lookSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.look(), AFTER_MS);
  }

  private async look(): Promise<void> {
    const asked = ++this.asked;
    const { current, all } = this.drawing;
    if (!current.area) {
      this.show("Aucun contour : tracez-en un sur la carte, ou donnez une liste de rues.");
      return;
    }
    let told: Feedback | Problem;
    try {
      told = await look(current.key, all);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (asked === this.asked) this.show(error.status === 0 ? OFFLINE : error.message);
      return;
    }
    // A later look is under way: this one is of a drawing that is gone.
    if (asked !== this.asked) return;
    if (told.problem) this.show(told.problem.error, { problem: told.problem.place });
    else {
      const faults = [...told.overlaps, ...told.gaps];
      const found = faults.length ? (faults.length > 1 ? `${faults.length} défauts.` : "1 défaut.") : "Aucun défaut.";
      this.show(`${told.sentence} ${found}`, { faults, leaves: told.leaves, bordering: told.bordering });
    }
  }

  private show(words: string, { faults = [], problem = null, bordering = [], leaves = "" }: Partial<Shown & { leaves: string }> = {}): void {
    need("holds").textContent = words;
    need("leaves").textContent = leaves;
    const list = need("faults");
    const hadFocus = list.contains(document.activeElement);
    list.replaceChildren(...faults.map((fault) => this.item(fault)));
    // The button that was pressed is gone with its fault.
    if (hadFocus) (list.querySelector("button") ?? need("undo")).focus();
    this.follow({ faults, problem, bordering });
    if (this.wanted && (faults.length || problem)) this.leadTo(faults[this.wanted - 1]?.at ?? problem);
  }

  private leadTo(place: Place | null): void {
    const item = need("faults").children[this.wanted - 1];
    this.wanted = 0;
    (item?.querySelector("button") ?? need("holds")).focus();
    if (place) this.point(place);
  }

  private item(fault: Fault): HTMLLIElement {
    const item = document.createElement("li");
    const words = document.createElement("p");
    words.textContent = fault.sentence;
    item.append(words, ...fault.mends.map((mend) => button(mend.label, fault.sentence, () => this.mend(fault, mend))));
    const point = button("Voir", fault.sentence, () => this.point(fault.at));
    point.classList.add("needs-map");
    item.append(point);
    return item;
  }
}

function button(label: string, about: string, act: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button quiet";
  made.textContent = label;
  const more = document.createElement("span");
  more.className = "visually-hidden";
  more.textContent = ` : ${about}`;
  made.append(more);
  made.addEventListener("click", act);
  return made;
}
