/** Keeps the drawing as one goes: on the site, and on this device until the site has it. */

import { need } from "../page/drawer";
import { Refused } from "../plan/exchange";
import { type Drawing, type Drawn, sameDrawing } from "./drawing";
import { type Draft, keepDrawing, readStanding, type Standing } from "./exchange";

const AFTER_MS = 1_500;
const AGAIN_MS = 10_000;
const OTHERS_MS = 15_000;
const UNKEPT = "Modifié, pas encore enregistré.";

interface LocalCopy {
  drawn: Drawn[];
  kept_at: string;
}

export class Keeping {
  private kept: readonly Drawn[];
  private keptAt: string;
  private revision: number;
  private timer = 0;
  private isKeeping = false;
  private underway: Promise<boolean> = Promise.resolve(true);
  private theirs: Draft | null = null;
  private readonly copyName = `ronde-atelier-${need("page").dataset.proposal}`;
  // What is offered stays apart until it is answered: who draws on without an answer loses neither.
  private readonly offeredName = `${this.copyName}-propose`;

  constructor(
    private readonly drawing: Drawing,
    draft: Draft,
    private readonly isInUse: () => boolean,
  ) {
    this.revision = draft.revision;
    this.kept = drawing.all;
    this.keptAt = draft.saved_at;
    // The line above says so from now on, and stays true.
    need("saved-words").hidden = true;
    this.sayKept();
    this.offerCopy();
    drawing.onChange(() => this.changed());
    need("take-theirs").addEventListener("click", () => this.takeTheirs());
    need("keep-mine").addEventListener("click", () => this.keepMine());
    addEventListener("online", () => void this.keep());
    setInterval(() => void this.askAfterOthers(), OTHERS_MS);
    document.addEventListener("visibilitychange", () => void this.askAfterOthers());
    for (const link of document.querySelectorAll<HTMLAnchorElement>("#review, #saved-drawings, .way-back a")) this.keepBefore(link);
  }

  private get isKept(): boolean {
    return this.drawing.all === this.kept || sameDrawing(this.kept, this.drawing.all);
  }

  private changed(): void {
    if (this.isKept) {
      localStorage.removeItem(this.copyName);
      if (!this.theirs) this.sayKept();
      return;
    }
    this.copyHere();
    if (this.theirs) return;
    this.say(UNKEPT);
    this.keepIn(AFTER_MS);
  }

