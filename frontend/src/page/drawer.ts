/** The detail of the picked home, beside the map; its words come from the page, not from the map. */

import type { Rows } from "./rows";

export function openDetails(rows: Rows): void {
  const drawer = need("drawer");
  const title = need("drawer-title");
  const body = need("drawer-body");

  rows.onPick((row) => {
    const wasOpen = !drawer.hidden;
    drawer.hidden = row === null;
    need("page").classList.toggle("has-detail", row !== null);
    if (!row) return;
    title.textContent = row.link.textContent;
    body.replaceChildren(detailOf(row.element));
    row.element.scrollIntoView({ block: "nearest" });
    // The focus stays on "Suivant" while one walks through the stops: the new one is said instead.
    if (wasOpen) need("announcer").textContent = title.textContent;
    else title.focus({ preventScroll: true });
  });

  const close = () => {
    const { current } = rows;
    rows.pick(null);
    // The row may be out of sight (map alone): the focus must not be lost with the drawer.
    current?.link.focus({ preventScroll: true });
    if (document.activeElement === document.body) need("contenu").focus({ preventScroll: true });
  };
  need("drawer-close").addEventListener("click", close);
  need("drawer-previous").addEventListener("click", () => rows.pickNext(-1));
  need("drawer-next").addEventListener("click", () => rows.pickNext(1));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !drawer.hidden && !document.querySelector("dialog[open]")) close();
  });
}

function detailOf(element: HTMLElement): Node {
  return element.querySelector("template")?.content.cloneNode(true) ?? document.createDocumentFragment();
}

export function need(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
}
