import { type Html, html } from "./html.ts";
import type { SignedIn } from "./session.ts";

export type PageParts = {
  title: string;
  who: SignedIn | null;
  main: Html;
  /** Asks for the script that shows what happens as it happens. */
  isLive?: boolean;
};

/** Machines are shown to the operator only. */
const PLACES = {
  github: [["/", "Runs"]],
  operator: [
    ["/", "Runs"],
    ["/runners", "Runners"],
  ],
} as const;

/** Every page: a way past the navigation, the navigation, one main part with one heading. */
export function page({ title, who, main, isLive = false }: PageParts): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} – agentpr</title>
<link rel="stylesheet" href="/assets/pages.css">
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
${isLive ? html`<script src="/assets/tail.js" defer></script>` : null}
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header><span class="name">agentpr</span>${who === null ? null : navigation(title, who)}</header>
<main id="main" tabindex="-1">
<h1>${title}</h1>
${main}
</main>
</body>
</html>
`;
}

/** A few words and a way on. */
export function messagePage(title: string, text: string, back: string, who: SignedIn | null): Html {
  return page({ title, who, main: html`<p>${text}</p><p><a href="${back}">Go on</a></p>` });
}

function navigation(title: string, who: SignedIn): Html {
  const links = PLACES[who.kind].map(
    ([href, name]) =>
      html`<a href="${href}"${name === title ? html` aria-current="page"` : null}>${name}</a>`,
  );
  return html`<nav aria-label="Pages">${links}</nav>
<form class="who" method="post" action="/sign-out"><input type="hidden" name="form" value="${who.formToken}">
<span>${who.kind === "github" ? `@${who.login}` : `${who.login} (operator)`}</span> <button>Sign out</button></form>`;
}

/** A moment, for people and for programs. */
export function moment(at: number): Html {
  const iso = new Date(at).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 16).replace("T", " ")} UTC</time>`;
}

/** How long, in the largest unit that says something. */
export function span(ms: number): string {
  const [minutes, hours] = [ms / 60_000, ms / 3_600_000];
  if (ms < 60_000) return `${Math.max(0, Math.round(ms / 1_000))} s`;
  if (minutes < 90) return `${Math.round(minutes)} min`;
  return hours < 48 ? `${Math.round(hours)} h` : `${Math.round(hours / 24)} days`;
}
