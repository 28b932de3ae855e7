/** The detail of the picked home, beside the map; its words are asked of the site when it is picked. */

import type { Kind, Row, Rows } from "./rows";

const CHANGED = "Le plan vient d'être modifié : la page se met à jour…";
const GONE = "Ce passage n'est plus dans le plan. Choisissez-en un autre.";
const MISSING = "Le détail n'a pas pu être lu. Vérifiez que le site répond, puis choisissez de nouveau ce logement.";

/** Where the page has the address of the detail; of a stay, its row says all. */
const DETAILS: Partial<Record<Kind, string>> = { stop: "detailOfStop", omission: "detailOfOmission", home: "detailOfHome", report: "detailOfReport" };

/** How a page whose rows change keeps up: a stop has another number after a change, made here or by somebody else. */
interface Upkeep {
  /** The changes that were asked for here are shown. */
  settled: () => Promise<void>;
  /** The changes of others are shown; the row that took the place of the one asked for is then picked. */
  catchUp: () => Promise<void>;
}

const NO_UPKEEP: Upkeep = { settled: async () => {}, catchUp: async () => {} };

/** Open the detail of what is picked. What is returned asks for it again, or says that it is gone. */
export function openDetails(rows: Rows, upkeep: Upkeep = NO_UPKEEP): { reread: () => void; tellGone: () => void } {
  const drawer = need("drawer");
  const title = need("drawer-title");
  const body = need("drawer-body");

  rows.onPick((row) => {
    const wasOpen = !drawer.hidden;
    const hasDetail = row !== null && row.kind in DETAILS;
    drawer.hidden = !hasDetail;
    need("page").classList.toggle("has-detail", hasDetail);
    row?.element.scrollIntoView({ block: "nearest" });
    if (!hasDetail) {
      lastAsked = null;
      row?.link.focus({ preventScroll: true });
      return;
    }
    title.textContent = row.link.textContent;
    void showDetail(row, body, title, upkeep);
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
    if (event.key === "Escape" && rows.current && !document.querySelector("dialog[open]")) close();
  });
  const reread = () => {
    const { current } = rows;
    // Who reads a link of the detail keeps it: the words are asked anew when it is picked again.
    if (current && !drawer.hidden && !body.contains(document.activeElement)) void showDetail(current, body, title, upkeep);
  };
  const tellGone = () => {
    if (drawer.hidden) return;
    lastAsked = null;
    body.replaceChildren(inWords(GONE));
    body.removeAttribute("aria-busy");
    need("announcer").textContent = GONE;
  };
  return { reread, tellGone };
}

let lastAsked: Row | null = null;

/** Fill the drawer with the detail of a row, unless another one is picked before the answer comes. */
async function showDetail(row: Row, body: HTMLElement, title: HTMLElement, { settled, catchUp }: Upkeep): Promise<void> {
  lastAsked = row;
  body.setAttribute("aria-busy", "true");
  await settled();
  if (lastAsked !== row) return;
  const answer = await fetch(addressOf(row.kind, row.id)).catch(() => null);
  if (lastAsked !== row) return;
  if (answer?.status === 404) {
    body.replaceChildren(inWords(CHANGED));
    await catchUp().catch(() => {});
    if (lastAsked !== row) return;
  }
  const detail = answer?.ok ? document.createRange().createContextualFragment(await answer.text()) : inWords(MISSING);
  if (lastAsked !== row) return;
  body.replaceChildren(detail);
  // A home of the map that the list does not show is named by its detail.
  const named = body.querySelector<HTMLElement>("[data-title]")?.dataset.title;
  if (named && !row.link.textContent) need("announcer").textContent = title.textContent = named;
  body.removeAttribute("aria-busy");
}

function inWords(sentence: string): HTMLElement {
  const words = document.createElement("p");
  words.textContent = sentence;
  return words;
}

/** The page gives the address of the detail of number 0, kind by kind. */
function addressOf(kind: Kind, id: number): string {
  const address = need("page").dataset[DETAILS[kind] ?? ""];
  return (address ?? "").replace("/0/", `/${id}/`);
}

export function need(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
}
