/** The crew's page: shows what the phone keeps at once, then what the server says, whenever it can be reached. */

import { askAnomaly } from "./phone/anomaly";
import { enableCalls, openCalls } from "./phone/calls";
import { type Acts, drawCard, drawList } from "./phone/card";
import { Link } from "./phone/link";
import { enableTheme } from "./phone/night";
import { NightShift, type Sync, UNDO_MS } from "./phone/night_shift";
import { button, make, need, show } from "./phone/page";
import { measurePresence } from "./phone/presence";
import { Store } from "./phone/store";
import type { Done, Presence, Stop } from "./phone/types";

const EVERY_MS = 30_000;
// What was done is noted at once: a position that takes longer is not waited for.
const MEASURE_WAIT_MS = 1_200;
const NETWORK = {
  on: "Réseau : oui",
  off: "Réseau : non",
  logged_out: "Déconnecté",
  refused: "Accès fermé",
};
const main = need("contenu");
const data = (name: string) => main.dataset[name] ?? "";
const link = new Link({
  state: data("state"),
  round: data("round"),
  entries: data("entries"),
  contacts: data("contacts"),
});
let night: NightShift;
let picked: number | null = null;
let releasing = 0;

/** The measure under way, and for which stop. */
let measuring: { stop: number; presence: Promise<Presence> } | null = null;

const acts: Acts = {
  aboutToNote: (stop) => void measure(stop),
  ras: (stop) => void noteNothing(stop),
  anomaly: (stop) => void noteAnomaly(stop),
  calls: (stop) => startCalls(stop, night.kept?.done[stop.id]),
  pick: (stop) => {
    picked = stop.id;
    draw();
    need("next").scrollIntoView({ block: "start" });
    need("next-title").focus();
  },
  way: () => need("map-side").scrollIntoView({ block: "start" }),
};

void start();

async function start(): Promise<void> {
  enableTheme();
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
  if ("serviceWorker" in navigator) void navigator.serviceWorker.register(data("worker"), { scope: data("page") });
  need("send-now").addEventListener("click", () => void sync());
  addEventListener("online", () => void sync());
  addEventListener("offline", () => showNetwork("off"));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && void sync());
  document.addEventListener("ronde:map-ready", sendToMap);
  setInterval(() => void tick(), EVERY_MS);
  draw();
  await sync();
}

async function tick(): Promise<void> {
  if (await night.closeIfOver()) {
    tell("La vacation est finie : la tournée est effacée de ce téléphone.");
    draw();
  }
  await sync();
}

async function sync(): Promise<void> {
  const known = await night.sync();
  showNetwork(known.network);
  explain(known);
  draw();
  await sendWhenReleased();
}

/** What is held for « Annuler » leaves when that time is over, also after the page was opened anew. */
async function sendWhenReleased(): Promise<void> {
  const held = (await night.waiting()).map(({ heldUntil }) => heldUntil - Date.now()).filter((ms) => ms > 0);
  clearTimeout(releasing);
  if (held.length) releasing = window.setTimeout(() => void sync(), Math.min(...held, UNDO_MS) + 200);
}

async function noteNothing(stop: Stop): Promise<void> {
  const presence = await presenceInTime(stop);
  await night.notePassage(stop, { result: "ras", anomaly: "", checked: [], wrong: [], note: "" }, presence);
  picked = null;
  draw();
  offerUndo(stop);
  await sendWhenReleased();
}

async function noteAnomaly(stop: Stop): Promise<void> {
  measure(stop);
  const found = await askAnomaly(stop);
  if (!found) return;
  const done = await night.notePassage(stop, { result: "anomaly", ...found }, await presenceInTime(stop));
  picked = stop.id;
  draw();
  const sending = sync();
  startCalls(stop, done, sending);
}

function startCalls(stop: Stop, done: Done | undefined, sending: Promise<void> = sync()): void {
  if (!done || !night.kept) return;
  void openCalls({
    stop,
    passage: done.reference,
    police: night.kept.round.police,
    contacts: async () => {
      await sending;
      return night.contacts(stop);
    },
    note: async (call) => {
      await night.noteCall(call);
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
    void night.undo(stop).then((isUndone) => {
      if (!isUndone) tell("Ce passage est déjà envoyé : demandez au correspondant de le corriger.");
      picked = isUndone ? stop.id : picked;
      draw();
    });
  });
  toast.replaceChildren(make("span", {}, `RAS noté : ${stop.address}`), undo);
  show(toast, true);
  setTimeout(hide, UNDO_MS);
}

function draw(): void {
  const { kept } = night;
  need("plain").replaceChildren();
  show(need("next"), kept !== null);
  show(need("following"), kept !== null);
  show(need("map-side"), kept !== null);
  void drawPending();
  sendToMap();
  if (!kept) {
    // Hidden is not enough: what another crew must not see is no longer there.
    for (const id of ["next", "stops", "way", "anomaly-home", "calls-home"]) need(id).replaceChildren();
    need("toast").replaceChildren();
    need("crew-name").textContent = "Tournée";
    return;
  }
  need("crew-name").textContent = kept.round.crew.name;
  const next = night.nextStop();
  const stop = kept.round.stops.find(({ id }) => id === picked) ?? next;
  const card = stop
    ? drawCard(stop, kept, kept.done[stop.id], stop === next, acts)
    : [make("h2", { id: "next-title" }, "Tous les arrêts sont faits")];
  need("next").replaceChildren(...card);
  need("next-title").tabIndex = -1;
  need("stops").replaceChildren(...drawList(kept, stop?.id ?? null, acts));
  const leg = kept.round.legs.find(({ order }) => order === (stop?.order ?? 0) - 1);
  need("way").textContent = leg?.streets.length ? `Vers cet arrêt : ${leg.streets.join(", puis ")}.` : "";
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

function showNetwork(network: Sync["network"]): void {
  const element = need("network");
  element.dataset.network = network;
  if (element.textContent !== NETWORK[network]) element.textContent = NETWORK[network];
}

function explain({ network, sent, crews }: Sync): void {
  if (sent.refused.length) {
    tell(`Mis de côté par le serveur, où le correspondant le voit : ${sent.refused.join(" ; ")}.`);
  } else if (network === "logged_out") {
    const login = make("a", {}, "Se connecter");
    login.href = `${data("login")}?next=${encodeURIComponent(data("page"))}`;
    tell("Votre session est finie. Ce qui attend est gardé, et part après la prochaine connexion de l'équipage. ", login);
  } else if (network === "refused") {
    tell("Ce téléphone n'est pas enregistré pour votre compte, ou il a été retiré. Ce qui attend y reste gardé.");
  } else if (network === "on" && !night.kept) {
    tell(`Aucune tournée n'est ouverte${crews.length ? ` pour ${crews.join(", ")}` : ""}. Elle s'ouvre deux heures avant la vacation.`);
  } else if (network === "off" && !night.kept) {
    tell("Pas de réseau, et aucune tournée n'est gardée sur ce téléphone. Rapprochez-vous du réseau, puis rouvrez la page.");
  } else {
    show(need("message"), false);
  }
}

function tell(...words: (string | Node)[]): void {
  const message = need("message");
  message.replaceChildren(...words);
  show(message, true);
}

function sendToMap(): void {
  const { kept } = night;
  const stop = kept?.round.stops.find(({ id }) => id === picked) ?? night.nextStop();
  const detail = kept && { round: kept.round, done: Object.keys(kept.done).map(Number), stop: stop?.id ?? null };
  document.dispatchEvent(new CustomEvent("ronde:round", { detail }));
}
