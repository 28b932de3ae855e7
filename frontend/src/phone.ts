/** The crew's page: shows what the phone keeps at once, then what the server says, whenever it can be reached. */

import { askFinding, enableAnomaly } from "./phone/anomaly";
import { askAgain, enableCalls, endCalls, hideNumbers, openCalls } from "./phone/calls";
import { type Acts, AWAY, drawCard, drawEnd, drawGiven, drawList, drawStayCard } from "./phone/card";
import { changeOf, tellChange } from "./phone/changes";
import { explainExchange, type Words } from "./phone/explaining";
import { isLate, warnOfHours } from "./phone/hours";
import { Link } from "./phone/link";
import { enableTheme } from "./phone/night";
import { type Network, UNDO_MS } from "./phone/keeper";
import { NightShift, type Sync } from "./phone/night_shift";
import { nothingSent } from "./phone/outbox";
import { button, make, need, put, show } from "./phone/page";
import { measurePresence } from "./phone/presence";
import { Store } from "./phone/store";
import type { Done, Kept, Presence, Round, Stay, Stop } from "./phone/types";
import { isOver as isStayOver, isStay, keyOf, legTo, placesOf, staysBefore, stopBeyond } from "./phone/way";

const EVERY_MS = 30_000;
// What was done is noted at once: a position that takes longer is not waited for.
const MEASURE_WAIT_MS = 1_200;
const NETWORK: Record<Network, string> = {
  on: "Réseau : oui",
  misunderstood: "Réseau : oui",
  off: "Réseau : non",
  not_ours: "Réseau : non",
  logged_out: "Déconnecté",
  refused: "Accès fermé",
};
/** Below « Annuler » and above it. */
const TOAST_GAP_PX = 24;
const SENT_ALREADY = "Ce passage est déjà envoyé : demandez au correspondant de le corriger.";
// Asked again by the crew, when the page comes back or the network does, and not by the page of itself.
const CLOSED: Network[] = ["logged_out", "refused"];
const main = need("contenu");
const data = (name: string) => main.dataset[name] ?? "";
const link = new Link({
  state: data("state"),
  round: data("round"),
  entries: data("entries"),
  contacts: data("contacts"),
});
let night: NightShift;
let network: Network = "off";
let picked: string | null = null;
let releasing = 0;
/** The shift ended while the page was open. */
let isOver = false;
/** Anomalies that the server took in after that. */
let lateAnomalies = 0;
/** What the card and the list were last drawn from: an exchange that changes nothing leaves fingers and focus alone. */
let drawn = "";

/** The measure under way, and for which stop. */
let measuring: { stop: number; presence: Promise<Presence> } | null = null;

const acts: Acts = {
  aboutToNote: (stop) => void measure(stop),
  ras: (stop) => void attempt(() => noteNothing(stop)),
  anomaly: (stop) => void attempt(() => noteAnomaly(stop)),
  calls: (stop) => night.kept && startCalls(night.kept.round, stop, night.kept.done[stop.id]),
  correct: (stop) => void attempt(() => correct(stop)),
  pick: (place) => {
    picked = place && keyOf(place);
    draw();
    showCard();
  },
  way: () => need("map-side").scrollIntoView({ block: "start" }),
};

void start();

async function start(): Promise<void> {
  enableTheme();
  enableAnomaly();
  enableCalls();
  try {
    night = await NightShift.open(await Store.open(), link);
  } catch {
    tell(
      "Ce navigateur ne peut rien garder sans réseau (navigation privée, ou site sans HTTPS). Ouvrez la page dans un " +
        "navigateur à jour, hors navigation privée ; en attendant, servez-vous de la liste simple.",
    );
    return;
  }
  void navigator.storage?.persist?.();
  if ("serviceWorker" in navigator) void navigator.serviceWorker.register(data("worker"), { scope: data("site") });
  need("send-now").addEventListener("click", () => void sendNow());
  need("change-seen").addEventListener("click", () => void attempt(seeChange));
  addEventListener("online", () => void comeBack());
  addEventListener("offline", () => showNetwork("off"));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && void comeBack());
  document.addEventListener("ronde:map-ready", sendToMap);
  setInterval(() => void tick(), EVERY_MS);
  draw();
  await sync();
}

async function tick(): Promise<void> {
  await closeIfOver();
  if (!CLOSED.includes(network)) await sync();
}

/** The page or the network is back: another one may have changed what the phone keeps, and the shift may have ended. */
async function comeBack(): Promise<void> {
  await night.reload();
  draw();
  await closeIfOver();
  await sync();
}

async function closeIfOver(): Promise<void> {
  if (!(await night.closeIfOver())) return;
  isOver = true;
  endCalls();
  draw();
  await explain({ network, sent: nothingSent(), crews: [] });
}

