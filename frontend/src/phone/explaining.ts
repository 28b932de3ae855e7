/** What the crew is told of an exchange with the server, and of what waits for one. */

import { serverNow } from "./hours";
import type { NightShift, Sync } from "./night_shift";
import type { Sent } from "./outbox";
import { make } from "./page";
import { clock, counted } from "./words";

export type Words = (string | Node)[];

export interface Place {
  /** The shift ended while the page was open. */
  isOver: boolean;
  /** Anomalies that the server took in since then. */
  anomalies: number;
  login: string;
  page: string;
}

const END_IS_NEAR_MS = 30 * 60_000;
const RECEIVED = "à l'écran du correspondant, qui appelle le propriétaire : dites-la-lui aussi par radio.";
const END = "La vacation est finie : la tournée est effacée de ce téléphone.";

/** Say what an exchange led to where the crew has to know; nothing where all goes well. */
export async function explainExchange(
  { network, sent, crews }: Sync,
  night: NightShift,
  { isOver, anomalies, login, page }: Place,
): Promise<Words> {
  const waiting = await tellWaiting(night);
  if (sent.refused.length) return [tellRefused(sent)];
  if (network === "logged_out") {
    const link = make("a", { class: "button" }, "Se reconnecter");
    link.href = `${login}?next=${encodeURIComponent(page)}`;
    const rest = waiting && ` ${waiting} : l'envoi se fait après la connexion d'un membre de l'équipage. `;
    return [isOver ? END : "Votre session est finie : reconnectez-vous, rien n'est perdu.", rest, link];
  }
  if (network === "refused") {
    const sealed = await tellWaiting(night, " ici sous scellé");
    return [
      "Ce téléphone n'est pas enregistré pour votre compte, ou il a été retiré : la tournée en est effacée.",
      sealed && ` ${sealed}. Prévenez le correspondant.`,
    ];
  }
  if (network === "not_ours") {
    return [
      "Le réseau répond à la place de Ronde : sans doute un Wi-Fi public qui attend une connexion. Ouvrez sa page, ou " +
        "coupez le Wi-Fi. Rien n'est perdu.",
    ];
  }
  if (network === "misunderstood") {
    return [
      "Le serveur n'a pas compris ce téléphone. Rien n'est perdu : fermez la page et rouvrez-la ; sinon, prévenez le " +
        "correspondant.",
    ];
  }
  if (isOver) {
    const received = anomalies && ` ${counted(anomalies, "anomalie")} ${RECEIVED}`;
    return [
      END,
      received || "",
      waiting ? ` ${waiting} : ne rendez pas encore le téléphone.` : " Tout est envoyé : vous pouvez rendre le téléphone.",
    ];
  }
  if (night.kept) return warnOfEnd(night);
  if (network === "on") {
    return [`Aucune tournée n'est ouverte${crews.length ? ` pour ${crews.join(", ")}` : ""}. Elle s'ouvre deux heures avant la vacation.`];
  }
  return [
    "Pas de réseau, et aucune tournée n'est gardée sur ce téléphone. Rapprochez-vous du réseau, puis rouvrez la page.",
    waiting && ` ${waiting}.`,
  ];
}

export function tellRefused({ refused }: Sent): string {
  return `Mis de côté par le serveur, où le correspondant le voit : ${refused.join(" ; ")}.`;
}

/** « 2 envois attendent », where if it is said, and whom to tell of the anomalies among them; nothing where none waits. */
export async function tellWaiting(night: NightShift, where = ""): Promise<string> {
  const [waiting, anomalies] = [(await night.waiting()).length, await night.waitingAnomalies()];
  if (!waiting) return "";
  const all = `${counted(waiting, "envoi")} ${waiting > 1 ? "attendent" : "attend"}${where}`;
  if (!anomalies) return all;
  return `${all}, dont ${counted(anomalies, "anomalie")} à dire par radio au correspondant, qui appelle le propriétaire`;
}

/** Whom to call is told until the end: said while the crew can still go to where the network is. */
async function warnOfEnd(night: NightShift): Promise<Words> {
  const anomalies = await night.waitingAnomalies();
  const { kept } = night;
  if (!kept || !anomalies || Date.parse(kept.round.ends_at) - serverNow(kept) > END_IS_NEAR_MS) return [];
  return [
    `La vacation finit à ${clock(kept.round.ends_at)} et ${counted(anomalies, "anomalie")} `,
    `${anomalies > 1 ? "attendent" : "attend"} le réseau. Ensuite, les numéros ne s'affichent plus ici : `,
    "rapprochez-vous du réseau, ou dites l'anomalie par radio au correspondant, qui appelle le propriétaire.",
  ];
}
