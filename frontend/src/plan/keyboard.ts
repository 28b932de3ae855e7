/** Alt with an arrow moves the passage that is picked, or has the focus, within its round: the site says what it changes. */

import { change } from "./editing";
import { aheadOf, placeIn, shiftOf, showRoundOrder, visitOf } from "./page";
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
    if (!row || !card) return;
    // Moving a row in the page takes the focus from what is in it.
    const focused = document.activeElement as HTMLElement;
    showRoundOrder();
    focused.focus({ preventScroll: true });
    const rows = aheadOf(card);
    if (!rows.includes(row)) return;
    event.preventDefault();
    const index = rows.indexOf(row) + (event.key === "ArrowUp" ? -1 : 1);
    if (index < 0 || index >= rows.length) {
      say(index < 0 ? "C'est déjà le premier arrêt à faire." : "C'est déjà le dernier arrêt.");
      return;
    }
    const place = placeIn(card, index);
    void change({ act: "move", ...visitOf(row.dataset.visit ?? ""), shift: shiftOf(card) ?? 0, place });
    focused.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  });
}
