// @ts-check
/** Originals that nobody uses: a selection of them goes into the bin, shown before it is done, and taken back as one. */
import { decideAll, many } from "./bulk.js";
import { ask } from "./decide.js";
import { toast } from "./talk.js";

const list = /** @type {HTMLElement | null} */ (document.querySelector("[data-unused]"));
const boxes = () => /** @type {HTMLInputElement[]} */ ([...(list?.querySelectorAll("input[data-pick]") ?? [])]);
const picked = () => boxes().filter((box) => box.checked);
const size = (/** @type {number} */ bytes) => (bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`);

function count() {
  const chosen = picked();
  const bytes = chosen.reduce((sum, box) => sum + Number(box.dataset.bytes), 0);
  const all = /** @type {HTMLInputElement} */ (list?.querySelector("[data-all]"));
  [all.checked, all.indeterminate] = [chosen.length > 0 && chosen.length === boxes().length, chosen.length > 0 && chosen.length < boxes().length];
  /** @type {HTMLButtonElement} */ (list?.querySelector("[data-bin]")).disabled = !chosen.length;
  /** @type {HTMLElement} */ (list?.querySelector("[data-chosen]")).textContent = chosen.length ? `${many(chosen.length)}, ${size(bytes)}` : "";
}

async function bin() {
  const chosen = picked();
  const ids = chosen.map((box) => box.dataset.pick ?? "");
  const why = await ask(`Put ${many(ids.length)} into the bin`, "Why? It stands in the history; the bytes go in seven days", { was: "Nobody uses it", most: 500 });
  if (!why) return;
  const done = `${many(ids.length)} in the bin: the bytes go in seven days.`;
  const problem = await decideAll(ids, { purge: why }, `Put ${many(ids.length)} into the bin`, done, [], () => {
    for (const box of chosen) box.closest("tr")?.remove();
    count();
  });
  if (problem) toast(`Not saved: ${problem}`);
}

list?.addEventListener("change", (event) => {
  const box = /** @type {HTMLInputElement} */ (event.target);
  if (box.matches("[data-all]")) for (const one of boxes()) one.checked = box.checked;
  count();
});
list?.addEventListener("click", (event) => {
  if (/** @type {HTMLElement} */ (event.target).closest("[data-bin]")) void bin();
});
if (list) count();
