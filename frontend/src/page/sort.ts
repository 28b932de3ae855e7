/**
 * Sortable tables: the words of a heading become a button. The order of the round is the one to come back to; by time
 * departure, pauses and return stay among the stops, as they happen.
 */

type Order = "ascending" | "descending";

export function makeSortable(table: HTMLTableElement): void {
  // In the order of the round, whatever the table is sorted by later.
  const milestones = [...table.querySelectorAll<HTMLTableRowElement>("tbody .milestone")];
  for (const heading of table.querySelectorAll<HTMLTableCellElement>("thead th[data-key]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const order: Order = heading.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
      sortBy(table, milestones, heading, order);
    });
  }
}

function sortBy(table: HTMLTableElement, milestones: HTMLTableRowElement[], heading: HTMLTableCellElement, order: Order): void {
  const body = table.tBodies[0];
  if (!body) return;
  for (const other of table.querySelectorAll("[aria-sort]")) other.removeAttribute("aria-sort");
  heading.setAttribute("aria-sort", order);
  const { key } = heading.dataset;
  const stops = [...body.rows].filter((row) => !milestones.includes(row));
  const compare = comparing(heading, order);
  const isRoundOrder = key === "order" && order === "ascending";
  table.classList.toggle("is-resorted", milestones.length > 0 && !isRoundOrder && key !== "time");
  if (isRoundOrder) body.append(...withMilestones(stops.sort(compare), milestones));
  else if (key === "time") body.append(...withMilestones(stops.sort(inRound(table)), milestones).sort(compare));
  else body.append(...stops.sort(compare), ...milestones);
}

type Compare = (a: HTMLTableRowElement, b: HTMLTableRowElement) => number;

function comparing(heading: HTMLTableCellElement, order: Order): Compare {
  const column = heading.cellIndex;
  const compare = heading.dataset.key === "text" ? compareText : compareNumber;
  return (a, b) => compare(sortValue(a, column), sortValue(b, column)) * (order === "ascending" ? 1 : -1);
}

function inRound(table: HTMLTableElement): Compare {
  const heading = table.querySelector<HTMLTableCellElement>("thead th[data-key=order]");
  return heading ? comparing(heading, "ascending") : () => 0;
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
