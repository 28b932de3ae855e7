/** A finger that stays where it is, as a right click of those who have no mouse. */

const HELD_MS = 600;
const STILL_PX = 10;

/** Tell where a finger was held, in pixels of the element; where that did something, the rest of the touch does nothing. */
export function onLongPress(element: HTMLElement, act: (x: number, y: number) => boolean): void {
  let timer = 0;
  let start: PointerEvent | null = null;
  let isDone = false;

  const end = () => {
    clearTimeout(timer);
    start = null;
  };
  element.addEventListener(
    "pointerdown",
    (event) => {
      end();
      isDone = false;
      if (event.pointerType !== "touch" || !event.isPrimary) return;
      start = event;
      timer = setTimeout(() => {
        const { left, top } = element.getBoundingClientRect();
        isDone = act(event.clientX - left, event.clientY - top);
        end();
      }, HELD_MS);
    },
    { capture: true },
  );
  for (const kind of ["pointermove", "pointerup", "pointercancel"] as const) {
    element.addEventListener(
      kind,
      (event) => {
        if (isDone && event.pointerType === "touch") event.stopPropagation();
        const isStill = start !== null && Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY) < STILL_PX;
        if (kind !== "pointermove" || !isStill) end();
      },
      { capture: true },
    );
  }
}
