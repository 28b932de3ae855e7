/** Fewer vertices along a border: shown first, with what it moves, then taken or left. */

import { need } from "../page/drawer";
import { Refused } from "../plan/exchange";
import type { Area, Drawing, Drawn } from "./drawing";
import { lighten } from "./exchange";

export class Lightening {
  private proposed: Drawn[] | null = null;

  constructor(
    private readonly drawing: Drawing,
    private readonly preview: (areas: Area[]) => void,
    private readonly told: (words: string) => void,
    private readonly refuse: (error: unknown) => void,
  ) {
    need("lighten").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.ask();
    });
    need("lighten-take").addEventListener("click", () => this.take());
    need("lighten-leave").addEventListener("click", () => this.leave());
    // What was shown is of the drawing before.
    drawing.onChange(() => this.show(null, ""));
  }

  private async ask(): Promise<void> {
    const { current, all } = this.drawing;
    const within_m = Number((need("lighten-within") as HTMLSelectElement).value);
    const both = (need("lighten-both") as HTMLInputElement).checked;
    try {
      const { drawn, sentence } = await lighten({ key: current.key, drawn: all, within_m, both });
      if (this.drawing.all === all) this.show(drawn, sentence);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.show(null, "");
      this.refuse(error);
    }
  }

  private take(): void {
    const { proposed } = this;
    if (!proposed) return;
    this.drawing.replace(proposed);
    this.told("La limite est allégée ; « Annuler » la ramène.");
    need("lighten-look").focus();
  }

  private leave(): void {
    this.show(null, "");
    need("lighten-look").focus();
  }

  private show(proposed: Drawn[] | null, words: string): void {
    this.proposed = proposed;
    need("lighten-words").textContent = words;
    need("lighten-choice").hidden = !proposed;
    const former = new Map(this.drawing.all.map(({ key, area }) => [key, area]));
    this.preview((proposed ?? []).flatMap(({ key, area }) => (area && area !== former.get(key) ? [area] : [])));
  }
}
