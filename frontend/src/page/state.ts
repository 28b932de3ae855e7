/** The state of the page that its address carries: what is shown and how, never an address or a name. */

export type Key = "vue" | "equipage" | "couleur";
type Listener = (value: string) => void;

const listeners: Record<Key, Listener[]> = { vue: [], equipage: [], couleur: [] };

export function watchState(key: Key, listener: Listener): void {
  listeners[key].push(listener);
}

/** Set a part of the state: the address follows, without a new entry in the history. */
export function setState(key: Key, value: string): void {
  const url = new URL(location.href);
  const group = groupOf(key);
  if (value === (group?.dataset.default ?? "")) url.searchParams.delete(key);
  else url.searchParams.set(key, value);
  history.replaceState(null, "", url);
  for (const link of group?.querySelectorAll<HTMLAnchorElement>("a") ?? []) {
    if (link.dataset.value === value) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
  carryState(url);
  for (const listener of listeners[key]) listener(value);
}

export function readState(key: Key): string {
  return groupOf(key)?.querySelector<HTMLAnchorElement>("a[aria-current]")?.dataset.value ?? "";
}

export function choicesOf(key: Key): string[] {
  return [...(groupOf(key)?.querySelectorAll<HTMLAnchorElement>("a") ?? [])].map((link) => link.dataset.value ?? "");
}

/** Make the links of the three switches act in place: without the script they load the page again. */
export function enhanceSwitches(): void {
  for (const key of Object.keys(listeners) as Key[]) {
    groupOf(key)?.addEventListener("click", (event) => {
      const link = (event.target as Element).closest<HTMLAnchorElement>("a[data-value]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      setState(key, link.dataset.value ?? "");
    });
  }
}

function groupOf(key: Key): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-switch="${key}"]`);
}

/** The other links of the page, to another day or version, keep how things are shown. */
function carryState(url: URL): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>(".days a, .choices a, .made a")) {
    const target = new URL(link.href);
    const own = link.closest<HTMLElement>("[data-switch]")?.dataset.switch;
    for (const key of ["vue", "couleur"]) {
      if (key === own) continue;
      const value = url.searchParams.get(key);
      if (value === null) target.searchParams.delete(key);
      else target.searchParams.set(key, value);
    }
    link.href = target.pathname + target.search;
  }
}
