/**
 * Puts a text where it can be pasted from. Over plain http a page has no `navigator.clipboard`; the older command still
 * copies there.
 * @returns false where the browser refuses both.
 */
export async function copyToClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyByCommand(text);
  }
}

/** Leaves the focus and the selection where they are: a dialog would take the focus back. */
function copyByCommand(text: string): boolean {
  let isDone = false;
  const give = (event: ClipboardEvent) => {
    event.preventDefault();
    event.clipboardData?.setData("text/plain", text);
    isDone = true;
  };
  document.addEventListener("copy", give, { capture: true, once: true });
  document.execCommand("copy");
  document.removeEventListener("copy", give, { capture: true });
  return isDone;
}