  private keepIn(delayMs: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.keep(), delayMs);
  }

  private async keep(): Promise<boolean> {
    if (this.isKept) return true;
    if (this.isKeeping || this.theirs) return false;
    this.isKeeping = true;
    this.underway = this.send();
    return this.underway;
  }

  private async send(): Promise<boolean> {
    const sent = this.drawing.all;
    this.say("Enregistrement…");
    try {
      this.stand(await keepDrawing(this.revision, sent), sent);
      if (!this.isKept) this.keepIn(AFTER_MS);
      return this.isKept;
    } catch (error) {
      this.failed(error);
      return false;
    } finally {
      this.isKeeping = false;
    }
  }

  private stand(standing: Standing, sent: readonly Drawn[]): void {
    this.revision = standing.revision;
    this.kept = sent;
    this.keptAt = standing.saved_at;
    for (const field of document.querySelectorAll<HTMLInputElement>("#streets input[name$=revision]")) field.value = `${this.revision}`;
    // It may have changed again while it was sent.
    if (!this.isKept) return this.say(UNKEPT);
    localStorage.removeItem(this.copyName);
    this.sayKept();
  }

  private failed(error: unknown): void {
    if (!(error instanceof Refused)) throw error;
    if (error.kind === "changed") {
      this.meet(error.body as unknown as Draft);
      return;
    }
    if (error.status === 0) {
      this.say("Hors ligne : gardé sur cet appareil.");
      this.keepIn(AGAIN_MS);
      return;
    }
    this.say(`Gardé sur cet appareil seulement. ${error.message}`);
  }

  /** Somebody else kept another drawing: neither is lost, and the person chooses. */
  private meet(theirs: Draft): void {
    this.theirs = theirs;
    const who = theirs.is_mine ? "Vous avez" : `Une autre personne (${theirs.by_role}) a`;
    need("conflict-words").textContent = `${who} enregistré un autre tracé ${theirs.saved_at}${theirs.is_mine ? ", dans une autre fenêtre" : ""}. Rien de vos changements n'est perdu.`;
    need("conflict").hidden = false;
    this.say("Deux tracés : choisissez.");
  }

  private takeTheirs(): void {
    const { theirs } = this;
    if (!theirs) return;
    this.settle();
    this.adopt(theirs);
  }

  private adopt(theirs: Draft): void {
    this.drawing.replace(theirs.drawn);
    this.stand(theirs, this.drawing.all);
  }

  private keepMine(): void {
    if (!this.theirs) return;
    this.revision = this.theirs.revision;
    this.kept = this.theirs.drawn;
    this.settle();
    void this.keep();
  }

  private settle(): void {
    this.theirs = null;
    need("conflict").hidden = true;
    need("page").focus();
  }

  private async askAfterOthers(): Promise<void> {
    if (document.hidden || this.isKeeping || this.theirs) return;
    try {
      const standing = await readStanding(this.revision);
      if (!standing.is_draft) this.say("La proposition n'est plus un brouillon : rouvrez-la.");
      else if (standing.revision !== this.revision && standing.drawn && !this.isKeeping) this.receive(standing as Draft);
      else if (!this.isKept) void this.keep();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (error.status === 401) this.say(error.message);
    }
  }

  /** Another drawing came: where nothing was changed here, it is taken at once. */
  private receive(theirs: Draft): void {
    if (!this.isKept) return this.meet(theirs);
    // Not under somebody's hands: asked again a little later.
    if (this.isInUse()) return;
    this.adopt(theirs);
    const who = theirs.is_mine ? "vous, dans une autre fenêtre" : `une autre personne (${theirs.by_role})`;
    this.say(`Mis à jour : tracé enregistré ${theirs.saved_at} par ${who}.`);
  }

  private keepBefore(link: HTMLAnchorElement): void {
    link.addEventListener("click", (event) => {
      if (this.isKept) return;
      event.preventDefault();
      // What is being sent already may be a drawing that has changed since.
      void this.underway
        .then(() => this.keep())
        .then((isKept) => {
          if (isKept) location.assign(link.href);
        });
    });
  }

  private copyHere(): void {
    const copy: LocalCopy = { drawn: [...this.drawing.all], kept_at: new Date().toISOString() };
    try {
      localStorage.setItem(this.copyName, JSON.stringify(copy));
    } catch {
      // No room on the device: the site is still there.
    }
  }

  /** Offer what an earlier page could not send. */
  private offerCopy(): void {
    const copy = readCopy(this.copyName) ?? readCopy(this.offeredName);
    localStorage.removeItem(this.copyName);
    if (!copy || sameDrawing(this.drawing.all, copy.drawn)) {
      localStorage.removeItem(this.offeredName);
      return;
    }
    localStorage.setItem(this.offeredName, JSON.stringify(copy));
    need("recovered-words").textContent = `Un tracé du ${moment(new Date(copy.kept_at))} est gardé sur cet appareil et n'a pas été enregistré.`;
    need("recovered").hidden = false;
    const close = () => {
      localStorage.removeItem(this.offeredName);
      need("recovered").hidden = true;
      need("page").focus();
    };
    need("recover").addEventListener("click", () => {
      close();
      this.drawing.replace(copy.drawn);
    });
    need("discard").addEventListener("click", close);
  }

  private sayKept(): void {
    this.say(`Enregistré ${this.keptAt}.`);
  }

  private say(words: string): void {
    need("kept").textContent = words;
  }
}

/** « 30 novembre 2026 à 1 h 48 », as the site writes it. */
function moment(at: Date): string {
  const day = at.toLocaleDateString("fr-FR", { dateStyle: "long" });
  return `${day} à ${at.getHours()} h ${`${at.getMinutes()}`.padStart(2, "0")}`;
}

function readCopy(name: string): LocalCopy | null {
  try {
    const copy = JSON.parse(localStorage.getItem(name) ?? "null") as LocalCopy | null;
    return copy && Array.isArray(copy.drawn) ? copy : null;
  } catch {
    return null;
  }
}
