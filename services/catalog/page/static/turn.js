// @ts-check
/** The 3D viewer on an asset's page: loaded when somebody asks for it, in the place of the picture. */
import { say } from "./talk.js";

/** @param {HTMLButtonElement} button @param {HTMLElement} stage */
function open(button, stage) {
  const frame = document.createElement("iframe");
  frame.className = "turning";
  frame.title = "3D viewer: arrows turn the model, plus and minus come closer";
  frame.allow = "xr-spatial-tracking; fullscreen";
  frame.src = button.dataset.model ?? "";
  frame.addEventListener("load", () => {
    frame.contentWindow?.addEventListener("keydown", (event) => { if (event.key === "Escape") close(button, stage); });
    frame.focus();
  });
  stage.prepend(frame);
  shown(button, stage, true);
  say("The 3D viewer is open. Arrows turn the model, Escape leads back to the picture.");
}

/** @param {HTMLButtonElement} button @param {HTMLElement} stage */
function close(button, stage) {
  stage.querySelector(".turning")?.remove();
  shown(button, stage, false);
  button.focus();
}

/** @param {HTMLButtonElement} button @param {HTMLElement} stage @param {boolean} turning */
function shown(button, stage, turning) {
  const words = button.querySelector("span");
  if (words) words.textContent = turning ? "Back to the picture" : "Turn it in 3D";
  for (const one of /** @type {NodeListOf<HTMLElement>} */ (stage.querySelectorAll("[data-lens], [data-lens-tools]"))) one.hidden = turning;
}

export function startTurning() {
  document.addEventListener("click", (event) => {
    const button = /** @type {HTMLButtonElement | null} */ (/** @type {HTMLElement} */ (event.target).closest("[data-model]"));
    const stage = /** @type {HTMLElement | null | undefined} */ (button?.closest(".stage"));
    if (!button || !stage) return;
    if (stage.querySelector(".turning")) close(button, stage); else open(button, stage);
  });
}
