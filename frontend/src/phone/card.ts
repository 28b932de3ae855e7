/** The next stop as one card, and the list of all of them. */

import { changeOf } from "./changes";
import { isLate, warnOfHours } from "./hours";
import { button, make } from "./page";
import type { Done, Kept, Leg, Stay, Stop } from "./types";
import { isOver, isStay, keyOf, legTo, placesOf, staysBefore } from "./way";
import { between, clock, day, duration, length } from "./words";

export interface Acts {
  /** The crew is about to say that there is nothing to report: time to measure where the phone is. */
  aboutToNote: (stop: Stop) => void;
  ras: (stop: Stop) => void;
  anomaly: (stop: Stop) => void;
  calls: (stop: Stop) => void;
  correct: (stop: Stop) => void;
  /** Open the card of a place, or without one that of what comes next. */
  pick: (place: Stop | Stay | null) => void;
  way: () => void;
}

const BACK =
  "Absence terminée ou annulée depuis : il y a sans doute quelqu'un. Voyez avec le correspondant avant de passer.";
const tellNumber = (given: string): string =>
  `Le n° ${given} a été donné pour ce logement ; le fichier d'adresses n'en a pas, et cette adresse en est voisine.`;
const SAID = { ras: "RAS", anomaly: "Anomalie" };
/** Told to the crew as it is told to the desk; it says no more than the phone's own guess. */
export const AWAY = "Position : hors du rayon du logement.";
const TO_CALL = "Quelqu'un est encore à prévenir de l'anomalie :";
const SVG = "http://www.w3.org/2000/svg";
const STAYING = "Se montrer, à pied si possible ; rien à noter.";
const NOTED = { ras: "RAS noté", anomaly: "Anomalie notée" };

/** The card of a stop; `next` is the first one that is not done, if any. */
export function drawCard(stop: Stop, kept: Kept, next: Stop | null, acts: Acts): HTMLElement[] {
  const { round } = kept;
  const done = kept.done[stop.id];
  const warning = warnOfHours(stop, kept);
  const title = make(
    "p",
    { class: "card-rank" },
    `${stop.id === next?.id ? "Prochain arrêt" : "Arrêt"} ${stop.order} sur ${round.stops.length} · ${clock(stop.starts_at)}`,
    stop.visit > 1 && ` · ${stop.visit}e passage`,
    changeOf(kept).added.has(stop) && " · nouveau",
    isLate(stop, kept) && " · en retard",
  );
  const heading = make("h2", { id: "next-title" }, stop.address);
  const leg = legTo(stop, round);
  return [
    ...drawToCall(kept, stop, acts),
    title,
    heading,
    make("p", { class: "card-place" }, [stop.dwelling, stop.city].filter(Boolean).join(" · ")),
    ...(stop.free && !done ? [make("p", {}, `${stop.free[0]?.toUpperCase()}${stop.free.slice(1)}.`)] : []),
    ...drawStaysTo(stop, kept, "avant"),
    ...(done ? [drawNoted(done)] : []),
    ...(stop.number_to_verify ? [make("p", { class: "alert" }, tellNumber(stop.number_to_verify))] : []),
    ...(stop.is_back ? [make("p", { class: "alert" }, BACK)] : []),
    ...(warning ? [make("p", { class: "alert" }, warning)] : []),
    ...(stop.dog ? [make("p", { class: "alert" }, `Attention : ${stop.animals.toLowerCase()}`)] : []),
    drawFacts(stop),
    ...(leg ? [drawWay(leg, acts)] : []),
    done ? drawGoingOn(stop, done, next, acts) : drawButtons(stop, acts),
  ];
}

/** The card of a stay; `next` is the first stop that is not done, if any. */
export function drawStayCard(stay: Stay, kept: Kept, next: Stop | null, acts: Acts): HTMLElement[] {
  const hours = between(stay.arrives_at, stay.leaves_at);
  return [
    ...drawToCall(kept, null, acts),
    make("p", { class: "card-rank" }, isOver(stay, kept) ? `${hours} · passée` : hours),
    make("h2", { id: "next-title" }, `Présence ${stay.street}`.trimEnd()),
    make("p", {}, STAYING),
    make("p", { class: "card-way" }, button("Itinéraire", "quiet", acts.way)),
    make("div", { class: "phone-buttons main" }, drawNext(next, acts)),
  ];
}

