import { Store } from "./store.ts";

export const themes = ["system", "light", "dark"] as const;
export type Theme = (typeof themes)[number];

const key = "parley.theme";

function stored(): Theme {
  const value = localStorage.getItem(key);
  return themes.find((theme) => theme === value) ?? "system";
}

/** What is chosen on this device. */
export const theme = new Store<Theme>(stored());

function show(chosen: Theme): void {
  if (chosen === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
}

export function chooseTheme(chosen: Theme): void {
  if (chosen === "system") localStorage.removeItem(key);
  else localStorage.setItem(key, chosen);
  theme.set(chosen);
}

/** Applies the theme now and whenever it changes, here or in another tab. */
export function startTheme(): void {
  show(theme.get());
  theme.subscribe(() => show(theme.get()));
  window.addEventListener("storage", (event) => {
    if (event.key === key) theme.set(stored());
  });
}
