/** Alt with an arrow moves the passage that is picked, or has the focus, within its round: the site says what it changes. */

import { change } from "./editing";
import { shiftOf, stopsOf, visitOf } from "./page";
import { say } from "./words";

export function enableReordering(): void {
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    const target = event.target as Element;
    // A passage that is picked shows its detail, which takes the focus.
    const isInDetail = target === document.body || target.closest(".drawer") !== null;
    const row = isInDetail
      ? document.querySelector<HTMLElement>("#liste tr.stop.is-picked[data-visit]")
      : target.closest<HTMLElement>("#liste tr.stop[data-visit]");
    const card = row?.closest("article");
    if (!row?.querySelector("[data-grip]") || !card) return;
    event.preventDefault();
    const rows = stopsOf(card);
    const place = rows.indexOf(row) + 1 + (event.key === "ArrowUp" ? -1 : 1);
    if (place < 1 || place > rows.length) {
      say(place < 1 ? "C'est déjà le premier arrêt." : "C'est déjà le dernier arrêt.");
      return;
    }
    const focused = document.activeElement as HTMLElement;
    void change({ act: "move", ...visitOf(row.dataset.visit ?? ""), shift: shiftOf(card) ?? 0, place });
    // Moving a row in the page takes the focus from what is in it.
    focused.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  });
}
