/** What the pages of the registry gain with script: quick days, a kept draft, the verdict on a place, a cover in time. */

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** A draft is kept this long after the last key, at most this often. */
const DRAFT_EVERY_MS = 15_000;
/** What is uncovered is covered again when a screen is left alone. */
const UNCOVERED_MS = 2 * MINUTE_MS;
const QUICK_DAYS: ReadonlyArray<readonly [string, number]> = [
  ["1 semaine", 7],
  ["15 jours", 15],
  ["1 mois", 30],
];

const form = document.querySelector<HTMLFormElement>("form.form");
if (form) {
  offerQuickDays(form);
  if (form.dataset.placeUrl) judgePlaces(form, form.dataset.placeUrl);
  bindCautions(form);
  if (form.dataset.draftUrl) keepDrafts(form, form.dataset.draftUrl);
}
coverInTime();

/** Offer lengths beside the last day; each counts from the first. */
function offerQuickDays(form: HTMLFormElement): void {
  const first = form.querySelector<HTMLInputElement>("[name=first_day]");
  const last = form.querySelector<HTMLInputElement>("[name=last_day]");
  if (!first || !last) return;
  const choices = document.createElement("div");
  choices.className = "quick-choices";
  choices.setAttribute("role", "group");
  choices.setAttribute("aria-label", "Durées courantes");
  for (const [words, days] of QUICK_DAYS) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button quiet";
    button.textContent = words;
    button.addEventListener("click", () => {
      const from = first.valueAsDate;
      if (!from) {
        first.focus();
        return;
      }
      last.valueAsDate = new Date(from.getTime() + (days - 1) * DAY_MS);
      last.dispatchEvent(new Event("input", { bubbles: true }));
    });
    choices.append(button);
  }
  last.after(choices);
}

/** Say at once whether the chosen address is in the commune and in a sector. */
function judgePlaces(form: HTMLFormElement, url: string): void {
  const verdict = document.getElementById("place-verdict");
  const fields = ["address", "address_typed", "lon", "lat", "csrfmiddlewaretoken"];
  let asked = "";
  const ask = async (): Promise<void> => {
    const body = new FormData();
    for (const name of fields) body.set(name, form.querySelector<HTMLInputElement>(`[name=${name}]`)?.value ?? "");
    const place = fields.map((name) => body.get(name)).join(" ");
    if (!verdict || place === asked) return;
    asked = place;
    if (!body.get("address")) {
      verdict.textContent = "";
      return;
    }
    const answer = await fetch(url, { method: "POST", body });
    if (!answer.ok || answer.redirected) return;
    const told = (await answer.json()) as { state: string; sentence: string };
    if (place !== asked) return;
    verdict.textContent = told.sentence;
    verdict.classList.toggle("is-warning", told.state !== "inside");
  };
  form.addEventListener("change", () => void ask());
  form.addEventListener("placechange", () => void ask());
  void ask();
}

/** Take back what was confirmed of an address once it is no longer the one chosen, and no longer ask it. */
function bindCautions(form: HTMLFormElement): void {
  const address = form.querySelector<HTMLInputElement>("input[type=hidden][name=address]");
  const cautions = form.querySelector<HTMLElement>(".is-caution");
  if (!address || !cautions) return;
  form.addEventListener("placechange", () => {
    for (const caution of cautions.querySelectorAll<HTMLElement>("[data-of-address]")) {
      if (caution.dataset.ofAddress !== address.value) caution.remove();
    }
    if (!cautions.querySelector("input")) cautions.remove();
  });
}

/** Send what is typed to the sealed draft, now and then, and when the page is left. */
function keepDrafts(form: HTMLFormElement, url: string): void {
  const state = document.getElementById("draft-state");
  let isDirty = false;
  let isSent = false;
  let timer = 0;
  const keep = async (): Promise<void> => {
    timer = 0;
    isDirty = false;
    const answer = await fetch(url, { method: "POST", body: new FormData(form) }).catch(() => null);
    if (!state) return;
    const hour = new Date().toLocaleTimeString("fr-FR", { hour: "2-digit", minute: "2-digit" }).replace(":", " h ");
    const isKept = answer !== null && answer.ok && !answer.redirected;
    isDirty ||= !isKept;
    state.textContent = isKept ? `Brouillon gardé à ${hour}.` : "Le brouillon n'a pas pu être gardé.";
  };
  form.addEventListener("input", () => {
    isDirty = true;
    timer ||= window.setTimeout(() => void keep(), DRAFT_EVERY_MS);
  });
  form.addEventListener("submit", () => {
    isSent = true;
    window.clearTimeout(timer);
  });
  addEventListener("pagehide", () => {
    if (isDirty && !isSent) navigator.sendBeacon(url, new FormData(form));
  });
}

/** Cover again what was uncovered: at once when the page is reloaded, by itself after two minutes. */
function coverInTime(): void {
  const url = document.querySelector<HTMLElement>("[data-covered-url]")?.dataset.coveredUrl;
  if (!url) return;
  history.replaceState(null, "", url + location.hash);
  window.setTimeout(() => location.replace(url), UNCOVERED_MS);
}