async function sync(exchange: () => Promise<Sync> = () => night.sync()): Promise<void> {
  const hadRound = night.kept !== null;
  const known = await exchange().catch(() => null);
  if (!known) {
    tell("Le téléphone n'a pas pu garder ce que dit le serveur (mémoire pleine, peut-être). Ce qui est noté le reste.");
    return;
  }
  showNetwork(known.network);
  // The server may know of the end before the page has looked at the hour.
  isOver ||= known.network === "on" && hadRound && !night.kept;
  if (isOver) lateAnomalies += known.sent.anomalies;
  draw();
  // What a page of the site has fetched was shown to nobody: from this exchange on, what is shown is what changes.
  if (night.kept?.seen === null) await night.seeChange().catch(() => undefined);
  if (network === "on") askAgain();
  await explain(known);
  await sendWhenReleased();
}

/** « Envoyer maintenant » ends the time to take a passage back. */
async function sendNow(): Promise<void> {
  show(need("toast"), false);
  await sync(() => night.sendNow());
}

/** What is held for « Annuler » leaves when that time is over, also after the page was opened anew. */
async function sendWhenReleased(): Promise<void> {
  const held = (await night.waiting()).map(({ heldUntil }) => heldUntil - Date.now()).filter((ms) => ms > 0);
  clearTimeout(releasing);
  if (held.length) releasing = window.setTimeout(() => void sync(), Math.min(...held, UNDO_MS) + 200);
}

/** Do what writes on the phone; what could not be written is said, and nothing pretends that it was. */
async function attempt(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch {
    tell(
      "Le téléphone n'a pas pu noter ce passage (mémoire pleine, peut-être) : rien n'est enregistré. Réessayez ; si " +
        "cela recommence, dites-le par radio au correspondant.",
    );
    need("message").scrollIntoView({ block: "center" });
  }
}

async function seeChange(): Promise<void> {
  await night.seeChange();
  draw();
  showCard();
}

async function noteNothing(stop: Stop): Promise<void> {
  const round = night.kept?.round;
  if (!round) return;
  const presence = await presenceInTime(stop);
  await night.notePassage(round.crew.id, stop, { result: "ras", anomaly: "", checked: [], wrong: [], note: "" }, presence);
  picked = null;
  draw();
  offerUndo(stop);
  showCard();
  await sendWhenReleased();
}

async function noteAnomaly(stop: Stop): Promise<void> {
  const round = night.kept?.round;
  if (!round) return;
  measure(stop);
  const found = await askFinding(stop);
  if (!found) return;
  const presence = await presenceInTime(stop);
  const done = await night.notePassage(round.crew.id, stop, found, presence);
  picked = keyOf(stop);
  draw();
  const sending = sync();
  startCalls(round, stop, done, sending);
}

async function correct(stop: Stop): Promise<void> {
  const round = night.kept?.round;
  const said = await night.readWaiting(stop);
  const found = said && (await askFinding(stop, said));
  if (said && !found) return;
  const done = found && (await night.correct(stop, found));
  show(need("toast"), false);
  draw();
  if (!done) {
    tell(SENT_ALREADY);
    return;
  }
  const sending = sync();
  if (round && said?.result === "ras" && done.result === "anomaly") startCalls(round, stop, done, sending);
}

function startCalls(round: Round, stop: Stop, done: Done | undefined, sending: Promise<void> = sync()): void {
  if (!done) return;
  void openCalls({
    stop,
    passage: done.reference,
    police: round.police,
    endsAt: round.ends_at,
    isOver: () => isOver,
    contacts: async () => {
      await sending;
      return night.contacts(stop);
    },
    note: async (call) => {
      await night.noteCall(round.crew.id, call);
      draw();
      void sync();
    },
  });
}

function measure(stop: Stop): void {
  measuring = { stop: stop.id, presence: measurePresence(stop.point, night.kept?.round.radius_m ?? 0) };
}

function presenceInTime(stop: Stop): Promise<Presence> {
  const measured = measuring?.stop === stop.id ? measuring.presence : null;
  measuring = null;
  const late = new Promise<Presence>((resolve) => setTimeout(() => resolve("not_measured"), MEASURE_WAIT_MS));
  return measured ? Promise.race([measured, late]) : Promise.resolve("not_measured");
}

function offerUndo(stop: Stop): void {
  const toast = need("toast");
  const hide = () => show(toast, false);
  const undo = button("Annuler", "", () => {
    hide();
    void attempt(async () => {
      const isUndone = await night.undo(stop);
      picked = isUndone ? keyOf(stop) : picked;
      draw();
      if (isUndone) showCard();
      else tell(SENT_ALREADY);
    });
  });
  const away = night.kept?.done[stop.id]?.presence === "away" && ` ${AWAY}`;
  toast.replaceChildren(make("span", {}, `RAS noté : ${stop.address}.`, away), undo);
  show(toast, true);
  document.documentElement.style.setProperty("--toast", `${toast.offsetHeight + TOAST_GAP_PX}px`);
  setTimeout(hide, UNDO_MS);
}

