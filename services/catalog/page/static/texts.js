// @ts-check
/** Alternative texts and captions: edited in the dialog, which stands outside what is filled in anew meanwhile. */
import { ask } from "./decide.js";
import { decide } from "./one.js";

const MOST = 500;
const RULES = {
  alt: "Say what is seen, without “picture of”; about 125 letters",
  caption: "One or two sentences that stand under the picture",
};

/** @param {HTMLElement} button */
async function write(button) {
  const { write: field = "", was = "", asset = "", what = "" } = button.dataset;
  const rule = RULES[/** @type {"alt" | "caption"} */ (field.split(":")[0])];
  const text = await ask(what, rule, { was, most: MOST });
  if (text && text !== was) await decide(asset, { set: { [field]: text } }, "Saved. It counts before all others.");
}

export function startTexts() {
  document.addEventListener("click", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const edit = /** @type {HTMLElement | null} */ (target.closest("[data-write]"));
    if (edit) void write(edit);
    const back = /** @type {HTMLElement | null} */ (target.closest("[data-unwrite]"));
    if (back) void decide(back.dataset.asset ?? "", { clear: [back.dataset.unwrite ?? ""] }, "The text is dropped. What is built or was written elsewhere counts again.");
  });
}