/** What the crew did at stops that another has by now. */
export function drawGiven({ round }: Kept): HTMLElement[] {
  return (round.given ?? []).map(({ address, done_at, result }) => make("li", {}, make("strong", {}, address), ` ${clock(done_at)} · ${SAID[result]}`));
}

/** Once all stops are done, the way back. */
export function drawEnd(kept: Kept, acts: Acts): HTMLElement[] {
  const { stops, end } = kept.round;
  const leg = legTo(null, kept.round);
  const way = leg && ` : ${length(leg.length_m)}, ${duration(leg.duration_s)}`;
  const stays = drawStaysTo(null, kept, "avant le retour");
  return [
    ...drawToCall(kept, null, acts),
    make("h2", { id: "next-title" }, stops.length ? "Tous les arrêts sont faits" : "Aucun arrêt sur cette tournée"),
    ...stays,
    make("p", {}, `Retour à « ${end.name} »${way ?? ""}.`),
    ...(stays.length ? [button("Itinéraire", "quiet", acts.way)] : []),
  ];
}

/** The stays that are still to come on the way to a stop, or back. */
function drawStaysTo(stop: Stop | null, kept: Kept, before: string): HTMLElement[] {
  return staysBefore(stop, kept.round)
    .filter((stay) => !isOver(stay, kept))
    .map(({ street, arrives_at, leaves_at }) => {
      const where = [`Présence ${before}`, street, between(arrives_at, leaves_at)].filter(Boolean).join(", ");
      return make("p", { class: "card-stay" }, make("strong", {}, `${where}.`), ` ${STAYING}`);
    });
}

/** Above whatever card is open, the anomalies of other stops of which somebody is still to be told. */
function drawToCall({ round, done }: Kept, open: Stop | null, acts: Acts): HTMLElement[] {
  return round.stops
    .filter(({ id }) => id !== open?.id && done[id]?.toCall)
    .map((stop) =>
      make("div", { class: "alert to-call" }, make("p", {}, `${TO_CALL} ${stop.address}.`), button("Appels", "danger", () => acts.calls(stop))),
    );
}

function drawFacts(stop: Stop): HTMLElement {
  const garden = stop.may_enter_garden ? "Vous pouvez entrer dans le jardin." : "N'entrez pas dans le jardin.";
  const facts: [string, string][] = [
    ["Accès", [stop.access, garden].filter(Boolean).join(" ")],
    ["Peut être présent aujourd'hui", stop.people.map(({ name, relation }) => `${name} (${relation.toLowerCase()})`).join(", ") || "Personne"],
    ["Animaux", stop.animals],
    ["Véhicules laissés", stop.vehicles ? `${stop.vehicles} · ${stop.vehicles_place.toLowerCase()}` : "Aucun"],
    [
      "Au départ",
      [
        named("Volets", stop.shutters),
        named("Fenêtres", stop.windows),
        named("Alarme", stop.alarm),
        stop.lights && "Lampes sur minuterie",
      ]
        .filter(Boolean)
        .map((each) => `${each}.`)
        .join(" "),
    ],
    ["Dernier passage", tellLastPassage(stop)],
    ["Absence", `Du ${day(stop.first_day)} au ${day(stop.last_day)}`],
    ["Déclarant", stop.name],
    ["Heures permises", stop.may_pass ? stop.hours : ""],
  ];
  return make(
    "dl",
    { class: "facts" },
    ...facts.filter(([, said]) => said).flatMap(([name, said]) => [make("dt", {}, name), make("dd", {}, said)]),
  );
}

/** « Fenêtres : toutes fermées », and not « Alarme : alarme sonore ». */
function named(name: string, said: string): string {
  return said.toLowerCase().includes(name.toLowerCase()) ? said : `${name} : ${said.toLowerCase()}`;
}

function tellLastPassage({ last_passage: passed }: Stop): string {
  if (!passed) return "Aucun encore";
  return `${day(passed.done_at)} à ${clock(passed.done_at)}${passed.was_anomaly ? ", avec anomalie" : ""}`;
}

