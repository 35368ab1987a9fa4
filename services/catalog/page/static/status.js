// @ts-check
/** The status page looks again every few seconds while somebody looks at it; bulk work is paused and ended from it. */
import { onPress, sure } from "./desk.js";
import { byId, fragment, post, toast } from "./talk.js";

const EVERY_MS = 5000;

async function refill() {
  const fresh = (await fragment("/status").catch(() => null))?.querySelector("#status");
  if (fresh) byId("status").replaceChildren(...fresh.childNodes);
}

async function look() {
  if (!document.hidden && !byId("status").contains(document.activeElement)) await refill();
  window.setTimeout(() => void look(), EVERY_MS);
}

/** @param {string} job @param {string} turn */
async function turned(job, turn) {
  try {
    await post(`/v1/jobs/${encodeURIComponent(job)}/${turn}`, {});
    await refill();
  } catch (error) {
    toast(`Not done: ${/** @type {Error} */ (error).message}`);
  }
}

onPress("data-job", (button) => {
  const { job = "", turn = "" } = button.dataset;
  if (turn !== "cancel" || sure(button)) void turned(job, turn);
});
window.setTimeout(() => void look(), EVERY_MS);
