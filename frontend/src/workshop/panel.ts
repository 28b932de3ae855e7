/** What the area that is drawn holds and what is wrong with it, told as one draws, with the mends of each fault. */

import { need } from "../page/drawer";
import { Refused } from "../plan/exchange";
import type { Drawing, Place } from "./drawing";
import { type Fault, type Feedback, look, type Mend, type Problem, type Spot } from "./exchange";

const AFTER_MS = 250;
const OFFLINE = "Hors ligne : adresses et défauts seront comptés au retour du réseau.";

export interface Shown {
  faults: Fault[];
  spots: Spot[];
  bordering: string[];
}

export class Panel {
  private timer = 0;
  private asked = 0;

  constructor(
    private readonly drawing: Drawing,
    private readonly mend: (spot: Spot, mend: Mend) => void,
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
    if (told.problem) {
      const { error, places } = told.problem;
      this.show(places.length > 1 ? `${error} ${places.length} endroits.` : error, { spots: places });
    } else {
      const faults = [...told.overlaps, ...told.gaps];
      const found = faults.length ? (faults.length > 1 ? `${faults.length} défauts.` : "1 défaut.") : "Aucun défaut.";
      this.show(`${told.sentence} ${found}`, { faults, leaves: told.leaves, bordering: told.bordering });
    }
  }

  private show(words: string, { faults = [], spots = [], bordering = [], leaves = "" }: Partial<Shown & { leaves: string }> = {}): void {
    need("holds").textContent = words;
    need("leaves").textContent = leaves;
    const list = need("faults");
    const hadFocus = list.contains(document.activeElement);
    list.replaceChildren(...faults.map((fault) => this.item(fault, fault.mends)), ...spots.map((spot) => this.item(spot)));
    // The button that was pressed is gone with its fault.
    if (hadFocus) (list.querySelector("button") ?? need("undo")).focus();
    this.follow({ faults, spots, bordering });
    const wrong = [...faults, ...spots];
    if (this.wanted && wrong.length) this.leadTo((wrong[this.wanted - 1] ?? wrong[0])?.at);
  }

  private leadTo(place?: Place): void {
    const item = need("faults").children[this.wanted - 1];
    this.wanted = 0;
    (item?.querySelector("button") ?? need("holds")).focus();
    if (place) this.point(place);
  }

  private item(spot: Spot, mends: Mend[] = []): HTMLLIElement {
    const item = document.createElement("li");
    const words = document.createElement("p");
    words.textContent = spot.sentence;
    item.append(words, ...mends.map((mend) => button(mend.label, spot.sentence, () => this.mend(spot, mend))));
    const point = button("Voir", spot.sentence, () => this.point(spot.at));
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
