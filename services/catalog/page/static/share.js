// @ts-check
/** Share links: made of what is selected or of the collection that is shown, copied, revoked. */
import { copy } from "./copy.js";
import { liveWords, offer, subject } from "./pack.js";
import { byId, post, send, toast } from "./talk.js";

/** @typedef {import("./pack.js").Of} Of */
const AUDIENCE = ["market", "locale", "channel"];
const SHOWS_MS = 1500; // until the catalogue shows what was decided
const field = (/** @type {string} */ id) => /** @type {HTMLInputElement} */ (byId(id));
const dialog = () => /** @type {HTMLDialogElement} */ (byId("share"));

/** What is about to be shared. @type {Of} */
let of = {};

/** @param {boolean} made */
function show(made) {
  byId("share-made").hidden = !made;
  const form = /** @type {HTMLFieldSetElement} */ (byId("share-form"));
  form.hidden = form.disabled = made;
  byId("share-problem").textContent = "";
}

/** @param {import("./grid.js").Grid} grid */
export async function share(grid) {
  const found = subject(grid);
  if (!found) return;
  of = found;
  try {
    const { pictures, live } = await offer(byId("share-presets"), of);
    byId("share-words").textContent = live ? liveWords(pictures, live) : "None of these pictures is live yet: the link shows them once they are.";
  } catch (error) {
    toast(/** @type {Error} */ (error).message);
    return;
  }
  const shown = /** @type {HTMLElement | null} */ (document.querySelector(".collection[data-collection]"));
  field("share-name").value = of.collection ? shown?.dataset.name ?? "" : "";
  for (const name of ["password", ...AUDIENCE]) field(`share-${name}`).value = "";
  show(false);
  dialog().showModal();
}

async function make() {
  const presets = [...byId("share-presets").querySelectorAll("input:checked")].map((box) => /** @type {HTMLInputElement} */ (box).value);
  if (!presets.length) { byId("share-problem").textContent = "Choose at least one size."; return; }
  const audience = Object.fromEntries(AUDIENCE.map((name) => [name, field(`share-${name}`).value.trim()]));
  const wanted = { ...of, ...audience, name: field("share-name").value.trim(), presets, days: Number(field("share-days").value), password: field("share-password").value || null };
  const button = /** @type {HTMLButtonElement} */ (byId("share-form").querySelector(".primary"));
  button.disabled = true; // a password takes a moment
  try {
    const { url } = await post("/v1/shares", wanted);
    field("share-url").value = url;
    show(true);
    field("share-url").select();
  } catch (error) {
    byId("share-problem").textContent = /** @type {Error} */ (error).message;
  }
  button.disabled = false;
}

/** @param {HTMLButtonElement} button */
async function revoke(button) {
  button.disabled = true;
  try {
    await send("DELETE", `/v1/shares/${button.dataset.revoke}`);
    toast(`“${button.dataset.name}” opens nothing any more.`);
    window.setTimeout(() => location.reload(), SHOWS_MS);
  } catch (error) {
    button.disabled = false;
    toast(`Not saved: ${/** @type {Error} */ (error).message}`);
  }
}

/** @param {import("./grid.js").Grid} grid */
export function startShares(grid) {
  document.addEventListener("click", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (target.closest("[data-share], [data-bulk='share']")) void share(grid);
    const button = /** @type {HTMLButtonElement | null} */ (target.closest("[data-revoke]"));
    if (button) void revoke(button);
  });
  byId("share-copy").addEventListener("click", () => void copy(field("share-url").value));
  dialog().addEventListener("submit", (event) => {
    if (event.submitter?.getAttribute("value") !== "ok") return;
    event.preventDefault();
    void make();
  });
}
