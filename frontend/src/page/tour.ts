/** The first visit: five steps over the page itself, offered once and remembered by this browser alone. */

import { need } from "./drawer";

const STORED_AS = "ronde-visite";
const SHOWN = "is-toured";

export function offerTour(): void {
  const offer = need("tour-offer");
  const dialog = need("tour") as HTMLDialogElement;
  const steps = [...(dialog.querySelector("template")?.content.querySelectorAll<HTMLElement>("section") ?? [])];
  let at = 0;

  const show = (step: number) => {
    at = step;
    const { shows = "" } = steps[at]?.dataset ?? {};
    mark(shows);
    need("tour-count").textContent = `Étape ${at + 1} sur ${steps.length}`;
    need("tour-title").textContent = steps[at]?.querySelector("h2")?.textContent ?? "";
    need("tour-words").textContent = steps[at]?.querySelector("p")?.textContent ?? "";
    (need("tour-back") as HTMLButtonElement).disabled = at === 0;
    need("tour-on").textContent = at === steps.length - 1 ? "Terminer" : "Suivant";
    // The heading, so that a screen reader says the new step.
    need("tour-title").focus();
  };
  const begin = () => {
    dialog.showModal();
    show(0);
  };

  need("tour-begin").addEventListener("click", begin);
  need("tour-again").addEventListener("click", () => {
    (need("shortcuts") as HTMLDialogElement).close();
    begin();
  });
  need("tour-decline").addEventListener("click", () => {
    remember(offer);
    need("titre").focus();
  });
  need("tour-back").addEventListener("click", () => show(at - 1));
  need("tour-on").addEventListener("click", () => (at === steps.length - 1 ? dialog.close() : show(at + 1)));
  need("tour-leave").addEventListener("click", () => dialog.close());
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowRight" && at < steps.length - 1) show(at + 1);
    if (event.key === "ArrowLeft" && at > 0) show(at - 1);
  });
  // By a button or by Escape: the visit is over, and is not offered again.
  dialog.addEventListener("close", () => {
    mark("");
    remember(offer);
    need("titre").focus();
  });
  offer.hidden = localStorage.getItem(STORED_AS) !== null;
}

function mark(selector: string): void {
  document.querySelector(`.${SHOWN}`)?.classList.remove(SHOWN);
  const target = selector ? document.querySelector<HTMLElement>(selector) : null;
  target?.classList.add(SHOWN);
  target?.scrollIntoView({ block: "nearest" });
}

function remember(offer: HTMLElement): void {
  localStorage.setItem(STORED_AS, "vue");
  offer.hidden = true;
}
