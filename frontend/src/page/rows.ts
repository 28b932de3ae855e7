/** The rows of the page: planned stops and stays, homes left out or still to be planned, or reports; each has its mark on the map. */

export type Kind = "stop" | "stay" | "omission" | "home" | "report";

export interface Row {
  readonly key: string;
  readonly kind: Kind;
  readonly id: number;
  readonly home: number;
  readonly recency: string;
  /** What was found at the passage that stands for a stop, or "back" where the home is vacant no more; empty before either. */
  readonly made: string;
  readonly element: HTMLElement;
  readonly link: HTMLAnchorElement;
}

type Follow = (row: Row | null) => void;

export const keyOf = (kind: Kind, id: number): string => `${kind}-${id}`;

const DATA_OF_KIND: Record<Kind, string> = { stop: "stop", stay: "stay", omission: "omission", home: "vacant", report: "report" };
const KINDS = Object.keys(DATA_OF_KIND) as Kind[];
const ANY_ROW = "[data-stop], [data-stay], [data-omission], [data-vacant], [data-report]";

function mark({ element, link }: Row, isPicked: boolean): void {
  element.classList.toggle("is-picked", isPicked);
  if (isPicked) link.setAttribute("aria-current", "true");
  else link.removeAttribute("aria-current");
}

function stranger(kind: Kind, id: number): Row {
  const element = document.createElement("tr");
  return { key: keyOf(kind, id), kind, id, home: id, recency: "", made: "", element, link: document.createElement("a") };
}

/** All rows, found by the same key as the features of the map. */
export class Rows {
  readonly all: Row[] = [];
  private readonly byKey = new Map<string, Row>();
  private readonly byElement = new Map<HTMLElement, Row>();
  private readonly hoverFollowers: Follow[] = [];
  private readonly pickFollowers: Follow[] = [];
  private hovered: Row | null = null;
  private picked: Row | null = null;

  constructor(private readonly root: HTMLElement) {
    this.read();
    this.follow(root);
  }

  /** The rows were replaced by others: what is picked stays so, in the list or not. */
  refresh(): void {
    this.all.length = 0;
    this.byKey.clear();
    this.byElement.clear();
    this.hovered = null;
    this.read();
    if (!this.picked) return;
    this.picked = this.get(this.picked.key) ?? stranger(this.picked.kind, this.picked.id);
    mark(this.picked, true);
  }

  /** The row of a home, or a row that is in no list when this page of the table has none of it. */
  rowOrStranger(kind: Kind, id: number): Row {
    return this.get(keyOf(kind, id)) ?? stranger(kind, id);
  }

  private read(): void {
    for (const element of this.root.querySelectorAll<HTMLElement>(ANY_ROW)) this.add(element);
  }

  get current(): Row | null {
    return this.picked;
  }

  get(key: string): Row | undefined {
    return this.byKey.get(key);
  }

  onHover(follow: Follow): void {
    this.hoverFollowers.push(follow);
  }

  onPick(follow: Follow): void {
    this.pickFollowers.push(follow);
  }

  hover(row: Row | null): void {
    if (row === this.hovered) return;
    this.hovered?.element.classList.remove("is-hovered");
    row?.element.classList.add("is-hovered");
    this.hovered = row;
    for (const follow of this.hoverFollowers) follow(row);
  }

  pick(row: Row | null): void {
    if (row?.key === this.picked?.key) return;
    if (this.picked) mark(this.picked, false);
    if (row) mark(row, true);
    this.picked = row;
    for (const follow of this.pickFollowers) follow(row);
  }

  /** Pick the row `step` places further among those shown, from the first when none is picked; of a stay there is no more to read. */
  pickNext(step: 1 | -1): void {
    const shown = this.shown().filter((row) => row.kind !== "stay" || row === this.picked);
    const at = this.picked ? shown.indexOf(this.picked) : step === 1 ? -1 : 0;
    const next = shown[(at + step + shown.length) % shown.length];
    if (next) this.pick(next);
  }

  shown(): Row[] {
    return this.all.filter((row) => !row.element.closest("[hidden]"));
  }

  private add(element: HTMLElement): void {
    const kind = KINDS.find((one) => element.dataset[DATA_OF_KIND[one]] !== undefined);
    if (!kind) return;
    const id = Number(element.dataset[DATA_OF_KIND[kind]]);
    const link = element.querySelector<HTMLAnchorElement>(".pick");
    if (!link) return;
    const { home, recency = "", made = element.classList.contains("is-back") ? "back" : "" } = element.dataset;
    const row = { key: keyOf(kind, id), kind, id, home: Number(home), recency, made, element, link };
    this.all.push(row);
    this.byKey.set(row.key, row);
    this.byElement.set(element, row);
  }

  /** Follow the pointer, the focus and the clicks once for all rows: there may be two thousand. */
  private follow(root: HTMLElement): void {
    const rowAt = (target: EventTarget | null): Row | null => {
      const element = target instanceof Element ? target.closest<HTMLElement>(ANY_ROW) : null;
      return (element && this.byElement.get(element)) || null;
    };
    const list = root.querySelector<HTMLElement>(".list") ?? root;
    list.addEventListener("mouseover", (event) => this.hover(rowAt(event.target)));
    list.addEventListener("mouseleave", () => this.hover(null));
    list.addEventListener("focusin", (event) => this.hover(rowAt(event.target)));
    list.addEventListener("focusout", () => this.hover(null));
    list.addEventListener("click", (event) => {
      const row = rowAt(event.target);
      const other = (event.target as Element).closest("a, button");
      if (!row || (other && other !== row.link)) return;
      event.preventDefault();
      this.pick(row);
    });
  }
}
