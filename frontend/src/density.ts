/** The page of the density: form and tables work alone; this adds the map, and answers to each choice at once. */

import { DensityMap } from "./map/density_map";
import { need } from "./page/drawer";
import { enhanceStacking } from "./page/stacking";

const LATE = "La carte n'a pas pu être lue. Vérifiez que le site répond, puis réessayez.";
const SLIDING_MS = 150;
const REFUSED = 400;

const form = need("demande") as HTMLFormElement;
const results = need("resultats");
const frame = document.getElementById("map");
let map: DensityMap | null = null;
let asked = 0;
let waiting: number | undefined;

async function show(): Promise<void> {
  const turn = ++asked;
  const url = new URL(location.href);
  url.search = new URLSearchParams([...new FormData(form)].filter((pair): pair is [string, string] => typeof pair[1] === "string")).toString();
  results.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(url, { headers: { accept: "text/html" } });
    if (turn !== asked) return;
    if (answer.redirected || !(answer.ok || answer.status === REFUSED)) return location.assign(url);
    const told = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (turn !== asked) return;
    tellRefusals(told);
    // What is refused leaves the last map that could be made, which says its own period.
    if (!answer.ok) return;
    // A page that came refused has nothing to draw on.
    if (!frame) return location.assign(url);
    results.replaceChildren(...(told.getElementById("resultats")?.childNodes ?? []));
    enhanceStacking();
    history.replaceState(null, "", url);
    need("announcer").textContent = need("compte").textContent;
    map?.show();
  } catch {
    need("announcer").textContent = LATE;
  } finally {
    if (turn === asked) results.removeAttribute("aria-busy");
  }
}

/** Tell what the site refuses, each at its field and what is of several above them; and no longer what it accepts. */
function tellRefusals(told: Document): void {
  need("refus").replaceChildren(...(told.getElementById("refus")?.childNodes ?? []));
  for (const control of form.querySelectorAll<HTMLElement>("input, select")) {
    const answered = told.getElementById(control.id);
    const refusal = answered?.parentElement?.querySelector(".field-error");
    control.parentElement?.querySelector(".field-error")?.remove();
    control.parentElement?.classList.toggle("has-error", !!refusal);
    if (refusal) control.before(refusal);
    for (const name of ["aria-invalid", "aria-describedby"]) {
      const value = answered?.getAttribute(name);
      if (value) control.setAttribute(name, value);
      else control.removeAttribute(name);
    }
  }
  need("announcer").textContent = Array.from(form.querySelectorAll(".field-error"), (refusal) => refusal.textContent.trim()).join(" ");
}

function ask(delay: number): void {
  window.clearTimeout(waiting);
  waiting = window.setTimeout(() => void show(), delay);
}

/** Say in words where a slider stands. */
function tell(slider: HTMLInputElement): void {
  const words = (slider.dataset.words ?? "").split("|")[slider.valueAsNumber - Number(slider.min)] ?? slider.value;
  slider.setAttribute("aria-valuetext", words);
  const output = form.querySelector(`output[for="${slider.id}"]`);
  if (output) output.textContent = words;
}

for (const slider of form.querySelectorAll<HTMLInputElement>("input[type=range]")) {
  tell(slider);
  slider.addEventListener("input", () => {
    tell(slider);
    ask(SLIDING_MS);
  });
}
form.addEventListener("change", (event) => {
  if ((event.target as HTMLInputElement).type !== "range") ask(0);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  ask(0);
});
document.addEventListener("themechange", () => map?.recolour());

try {
  if (frame) map = new DensityMap(frame);
} catch {
  // The page stays whole without WebGL: everything the map shows is in the tables.
  need("map-missing").hidden = false;
}
