// @ts-check
/** A pack: the sizes of some pictures, chosen and downloaded as one ZIP. */
import { fewEnough } from "./bulk.js";
import { byId, post, toast } from "./talk.js";

/** @typedef {{assets?: string[], collection?: string}} Of */
/** @typedef {{preset: string, channel: string, files: number, bytes: number}} Offer */
const ALSO = ["web", "web-mp4"]; // chosen at first: what pictures and films are looked at

/** Bytes as people read them; words.py says it likewise. @param {number} bytes */
export function size(bytes) {
  let value = bytes;
  for (const unit of ["B", "kB", "MB"]) {
    if (value < 1000) return `${unit === "B" || value >= 100 ? value.toFixed(0) : value.toFixed(1)} ${unit}`;
    value /= 1000;
  }
  return `${value >= 100 ? value.toFixed(0) : value.toFixed(1)} GB`;
}

/** What is packed: the selection, or the collection that is shown where nothing is selected. @param {import("./grid.js").Grid} grid @returns {Of | null} */
export function subject(grid) {
  const shown = /** @type {HTMLElement | null} */ (document.querySelector(".collection[data-collection]"));
  const assets = grid.subjects();
  if (shown && !grid.picked().length) return { collection: shown.dataset.collection };
  return fewEnough(assets, ", or put them into a collection") ? { assets } : null;
}

/** Boxes for the sizes that are live, by channel. @param {HTMLElement} place @param {Of} of */
export async function offer(place, of) {
  const { pictures, live, presets } = /** @type {{pictures: number, live: number, presets: Offer[]}} */ (await post("/v1/packs/presets", of));
  /** @type {Map<string, HTMLElement>} */
  const groups = new Map();
  for (const one of presets) {
    let group = groups.get(one.channel);
    if (!group) {
      group = document.createElement("fieldset");
      group.append(Object.assign(document.createElement("legend"), { textContent: one.channel }));
      groups.set(one.channel, group);
    }
    const label = document.createElement("label");
    const box = Object.assign(document.createElement("input"), { type: "checkbox", name: "preset", value: one.preset, checked: ALSO.includes(one.preset) });
    const about = Object.assign(document.createElement("small"), { textContent: `${one.files} × · ${size(one.bytes)}` });
    label.append(box, ` ${one.preset} `, about);
    group.append(label);
  }
  place.replaceChildren(...groups.values());
  return { pictures, live };
}

/** @param {number} pictures @param {number} live */
export const liveWords = (pictures, live) =>
  `${pictures === 1 ? "1 picture" : `${pictures} pictures`}${live < pictures ? `, of which ${live} ${live === 1 ? "is" : "are"} live; the others are left out` : ""}.`;

/** @param {import("./grid.js").Grid} grid */
export async function download(grid) {
  const of = subject(grid);
  if (!of) return;
  const dialog = /** @type {HTMLDialogElement} */ (byId("pack"));
  try {
    const { pictures, live } = await offer(byId("pack-presets"), of);
    byId("pack-words").textContent = live ? liveWords(pictures, live) : "None of these pictures is live, so there is nothing to give away yet.";
  } catch (error) {
    toast(/** @type {Error} */ (error).message);
    return;
  }
  const named = Object.entries({ assets: of.assets ?? [], collection: of.collection ? [of.collection] : [] });
  byId("pack-of").replaceChildren(...named.flatMap(([name, values]) =>
    values.map((value) => Object.assign(document.createElement("input"), { type: "hidden", name, value }))));
  ready();
  dialog.showModal();
}

/** There is something to press for where a size is chosen. */
function ready() {
  const chosen = byId("pack-presets").querySelectorAll("input:checked").length;
  /** @type {HTMLButtonElement} */ (byId("pack-go")).disabled = !chosen;
}

/** @param {import("./grid.js").Grid} grid */
export function startPacks(grid) {
  document.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("[data-pack], [data-bulk='pack']"));
    if (button) void download(grid);
  });
  byId("pack").addEventListener("change", ready);
  byId("pack").addEventListener("submit", (event) => {
    if (event.submitter?.getAttribute("value") === "cancel") return;
    window.setTimeout(() => /** @type {HTMLDialogElement} */ (byId("pack")).close());
    toast("The download begins.");
  });
}
