/** Pieces of the page, found and made; text is always text. */

import { unbroken } from "./words";

export function need<Kind extends HTMLElement = HTMLElement>(id: string): Kind {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element as Kind;
}

type Child = Node | string | null | undefined | false;

/** Put pieces in the place of what an element holds. */
export function put(element: HTMLElement, ...children: Child[]): void {
  const pieces = children.filter((child): child is Node | string => Boolean(child));
  element.replaceChildren(...pieces.map((piece) => (typeof piece === "string" ? unbroken(piece) : piece)));
}

export function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  options: Partial<Record<"class" | "id", string>> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  if (options.class) element.className = options.class;
  if (options.id) element.id = options.id;
  put(element, ...children);
  return element;
}

export function button(words: string, kind: string, act: () => void): HTMLButtonElement {
  const element = make("button", { class: `button ${kind}`.trim() }, words);
  element.type = "button";
  element.addEventListener("click", act);
  return element;
}

export function show(element: HTMLElement, isShown: boolean): void {
  element.hidden = !isShown;
}
