// @ts-check
/** In the viewer's own frame: what goes wrong is said; the keys are the model's at once. */

const model = /** @type {HTMLElement} */ (document.querySelector("model-viewer"));
const problem = /** @type {HTMLElement} */ (document.getElementById("problem"));

/** @param {string} words */
function fail(words) {
  problem.textContent = words;
  problem.hidden = false;
}

/** What takes the arrows lies inside of the viewer. */
function take() {
  if (document.activeElement === document.body) /** @type {HTMLElement} */ (model.shadowRoot?.querySelector(".userInput") ?? model).focus();
}

model.addEventListener("load", () => {
  document.body.dataset.loaded = "";
  take();
});
model.addEventListener("poster-dismissed", take); // until then it is hidden, and takes none
window.addEventListener("focus", take);
model.addEventListener("error", () => fail("The model cannot be shown in this browser: it needs WebGL. The pictures of it are among its renditions."));
customElements.whenDefined("model-viewer").catch(() => fail("The viewer did not load. Load the page again."));
