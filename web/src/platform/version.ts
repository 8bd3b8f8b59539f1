/** Whether the server has another version of the app by now than the one that runs here. */
export async function isOutdated(): Promise<boolean> {
  const answer = await fetch("/", { cache: "no-store" }).catch(() => null);
  if (answer?.ok !== true) return false;
  const page = await answer.text();
  return [...document.querySelectorAll('script[src^="/assets/"]')].some(
    (script) => !page.includes(script.getAttribute("src") ?? ""),
  );
}
