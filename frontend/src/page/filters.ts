/** Filters, headings and pages of a table answer in place: the server's own page is asked for, and its parts taken. */

import { need } from "./drawer";

const LATE = "La liste n'a pas pu être lue. Vérifiez que le site répond, puis réessayez.";

export function followFilters(changed: (filters: string) => void): void {
  const form = need("filtres") as HTMLFormElement;
  const results = need("resultats");
  let asked = 0;

  const show = async (url: URL) => {
    const turn = ++asked;
    results.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(url, { headers: { accept: "text/html" } });
      if (!answer.ok || answer.redirected) return location.assign(url);
      const told = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (turn !== asked) return;
      const focused = results.contains(document.activeElement) ? selectorOf(document.activeElement) : "";
      results.replaceChildren(...(told.getElementById("resultats")?.childNodes ?? []));
      // The last page has no « suivante »: then its other link.
      if (focused) (results.querySelector<HTMLElement>(focused) ?? results.querySelector<HTMLElement>(".pagination a"))?.focus();
      for (const count of document.querySelectorAll<HTMLElement>("[data-count-of]")) {
        count.textContent = told.querySelector(`[data-count-of="${count.dataset.countOf}"]`)?.textContent ?? "";
      }
      history.replaceState(null, "", url);
      need("announcer").textContent = need("compte").textContent;
      const filters = need("compte").dataset.filters ?? "";
      need("tout").hidden = filters === "";
      changed(filters);
    } catch {
      need("announcer").textContent = LATE;
    } finally {
      if (turn === asked) results.removeAttribute("aria-busy");
    }
  };
  const ask = () => {
    const url = new URL(location.href);
    for (const { name } of form.querySelectorAll<HTMLInputElement>("select, [type=checkbox]")) url.searchParams.delete(name);
    url.searchParams.delete("page");
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string" && value && !["jour", "vue", "tri"].includes(name)) url.searchParams.set(name, value);
    }
    void show(url);
  };

  // Each choice is applied at once: the button is for who has no script.
  form.querySelector("button")?.remove();
  form.addEventListener("change", ask);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask();
  });
  need("tout").addEventListener("click", (event) => {
    event.preventDefault();
    for (const select of form.querySelectorAll("select")) select.value = "";
    for (const tick of form.querySelectorAll<HTMLInputElement>("input[type=checkbox]")) tick.checked = false;
    // The link goes once nothing is narrowed any more: the focus must not go with it.
    form.querySelector("select")?.focus();
    ask();
  });
  results.addEventListener("click", (event) => {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a.sort, .pagination a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    void show(new URL(link.href));
  });
}

/** Find again, in the parts that were taken, the heading or the link to a page that had the focus. */
function selectorOf(link: Element | null): string {
  const heading = link?.closest("th");
  if (heading?.scope === "col") return `th:nth-child(${heading.cellIndex + 1}) a.sort`;
  return link?.matches(".pagination a") ? `.pagination a[rel=${link.getAttribute("rel")}]` : "";
}
