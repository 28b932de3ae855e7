/** The detail of the picked home, beside the map; its words are asked of the site when it is picked. */

import type { Kind, Row, Rows } from "./rows";

const MISSING = "Le détail n'a pas pu être lu. Vérifiez que le site répond, puis choisissez de nouveau ce logement.";

/**
 * Open the detail of what is picked, once the page is settled: a stop has another number after a change.
 * What is returned asks for it again.
 */
export function openDetails(rows: Rows, settled: () => Promise<void> = async () => {}): { reread: () => void } {
  const drawer = need("drawer");
  const title = need("drawer-title");
  const body = need("drawer-body");

  rows.onPick((row) => {
    const wasOpen = !drawer.hidden;
    drawer.hidden = row === null;
    need("page").classList.toggle("has-detail", row !== null);
    if (!row) return;
    title.textContent = row.link.textContent;
    void showDetail(row, body, title, settled);
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
    if (document.activeElement === document.body || !current?.link.isConnected) need("contenu").focus({ preventScroll: true });
  };
  need("drawer-close").addEventListener("click", close);
  need("drawer-previous").addEventListener("click", () => rows.pickNext(-1));
  need("drawer-next").addEventListener("click", () => rows.pickNext(1));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !drawer.hidden && !document.querySelector("dialog[open]")) close();
  });
  const reread = () => {
    const { current } = rows;
    // Who reads a link of the detail keeps it: the words are asked anew when it is picked again.
    if (current && !body.contains(document.activeElement)) void showDetail(current, body, title, settled);
  };
  return { reread };
}

let lastAsked: Row | null = null;

/** Fill the drawer with the detail of a row, unless another one is picked before the answer comes. */
async function showDetail(row: Row, body: HTMLElement, title: HTMLElement, settled: () => Promise<void>): Promise<void> {
  lastAsked = row;
  body.setAttribute("aria-busy", "true");
  await settled();
  if (lastAsked !== row) return;
  const detail = await askDetail(row);
  if (lastAsked !== row) return;
  body.replaceChildren(detail);
  // A home of the map that the list does not show is named by its detail.
  const named = body.querySelector<HTMLElement>("[data-title]")?.dataset.title;
  if (named && !row.link.textContent) need("announcer").textContent = title.textContent = named;
  body.removeAttribute("aria-busy");
}

async function askDetail({ kind, id }: Row): Promise<Node> {
  try {
    const answer = await fetch(addressOf(kind, id));
    if (answer.ok) return document.createRange().createContextualFragment(await answer.text());
  } catch {
    // No answer at all: said in the same words.
  }
  const words = document.createElement("p");
  words.textContent = MISSING;
  return words;
}

/** The page gives the address of the detail of number 0, kind by kind. */
function addressOf(kind: Kind, id: number): string {
  const address = need("page").dataset[{ stop: "detailOfStop", omission: "detailOfOmission", home: "detailOfHome" }[kind]];
  return (address ?? "").replace("/0/", `/${id}/`);
}

export function need(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
}