function showCard(): void {
  need("next").scrollIntoView({ block: "start" });
  document.getElementById("next-title")?.focus({ preventScroll: true });
}

function draw(): void {
  const { kept } = night;
  need("plain").replaceChildren();
  for (const id of ["next", "following", "map-side"]) show(need(id), kept !== null);
  void drawPending();
  sendToMap();
  if (kept) [isOver, lateAnomalies] = [false, 0];
  else forgetShown();
  need("crew-name").textContent = kept?.round.crew.name ?? "Tournée";
  if (!kept) return;
  const next = night.nextStop();
  const place = shownPlace(kept);
  const stop = place && stopBeyond(place, kept.round);
  // The server's hour is another one each time.
  const late = kept.round.stops.filter((each) => isLate(each, kept)).map(({ id }) => id);
  const warning = stop && warnOfHours(stop, kept);
  const change = tellChange(changeOf(kept));
  const staysOver = (kept.round.stays ?? []).filter((each) => isStayOver(each, kept)).length;
  const source = JSON.stringify([{ ...kept.round, now: "" }, kept.done, picked, warning, late, staysOver, change]);
  if (source === drawn) return;
  drawn = source;
  put(need("change-words"), change);
  show(need("change"), change !== "");
  need("next").replaceChildren(...drawPlace(place, kept, next));
  need("next-title").tabIndex = -1;
  need("stops").replaceChildren(...drawList(kept, place && keyOf(place), acts));
  const given = drawGiven(kept);
  need("given-stops").replaceChildren(...given);
  show(need("given"), given.length > 0);
  put(need("way"), tellWay(stop, kept));
}

function drawPlace(place: Stop | Stay | null, kept: Kept, next: Stop | null): HTMLElement[] {
  if (!place) return drawEnd(kept, acts);
  return isStay(place) ? drawStayCard(place, kept, next, acts) : drawCard(place, kept, next, acts);
}

/** What was picked as long as the round has it, else the next stop. */
function shownPlace({ round }: Kept): Stop | Stay | null {
  return placesOf(round).find((place) => keyOf(place) === picked) ?? night.nextStop();
}

/** By which streets, and what the map marks on them beside the stops. */
function tellWay(stop: Stop | null, { round }: Kept): string {
  const streets = legTo(stop, round)?.streets ?? [];
  const stays = staysBefore(stop, round).map(({ street }) => `présence ${street}`.trimEnd());
  return [
    streets.length && `${stop ? `Vers l'arrêt ${stop.order}` : "Vers le retour"} : ${streets.join(", puis ")}.`,
    stays.length && `Silhouette : ${stays.join(", ")}.`,
  ]
    .filter(Boolean)
    .join(" ");
}

/** Hidden is not enough: what another crew must not see is no longer there. */
function forgetShown(): void {
  drawn = "";
  picked = null;
  for (const id of ["next", "stops", "given-stops", "way", "anomaly-home", "toast"]) need(id).replaceChildren();
  show(need("toast"), false);
  show(need("change"), false);
  // A crew whose shift ends while it calls keeps the numbers for the time of these calls.
  if (!isOver) hideNumbers();
}

async function drawPending(): Promise<void> {
  const waiting = await night.waiting();
  const others = waiting.filter(({ crew }) => night.kept && crew !== night.kept.round.crew.id).length;
  const more = others ? `, dont ${others} d'un autre équipage` : "";
  const words = `${waiting.length} en attente${more}`;
  const pending = need("pending");
  if (pending.textContent !== words) pending.textContent = words;
  pending.dataset.waiting = String(waiting.length);
  show(need("send-now"), waiting.length > 0);
}

function showNetwork(now: Network): void {
  network = now;
  const element = need("network");
  element.dataset.network = network;
  if (element.textContent !== NETWORK[network]) element.textContent = NETWORK[network];
}

async function explain(known: Sync): Promise<void> {
  const words = await explainExchange(known, night, {
    isOver,
    anomalies: lateAnomalies,
    login: data("login"),
    page: data("page"),
  });
  if (words.length) tell(...words);
  else show(need("message"), false);
}

function tell(...words: Words): void {
  const message = need("message");
  put(message, ...words);
  show(message, true);
}

function sendToMap(): void {
  const { kept } = night;
  const place = kept && shownPlace(kept);
  const stop = place && stopBeyond(place, kept.round);
  const detail = kept && {
    round: kept.round,
    done: Object.keys(kept.done).map(Number),
    staysOver: kept.round.stays?.map((stay) => isStayOver(stay, kept)) ?? [],
    stop: stop?.id ?? null,
  };
  document.dispatchEvent(new CustomEvent("ronde:round", { detail }));
}
