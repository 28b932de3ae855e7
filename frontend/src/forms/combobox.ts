/**
 * A text field that offers addresses as one types: the editable combobox of the ARIA practices, with a list.
 *
 * The focus stays in the field; the option that the arrows reach is told by aria-activedescendant. Without script the
 * field is a plain one, and the server reads its text.
 */

import { AddressSearch, type FoundAddress, SearchProblem } from "./address_search";

const WAIT_MS = 120;
const SHORTEST_TEXT = 2;

export interface Combobox {
  readonly input: HTMLInputElement;
  /** Called with the address that was chosen and what was typed for it, and with null when the text no longer is one. */
  onChoose(follow: Follow): void;
}

type Follow = (address: FoundAddress | null, typed: string) => void;

/** Turn the field of an element with `data-address-search` into a combobox. */
export function makeCombobox(field: HTMLElement): Combobox {
  return new AddressCombobox(field);
}

class AddressCombobox implements Combobox {
  readonly input: HTMLInputElement;
  private readonly list: HTMLUListElement;
  private readonly status: HTMLElement;
  private readonly search: AddressSearch;
  private readonly note: HTMLElement;
  private readonly followers: Follow[] = [];
  private found: FoundAddress[] = [];
  private active = -1;
  private timer = 0;
  private chosen = "";

  constructor(field: HTMLElement) {
    this.input = find(field, "input[data-address-text], input[name=address_text]") as HTMLInputElement;
    const token = document.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value ?? "";
    this.search = new AddressSearch(field.dataset.addressSearch ?? "", token);
    this.list = document.createElement("ul");
    this.status = document.createElement("p");
    this.note = document.createElement("p");
    this.dress(field);
    this.chosen = this.input.value;
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.input.addEventListener("blur", () => this.close());
    // A pointer on the list must not take the focus from the field.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = (event.target as Element).closest<HTMLElement>("[role=option]");
      if (option) this.choose(Number(option.dataset.place));
    });
  }

  onChoose(follow: Follow): void {
    this.followers.push(follow);
  }

  private dress(field: HTMLElement): void {
    const id = `${this.input.id}-adresses`;
    this.list.id = id;
    this.list.className = "offers";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Adresses proposées");
    this.status.className = "visually-hidden";
    this.status.setAttribute("role", "status");
    const attributes = { role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id };
    for (const [name, value] of Object.entries(attributes)) this.input.setAttribute(name, value);
    const frame = document.createElement("div");
    frame.className = "offers-frame";
    this.input.replaceWith(frame);
    frame.append(this.input, this.list);
    this.note.className = "hint is-warning offers-note";
    this.note.hidden = true;
    frame.before(this.note);
    field.append(this.status);
  }

  private typed(): void {
    window.clearTimeout(this.timer);
    this.search.cancel();
    if (this.input.value === this.chosen) return;
    if (this.chosen) this.tell(null, "");
    this.chosen = "";
    if (this.input.value.trim().length < SHORTEST_TEXT) this.close();
    else this.timer = window.setTimeout(() => void this.look(), WAIT_MS);
  }

  private async look(): Promise<void> {
    try {
      const { addresses, note } = await this.search.find(this.input.value);
      this.found = addresses;
      this.open(note);
    } catch (error) {
      this.close();
      if (!(error instanceof SearchProblem)) throw error;
      this.status.textContent = error.message;
    }
  }

  private open(note: string): void {
    this.active = -1;
    this.list.replaceChildren(...this.found.map((address, place) => this.option(address, place)));
    this.list.hidden = this.found.length === 0;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
    this.input.removeAttribute("aria-activedescendant");
    this.note.textContent = note;
    this.note.hidden = note === "";
    this.status.textContent = [note, count(this.found.length)].filter(Boolean).join(" ");
  }

  private option({ label, is_exact, is_in_its_street, is_street }: FoundAddress, place: number): HTMLLIElement {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${place}`;
    option.dataset.place = String(place);
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.append(label);
    if (is_street || !is_exact) {
      const note = document.createElement("small");
      note.textContent = is_street ? "toute la rue" : is_in_its_street ? "numéro voisin" : "voie ressemblante";
      option.append(" ", note);
    }
    return option;
  }

  private close(): void {
    window.clearTimeout(this.timer);
    this.search.cancel();
    this.list.hidden = true;
    this.active = -1;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  private pressed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.isComposing) return;
    const isOpen = !this.list.hidden;
    const last = this.found.length - 1;
    const acts: Record<string, () => void> = {
      ArrowDown: () => (isOpen ? this.activate(this.active === last ? -1 : this.active + 1) : void this.look()),
      ArrowUp: () => (isOpen ? this.activate(this.active === -1 ? last : this.active - 1) : void this.look()),
      ...(isOpen ? { Escape: () => this.close() } : {}),
      ...(isOpen && this.active >= 0 ? { Enter: () => this.choose(this.active) } : {}),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  /** Move to an option, or back to the field (-1). */
  private activate(place: number): void {
    this.list.children[this.active]?.setAttribute("aria-selected", "false");
    this.active = place;
    const option = this.list.children[place];
    if (!option) {
      this.input.removeAttribute("aria-activedescendant");
      return;
    }
    option.setAttribute("aria-selected", "true");
    this.input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  private choose(place: number): void {
    const address = this.found[place];
    if (!address) return;
    const typed = this.input.value;
    this.chosen = this.input.value = address.label;
    this.note.hidden = true;
    this.close();
    this.status.textContent = `${address.label}, ${address.is_street ? "rue" : "adresse"} choisie`;
    this.tell(address, typed);
  }

  private tell(address: FoundAddress | null, typed: string): void {
    for (const follow of this.followers) follow(address, typed);
  }
}

function count(found: number): string {
  if (found === 0) return "Aucune adresse trouvée";
  return found === 1 ? "1 adresse proposée" : `${found} adresses proposées, flèche vers le bas pour choisir`;
}

function find(field: HTMLElement, selector: string): HTMLElement {
  const element = field.querySelector<HTMLElement>(selector);
  if (!element) throw new Error(`the address field has no ${selector}`);
  return element;
}
