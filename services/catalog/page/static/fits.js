// @ts-check
/** Somebody looked at a picture for a channel, and says whether it fits there. */
import { decide } from "./one.js";

/** Buttons of the channels' page: data-fits is confirmed or rejected. */
export function startFits() {
  document.addEventListener("click", (event) => {
    const button = /** @type {HTMLElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("[data-fits]"));
    if (button) void say(button);
  });
}

/** @param {HTMLElement} button */
async function say(button) {
  const { fits = "", answers = "[]", asset = "", version = "", channel = "" } = button.dataset;
  const word = fits === "confirmed" ? { answers: JSON.parse(answers) } : fits;
  const said = fits === "confirmed" ? "fits" : "does not fit";
  const done = `Saved: it ${said}. The verdict is renewed when the page is loaded again.`;
  if (!(await decide(asset, { set: { [`fits:${version}:${channel}`]: word }, on_version: Number(version) }, done))) return;
  button.closest(".row")?.replaceChildren(`You said that it ${said}.`);
}
