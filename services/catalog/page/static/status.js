// @ts-check
/** The status page looks again every few seconds while somebody looks at it. */
import { byId, fragment } from "./talk.js";

const EVERY_MS = 5000;

async function look() {
  if (!document.hidden && !byId("status").contains(document.activeElement)) {
    const fresh = (await fragment("/status").catch(() => null))?.querySelector("#status");
    if (fresh) byId("status").replaceChildren(...fresh.childNodes);
  }
  window.setTimeout(() => void look(), EVERY_MS);
}

window.setTimeout(() => void look(), EVERY_MS);
