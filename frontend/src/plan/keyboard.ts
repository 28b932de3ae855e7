/** Alt with an arrow moves the passage that has the focus within its round: the site says what it changes. */

import { need } from "../page/drawer";
import { change } from "./editing";
import { shiftOf, stopsOf, visitOf } from "./page";
import { say } from "./words";

export function enableReordering(): void {
  need("liste").addEventListener("keydown", (event) => {
    if (!event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
    const row = (event.target as Element).closest<HTMLElement>("tr.stop[data-visit]");
    const card = row?.closest("article");
    if (!row || !card || row.classList.contains("is-done")) return;
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
