/** On the site's pages of a crew's phone, before the log-in too: what waits there leaves, and is told of until it has. */

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
const REST_WITH_ITS_CREW = " Ceux d'un autre équipage partent à la connexion d'un de ses membres.";
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
  else if (waiting) show("warning", `Sur ce téléphone, ${waiting}. ${await tellWhen(night, network, isHeld)}`, network !== "refused");
  else if (sent.recorded) show("success", "Ce qui attendait sur ce téléphone est envoyé.");
}

/** When what waits leaves: that of the crew whose round the phone has, and that of others. */
async function tellWhen(night: NightShift, network: Network, isHeld: boolean): Promise<string> {
  const waiting = await night.waiting();
  const others = waiting.filter(({ crew }) => night.kept && crew !== night.kept.round.crew.id).length;
  if (others === waiting.length) return WITH_ITS_CREW;
  const own = isHeld && network === "on" ? HELD : WHEN[network];
  return others ? own + REST_WITH_ITS_CREW : own;
}

function show(kind: "warning" | "success", words: string, leadsOn = false): void {
  const link = make("a", {}, "Voir ce qui attend");
  link.href = address("page");
  put(box, make("div", { class: `message is-${kind}` }, make("p", {}, words, leadsOn && " ", leadsOn && link)));
}
