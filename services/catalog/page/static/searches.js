// @ts-check
/** Searches that are kept under a name. */
import { ask } from "./decide.js";
import { post, toast } from "./talk.js";

const SHARED = /^(.+?)\s*\*$/; // a name with a star behind it is for all

/** @param {HTMLElement} button */
async function save(button) {
  const label = button.dataset.mayShare === "yes" ? "Name; with a * behind it, everybody sees it" : "Name";
  const said = await ask("Save this search", label, { most: 80 });
  if (!said) return;
  const star = button.dataset.mayShare === "yes" ? SHARED.exec(said) : null;
  try {
    await post("/v1/searches", { name: star ? star[1] : said, query: button.dataset.searchSave, shared: Boolean(star) });
    toast(`Saved: it stands below the filters within seconds${star ? ", for all" : ""}.`);
  } catch (error) {
    toast(`Not saved: ${/** @type {Error} */ (error).message}`);
  }
}

/** @param {HTMLElement} button */
async function remove(button) {
  const answer = await fetch(`/v1/searches/${button.dataset.searchRemove}`, { method: "DELETE" });
  if (answer.ok) button.closest("li")?.remove();
  else toast(`Not removed: ${(await answer.json()).detail}`);
}

export function startSearches() {
  document.addEventListener("click", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const saving = /** @type {HTMLElement | null} */ (target.closest("[data-search-save]"));
    const removing = /** @type {HTMLElement | null} */ (target.closest("[data-search-remove]"));
    if (saving) void save(saving);
    if (removing) void remove(removing);
  });
}
