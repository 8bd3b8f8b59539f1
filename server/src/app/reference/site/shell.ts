/** A link of the list beside every page. */
interface NavLink {
  href: string;
  title: string;
}

export interface NavGroup {
  title: string;
  links: NavLink[];
}

export interface PageParts {
  /** The page's own path. */
  path: string;
  title: string;
  /** For search engines and previews. */
  description: string;
  html: string;
  /** Headings to jump to, beside the text. */
  sections: { id: string; title: string }[];
  /** Pages of operations use the whole width. */
  isWide: boolean;
}

interface ShellOptions {
  version: string;
  nav: NavGroup[];
  /** Paths of the style and the script, with their hashes. */
  style: string;
  script: string;
}

/** The whole page around its text. Nothing in it comes from elsewhere, and no script or style stands in it. */
export function renderShell(page: PageParts, { version, nav, style, script }: ShellOptions): string {
  const groups = nav.map(({ title, links }) => {
    const items = links.map(({ href, title }) => {
      const current = href === page.path ? ' aria-current="page"' : "";
      return `<li><a href="${href}"${current}>${Bun.escapeHTML(title)}</a></li>`;
    });
    return `<h2>${Bun.escapeHTML(title)}</h2><ul>${items.join("")}</ul>`;
  });
  const sections = page.sections.map(
    ({ id, title }) => `<li><a href="#${id}">${Bun.escapeHTML(title)}</a></li>`,
  );
  const aside =
    page.isWide || sections.length < 2
      ? ""
      : `<aside class="sections" aria-label="On this page"><h2>On this page</h2><ul>${sections.join("")}</ul></aside>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="description" content="${Bun.escapeHTML(page.description)}">
<title>${Bun.escapeHTML(page.title)} · Parley</title>
<link rel="icon" href="/docs/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${style}">
<script src="${script}"></script>
</head>
<body>
<a class="skip" href="#content">Skip to the text</a>
<header>
<button type="button" id="menu" aria-expanded="false" aria-controls="nav" aria-label="Pages">${icons.menu}</button>
<a class="brand" href="/docs" aria-label="Parley documentation">${icons.brand}<span>Parley</span></a><span class="version">${Bun.escapeHTML(version)}</span>
<div class="search"><label class="hidden" for="search">Search the documentation</label>
<input id="search" type="search" placeholder="Search" role="combobox" aria-expanded="false" aria-controls="results" aria-autocomplete="list" autocomplete="off" spellcheck="false"><kbd aria-hidden="true">/</kbd>
<ul id="results" role="listbox" aria-label="Results" hidden></ul></div>
<div class="token"><label class="hidden" for="token">Token for «Run it»</label><input id="token" type="password" placeholder="Token for «Run it»" autocomplete="off" spellcheck="false"></div>
<button type="button" id="theme" aria-label="Light or dark">${icons.theme}</button>
</header>
<nav id="nav" aria-label="Documentation">${groups.join("")}</nav>
<main id="content" tabindex="-1"${page.isWide ? ' class="wide"' : ""}>
<article><h1>${Bun.escapeHTML(page.title)}</h1>
${page.html}</article>${aside}
</main>
</body>
</html>
`;
}

const icon = (paths: string) =>
  `<svg viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${paths}</svg>`;

const icons = {
  menu: icon('<path d="M4 7h16M4 12h16M4 17h16"/>'),
  theme: icon('<circle cx="12" cy="12" r="9"/><path d="M12 3a9 9 0 0 0 0 18z" fill="currentColor"/>'),
  brand:
    '<svg viewBox="0 0 32 32" width="26" height="26" aria-hidden="true"><rect width="32" height="32" rx="8" fill="var(--accent)"/><path d="M9 8h14a3 3 0 0 1 3 3v7a3 3 0 0 1-3 3h-7.5L10 25.5V21H9a3 3 0 0 1-3-3v-7a3 3 0 0 1 3-3Z" fill="#fff"/></svg>',
};
