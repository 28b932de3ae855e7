/** On a narrow screen the rows of a table that `stacks` stand one under the other, each cell after its heading.
 * Without script the table scrolls sideways inside its frame. */
export function enhanceStacking(): void {
  for (const table of document.querySelectorAll<HTMLTableElement>("table.stacks")) {
    const headings = Array.from(table.tHead?.rows[0]?.cells ?? [], wordsOf);
    for (const body of table.tBodies) {
      for (const row of body.rows) {
        for (const cell of row.cells) {
          const heading = headings[cell.cellIndex];
          if (heading && cell.tagName === "TD") cell.dataset.label = heading;
        }
      }
    }
    table.classList.add("is-labelled");
  }
}

/** What a heading shows: nothing where its words are for screen readers alone. */
function wordsOf(heading: HTMLTableCellElement): string {
  const shown = heading.cloneNode(true) as HTMLElement;
  for (const hidden of shown.querySelectorAll(".visually-hidden")) hidden.remove();
  return shown.textContent.trim();
}
