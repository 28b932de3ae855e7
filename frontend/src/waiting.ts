/** On the site's pages of a crew's phone: what waits there to be sent leaves, and is told of until it has left. */

import { tellRefused, tellWaiting } from "./phone/explaining";
import { Link } from "./phone/link";
import type { Network } from "./phone/keeper";
import { NightShift, type Sync } from "./phone/night_shift";
import { make, need, put } from "./phone/page";
import { countWaiting, Store } from "./phone/store";

// Whoever is logged in may send for its own crews alone.
const WITH_ITS_CREW = "L'envoi se fait à la connexion d'un membre de l'équipage sur ce téléphone.";
const WITH_NETWORK = "L'envoi se fait dès que le réseau revient.";
const WHEN: Record<Network, string> = {
  on: WITH_ITS_CREW,
  refused: WITH_ITS_CREW,
  logged_out: WITH_ITS_CREW,
  off: WITH_NETWORK,
  not_ours: WITH_NETWORK,
  misunderstood: WITH_NETWORK,
};
const HELD = "L'envoi se fait dans quelques secondes.";
const A_MOMENT_MS = 200;

const box = need("waiting");
const address = (name: string) => box.dataset[name] ?? "";

void start();

async function start(): Promise<void> {
  if (!(await countWaiting())) return;
  const link = new Link({
    state: address("state"),
    round: address("round"),
    entries: address("entries"),
    contacts: address("contacts"),
  });
  const night = await NightShift.open(await Store.open(), link);
  addEventListener("online", () => void send(night));
  await send(night);
}

async function send(night: NightShift): Promise<void> {
  const sync = await night.sync();
  const held = (await night.waiting()).map(({ heldUntil }) => heldUntil - Date.now()).filter((ms) => ms > 0);
  if (held.length) setTimeout(() => void send(night), Math.min(...held) + A_MOMENT_MS);
  await tell(night, sync, held.length > 0);
}

async function tell(night: NightShift, { network, sent }: Sync, isHeld: boolean): Promise<void> {
  const waiting = await tellWaiting(night);
  if (sent.refused.length) show("warning", tellRefused(sent));
  else if (waiting) show("warning", `Sur ce téléphone, ${waiting}. ${isHeld && network === "on" ? HELD : WHEN[network]}`, network !== "refused");
  else if (sent.recorded) show("success", "Ce qui attendait sur ce téléphone est envoyé.");
}

function show(kind: "warning" | "success", words: string, leadsOn = false): void {
  const link = make("a", {}, "Voir ce qui attend");
  link.href = address("page");
  put(box, make("div", { class: `message is-${kind}` }, make("p", {}, words, leadsOn && " ", leadsOn && link)));
}
