/** A list of which one line is chosen, by the ARIA pattern of a listbox: its lines wrap, where a select cuts them. */

const PAGE = 7;
const TYPED_WITHIN_MS = 1_000;

export class Listbox {
  private index = -1;
  private typed = "";
  private timer = 0;

  constructor(
    private readonly element: HTMLElement,
    private readonly chosen: () => void,
  ) {
    element.addEventListener("keydown", (event) => this.press(event));
    element.addEventListener("focus", () => this.chosen());
    element.addEventListener("click", ({ target }) => {
      const line = target instanceof Element ? target.closest("[role=option]") : null;
      if (line) this.choose([...element.children].indexOf(line));
    });
  }

  get selectedIndex(): number {
    return this.index;
  }

  set selectedIndex(index: number) {
    this.line?.setAttribute("aria-selected", "false");
    this.index = index;
    const { line } = this;
    line?.setAttribute("aria-selected", "true");
    this.element.setAttribute("aria-activedescendant", line?.id ?? "");
    if (line) this.reveal(line);
  }

  fill(lines: readonly string[]): void {
    const { children } = this.element;
    while (children.length > lines.length) this.element.lastElementChild?.remove();
    while (children.length < lines.length) this.element.append(this.newLine(children.length + 1));
    lines.forEach((words, at) => {
      const line = children[at];
      if (line && line.textContent !== words) line.textContent = words;
    });
    this.element.hidden = lines.length === 0;
    this.selectedIndex = Math.min(Math.max(this.index, 0), lines.length - 1);
  }

  private get line(): HTMLElement | undefined {
    return this.element.children[this.index] as HTMLElement | undefined;
  }

  private newLine(number: number): HTMLElement {
    const line = document.createElement("div");
    line.id = `${this.element.id}-${number}`;
    line.setAttribute("role", "option");
    line.setAttribute("aria-selected", "false");
    return line;
  }

  private choose(index: number): void {
    this.selectedIndex = Math.min(Math.max(index, 0), this.element.children.length - 1);
    this.chosen();
  }

  private press(event: KeyboardEvent): void {
    const last = this.element.children.length - 1;
    const steps: Record<string, number> = {
      ArrowDown: this.index + 1,
      ArrowUp: this.index - 1,
      PageDown: this.index + PAGE,
      PageUp: this.index - PAGE,
      Home: 0,
      End: last,
    };
    const to = steps[event.key] ?? this.numbered(event);
    if (to === undefined) return;
    event.preventDefault();
    this.choose(to);
  }

  /** The line of the number that is being typed. */
  private numbered({ key, ctrlKey, metaKey, altKey }: KeyboardEvent): number | undefined {
    if (!/^\d$/.test(key) || ctrlKey || metaKey || altKey) return undefined;
    this.typed += key;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.typed = "";
    }, TYPED_WITHIN_MS);
    return Number(this.typed) - 1;
  }

  /** Within the list: the page stays where it is. */
  private reveal(line: HTMLElement): void {
    const { element } = this;
    const [top, bottom] = [line.offsetTop, line.offsetTop + line.offsetHeight];
    if (top < element.scrollTop) element.scrollTop = top;
    else if (bottom > element.scrollTop + element.clientHeight) element.scrollTop = bottom - element.clientHeight;
  }
}