function drawWay(leg: Leg, acts: Acts): HTMLElement {
  const streets = leg.streets.length ? ` par ${leg.streets.join(", ")}` : "";
  return make(
    "p",
    { class: "card-way" },
    make("span", {}, `${length(leg.length_m)}, ${duration(leg.duration_s)}${streets}.`),
    button("Itinéraire", "quiet", acts.way),
  );
}

function drawButtons(stop: Stop, acts: Acts): HTMLElement {
  const box = make("div", { class: "phone-buttons main" });
  const ask = () => {
    acts.aboutToNote(stop);
    const confirm = button("Confirmer : RAS", "", () => acts.ras(stop));
    box.replaceChildren(confirm, button("Revenir", "quiet", offer));
    confirm.focus();
  };
  const offer = () => box.replaceChildren(button("RAS", "", ask), button("Anomalie", "danger", () => acts.anomaly(stop)));
  offer();
  return box;
}

function drawNoted(done: Done): HTMLElement {
  return make(
    "div",
    { class: "noted" },
    make("p", {}, `${NOTED[done.result]} à ${clock(done.at)}${done.waits ? " ; l'envoi attend." : "."}`),
    done.toCall && make("p", {}, "Quelqu'un est encore à prévenir : « Appels »."),
    done.presence === "away" && make("p", {}, AWAY),
    !done.waits && make("p", { class: "hint" }, "Reçu par le serveur : pour le corriger, demandez au correspondant."),
  );
}

function drawGoingOn(stop: Stop, done: Done, next: Stop | null, acts: Acts): HTMLElement {
  return make(
    "div",
    { class: "phone-buttons main" },
    done.result === "anomaly"
      ? button("Appels", "danger", () => acts.calls(stop))
      : button("Signaler une anomalie", "quiet", () => acts.anomaly(stop)),
    done.waits && button("Corriger", "quiet", () => acts.correct(stop)),
    drawNext(next, acts),
  );
}

function drawNext(next: Stop | null, acts: Acts): HTMLElement {
  return button(next ? "Prochain arrêt" : "Retour", "", () => acts.pick(null));
}

function tellDone({ result, toCall, waits }: Done): string {
  return `${SAID[result]}${waits ? ", à envoyer" : ""}${toCall ? ", appels à faire" : ""}`;
}

/** The stops in their order, each after the stays on the way to it. */
export function drawList(kept: Kept, current: string | null, acts: Acts): HTMLElement[] {
  const { added } = changeOf(kept);
  return placesOf(kept.round).map((place) => {
    const line = button("", "stop", () => acts.pick(place));
    if (keyOf(place) === current) line.setAttribute("aria-current", "true");
    return isStay(place) ? drawStay(line, place, isOver(place, kept), added.has(place)) : drawStop(line, place, kept, added.has(place));
  });
}

function drawStop(line: HTMLElement, stop: Stop, kept: Kept, isAdded: boolean): HTMLElement {
  const done = kept.done[stop.id];
  const state = done ? tellDone(done) : isLate(stop, kept) ? "à faire, en retard" : "à faire";
  line.classList.add(done ? done.result : "todo");
  line.append(
    make("span", { class: "stop-order" }, String(stop.order)),
    make(
      "span",
      { class: "stop-words" },
      make("strong", {}, stop.address),
      make("span", {}, `${clock(done?.at ?? stop.starts_at)} · ${stop.visit > 1 ? `${stop.visit}e passage · ` : ""}${isAdded ? "nouveau · " : ""}`, make("span", { class: "stop-state" }, state)),
    ),
  );
  return make("li", {}, line);
}

function drawStay(line: HTMLElement, { street, arrives_at, leaves_at }: Stay, hasPassed: boolean, isAdded: boolean): HTMLElement {
  line.append(
    drawStayMark(),
    make(
      "span",
      { class: "stop-words" },
      make("strong", {}, `Présence ${street}`.trimEnd()),
      make("span", {}, `${between(arrives_at, leaves_at)} · ${isAdded ? "nouvelle · " : ""}${hasPassed ? "passée" : "rien à noter"}`),
    ),
  );
  return make("li", { class: `stay${hasPassed ? " over" : ""}` }, line);
}

function drawStayMark(): SVGElement {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  svg.setAttribute("class", "stay-mark");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", "#mark-stay");
  svg.append(use);
  return svg;
}
