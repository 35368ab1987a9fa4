// @ts-check
/** How many the library shows, and the numbers beside its filters: counted anew while files come and change. */
import { fragment } from "./talk.js";

/** Counting looks at many pictures: while thousands come it is done now and then. */
const PAUSE_MS = 3000;
let timer = 0;

async function count() {
  timer = 0;
  if (document.hidden) { soon(); return; }
  const here = searched();
  const filled = await fragment(here).catch(() => null); // without an answer: at the next change
  if (!filled || here !== searched()) return; // another search was made meanwhile
  const [was, is] = [document, filled].map((where) => where.querySelector("#main > .bar > h1 > small"));
  if (was && is) was.replaceWith(is);
  const [old, fresh] = [document, filled].map((where) => [...where.querySelectorAll("#facets > .choices")]);
  const begin = document.querySelector("#facets > summary");
  if (!begin || old.some((one) => one.contains(document.activeElement))) return; // somebody chooses by keys
  for (const one of old) one.remove();
  begin.after(...fresh);
}

/** The library as it is searched now. */
function searched() {
  const url = new URL(location.href);
  url.searchParams.delete("selected");
  return url.pathname + url.search;
}

/** Something changed: in a moment. */
export function soon() {
  if (!timer && document.body.classList.contains("library")) timer = window.setTimeout(() => void count(), PAUSE_MS);
}
