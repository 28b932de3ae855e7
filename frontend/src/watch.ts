/** The watcher's page: shows the homes that the phone keeps at once, then what the server says, whenever it can be reached. */

import { type Exchanged, type Network, UNDO_MS } from "./phone/keeper";
import { button, make, need, put, show } from "./phone/page";
import { Store } from "./phone/store";
import { counted } from "./phone/words";
import { DayWatch } from "./watch/day_watch";
import { type Home, WatchLink } from "./watch/watch_link";

const DATABASE = "ronde-veille";
const EVERY_MS = 60_000;
const A_MOMENT_MS = 200;
const NO_HOME = "00000000-0000-0000-0000-000000000000";
const NETWORK: Record<Network, string> = {
  on: "Réseau : oui",
  misunderstood: "Réseau : oui",
  off: "Réseau : non",
  not_ours: "Réseau : non",
  logged_out: "Déconnecté",
  refused: "Accès fermé",
};
const WORDS: Partial<Record<Network, string>> = {
  not_ours: "Le réseau répond à la place de Ronde : sans doute un Wi-Fi public qui attend une connexion. Rien n'est perdu.",
  misunderstood: "Le serveur n'a pas compris ce téléphone. Rien n'est perdu : fermez la page et rouvrez-la.",
  logged_out: "Votre session est finie : les adresses sont effacées de ce téléphone. Reconnectez-vous, rien n'est perdu.",
  refused: "Votre compte ne veille plus : les adresses sont effacées de ce téléphone.",
};
const main = need("contenu");
const data = (name: string) => main.dataset[name] ?? "";
const link = new WatchLink({ day: data("day"), looks: data("looks") });
let watch: DayWatch;
let network: Network = "off";
let releasing = 0;
let drawn = "";

void start();

async function start(): Promise<void> {
  try {
    watch = await DayWatch.open(await Store.open(DATABASE), link);
  } catch {
    tell(
      "Ce navigateur ne peut rien garder sans réseau (navigation privée, ou site sans HTTPS). Ouvrez la page dans un " +
        "navigateur à jour, hors navigation privée.",
    );
    return;
  }
  if ("serviceWorker" in navigator) void navigator.serviceWorker.register(data("worker")).catch(() => undefined);
  need("send-now").addEventListener("click", () => void sendNow());
  addEventListener("online", () => void comeBack());
  addEventListener("offline", () => showNetwork("off"));
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && void comeBack());
  setInterval(() => void closeIfOver(), EVERY_MS);
  draw();
  await sync();
}

async function comeBack(): Promise<void> {
  await watch.reload();
  await closeIfOver();
  await sync();
}

async function closeIfOver(): Promise<void> {
  if (await watch.closeIfOver()) draw();
}

async function sendNow(): Promise<void> {
  show(need("toast"), false);
  await sync(() => watch.sendNow());
}

async function sync(exchange: () => Promise<Exchanged> = () => watch.sync()): Promise<void> {
  const told = await exchange().catch(() => null);
  if (!told) {
    tell("Le téléphone n'a pas pu garder ce que dit le serveur (mémoire pleine, peut-être). Ce qui est noté le reste.");
    return;
  }
  showNetwork(told.network);
  draw();
  if (told.sent.refused.length) tell("Un regard n'a pas été pris : le logement n'est plus confié à votre veille.");
  else if (WORDS[told.network]) tell(WORDS[told.network] ?? "");
  else show(need("message"), false);
  await sendWhenReleased();
}

/** What is held for « Annuler » leaves when that time is over, also after the page was opened anew. */
async function sendWhenReleased(): Promise<void> {
  const held = (await watch.waiting()).map(({ heldUntil }) => heldUntil - Date.now()).filter((ms) => ms > 0);
  clearTimeout(releasing);
  if (held.length) releasing = window.setTimeout(() => void sync(), Math.min(...held, UNDO_MS) + A_MOMENT_MS);
}

async function note(home: Home): Promise<void> {
  try {
    if (!(await watch.note(home))) return;
  } catch {
    tell("Le téléphone n'a pas pu noter ce regard (mémoire pleine, peut-être) : rien n'est enregistré. Réessayez.");
    return;
  }
  draw();
  offerUndo(home);
  await sendWhenReleased();
}

function offerUndo(home: Home): void {
  const toast = need("toast");
  const hide = () => show(toast, false);
  const undo = button("Annuler", "quiet", () => {
    hide();
    void watch.undo(home).then((isUndone) => {
      draw();
      if (isUndone) document.getElementById(`look-${home.key}`)?.focus();
      else tell("Ce regard est déjà envoyé.");
    });
  });
  toast.replaceChildren(make("span", {}, `Noté : ${home.address}.`), undo);
  show(toast, true);
  setTimeout(hide, UNDO_MS);
}

function draw(): void {
  void drawPending();
  const { kept } = watch;
  const homes = kept?.day.homes ?? [];
  const source = JSON.stringify([kept?.day.day, homes, kept?.looks, kept?.day.is_my_turn, network, link.token]);
  if (source === drawn) return;
  drawn = source;
  const left = homes.filter((home) => !watch.isLookedAt(home)).length;
  const words = homes.length ? (left ? `${counted(left, "logement")} à regarder aujourd'hui.` : "Tout est regardé pour aujourd'hui. Merci.") : "";
  put(need("turn"), kept?.day.is_my_turn && "C'est votre tour aujourd'hui. ", words);
  need("homes").replaceChildren(...homes.map(drawHome));
  show(need("none"), kept !== null && homes.length === 0);
}

function drawHome(home: Home): HTMLLIElement {
  const isDone = watch.isLookedAt(home);
  const look = button("J'ai regardé", "", () => void note(home));
  look.id = `look-${home.key}`;
  look.setAttribute("aria-describedby", `home-${home.key}`);
  const done = make("p", { class: "watch-done" }, watch.kept?.looks[home.key] ? "Regardé, noté sur ce téléphone" : "Regardé aujourd'hui");
  return make(
    "li",
    { class: "watch-home" },
    make("h2", { id: `home-${home.key}` }, home.address),
    isDone ? done : look,
    drawTelling(home),
  );
}

/** The form that leads to a report at that address; where nothing can be sent, whom to call. */
function drawTelling({ key }: Home): HTMLElement {
  if (network !== "on" || !link.token) return make("p", { class: "hint" }, "Une irrégularité ? Elle se signale avec le réseau. En cours : appelez le 17.");
  const form = make("form");
  form.method = "post";
  form.action = data("tell").replace(NO_HOME, key);
  const token = make("input");
  Object.assign(token, { type: "hidden", name: "csrfmiddlewaretoken", value: link.token });
  const submit = make("button", { class: "button quiet" }, "Signaler une irrégularité");
  submit.setAttribute("aria-describedby", `home-${key}`);
  form.append(token, submit);
  return form;
}

async function drawPending(): Promise<void> {
  const waiting = await watch.waiting();
  put(need("pending"), `${waiting.length} en attente`);
  show(need("send-now"), waiting.length > 0);
}

function showNetwork(now: Network): void {
  network = now;
  put(need("network"), NETWORK[now]);
  draw();
}

function tell(words: string): void {
  put(need("message"), words);
  show(need("message"), true);
}
