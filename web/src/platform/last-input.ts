let isMouse = false;

/** Follows whether one works with the mouse or with the keys. */
export function startLastInput(): void {
  window.addEventListener("pointerdown", ({ pointerType }) => setMouse(pointerType === "mouse"), {
    capture: true,
  });
  window.addEventListener("keydown", () => setMouse(false), { capture: true });
}

function setMouse(value: boolean): void {
  isMouse = value;
}

/** The mouse did something last: what got the focus by it is not where one looks. */
export function lastByMouse(): boolean {
  return isMouse;
}
