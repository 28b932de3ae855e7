/** Sortable tables: the words of a heading become a button. The order of the round is the one to come back to. */

type Order = "ascending" | "descending";

export function makeSortable(table: HTMLTableElement): void {
  for (const heading of table.querySelectorAll<HTMLTableCellElement>("thead th[data-key]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const order: Order = heading.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
      sortBy(table, heading, order);
    });
  }
}

function sortBy(table: HTMLTableElement, heading: HTMLTableCellElement, order: Order): void {
  const body = table.tBodies[0];
  if (!body) return;
  for (const other of table.querySelectorAll("[aria-sort]")) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", order);
  const column = heading.cellIndex;
  const isText = heading.dataset.key === "text";
  const milestones = [...body.rows].filter((row) => row.classList.contains("milestone"));
  const stops = [...body.rows].filter((row) => !row.classList.contains("milestone"));
  const compare = isText ? compareText : compareNumber;
  stops.sort((a, b) => compare(sortValue(a, column), sortValue(b, column)) * (order === "ascending" ? 1 : -1));
  const isRoundOrder = order === "ascending" && ["order", "time"].includes(heading.dataset.key ?? "");
  table.classList.toggle("is-resorted", milestones.length > 0 && !isRoundOrder);
  body.append(...(isRoundOrder ? withMilestones(stops, milestones) : [...stops, ...milestones]));
}

/** Put departure, pauses and return back at their place: each milestone names the stop it follows. */
function withMilestones(stops: HTMLTableRowElement[], milestones: HTMLTableRowElement[]): HTMLTableRowElement[] {
  const after = (place: number) => milestones.filter((row) => Number(row.dataset.after) === place);
  return [...after(0), ...stops.flatMap((stop, index) => [stop, ...after(index + 1)])];
}

const sortValue = (row: HTMLTableRowElement, column: number): string => row.cells[column]?.dataset.sort ?? "";

const compareNumber = (a: string, b: string): number => Number(a) - Number(b);

const collator = new Intl.Collator("fr", { numeric: true });
const compareText = (a: string, b: string): number => collator.compare(a, b);
