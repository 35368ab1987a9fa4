// @ts-check
/** Two versions side by side or one over the other: pictures, films that play together, pages of documents. */
import { byId } from "./talk.js";

const SIDES = /** @type {const} */ (["old", "new"]);
/** @typedef {typeof SIDES[number]} Side */
const APART = 0.1; // seconds that two films may be apart before one is put right

const pane = (/** @type {Side} */ side) => /** @type {HTMLImageElement} */ (document.querySelector(`[data-pane="${side}"]`));
const film = (/** @type {Side} */ side) => /** @type {HTMLVideoElement} */ (document.querySelector(`video[data-film="${side}"]`));
const none = (/** @type {Side} */ side) => /** @type {HTMLElement} */ (document.querySelector(`[data-none="${side}"]`));
const choice = (/** @type {Side} */ side) => /** @type {HTMLSelectElement} */ (document.querySelector(`[data-side="${side}"]`));
const chosen = (/** @type {Side} */ side) => choice(side).selectedOptions[0];
const slider = () => /** @type {HTMLInputElement} */ (byId("compare-slide").querySelector("input"));
const time = () => /** @type {HTMLInputElement} */ (byId("compare-time"));
const moves = () => SIDES.every((side) => chosen(side).dataset.film);

/** Shows what is chosen. */
function show() {
  const filmed = moves();
  for (const side of SIDES) {
    const option = chosen(side);
    const pages = /** @type {string[]} */ (JSON.parse(option.dataset.pages ?? "[]"));
    const page = Number(/** @type {HTMLInputElement | null} */ (document.getElementById("compare-page"))?.value ?? 0);
    const src = pages.length ? pages[page - 1] ?? "" : option.dataset.src ?? "";
    const [picture, clip] = [pane(side), film(side)];
    picture.hidden = filmed || !src;
    clip.hidden = !filmed;
    none(side).hidden = filmed || Boolean(src);
    none(side).textContent = `${option.text} has no picture of page ${page}.`;
    if (!filmed && src && picture.getAttribute("src") !== src) picture.src = src;
    if (filmed && clip.getAttribute("src") !== option.dataset.film) clip.src = option.dataset.film ?? "";
    picture.alt = pages.length ? `${option.text}, page ${page}` : option.text;
    clip.setAttribute("aria-label", option.text);
  }
  byId("compare-film").hidden = !filmed;
  const over = /** @type {HTMLInputElement} */ (byId("compare-over")).checked;
  byId("compare-sides").classList.toggle("over", over);
  byId("compare-slide").hidden = !over;
  byId("compare-sides").style.setProperty("--seen", over ? `${100 - Number(slider().value)}%` : "0%");
}

/** @param {string} version */
export function compare(version) {
  choice("old").value = version;
  const others = [...choice("new").options].map((option) => option.value).filter((value) => value !== version);
  if (choice("new").value === version) choice("new").value = others[0];
  show();
  /** @type {HTMLDialogElement} */ (byId("compare")).showModal();
}

function pause() {
  SIDES.forEach((side) => film(side).pause());
  byId("compare-play").textContent = "Play both";
}

/** From the start where both have ended. */
function play() {
  if (SIDES.every((side) => film(side).ended)) SIDES.forEach((side) => { film(side).currentTime = 0; });
  SIDES.forEach((side) => void film(side).play().catch(pause));
  byId("compare-play").textContent = "Pause";
}

/** The longer one tells the time. */
const leader = () => (film("old").duration > film("new").duration ? film("old") : film("new"));

/** @param {HTMLVideoElement} clip */
function keepTogether(clip) {
  if (clip !== leader()) return;
  time().max = String(clip.duration || 1);
  time().value = String(clip.currentTime);
  const other = SIDES.map(film).find((one) => one !== clip);
  if (other && !other.ended && Math.abs(other.currentTime - clip.currentTime) > APART) other.currentTime = Math.min(clip.currentTime, other.duration || 0);
  if (clip.ended) pause();
}

export function startComparing() {
  document.addEventListener("input", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    if (target.id === "compare-time") SIDES.forEach((side) => { film(side).currentTime = Math.min(Number(time().value), film(side).duration || 0); });
    else if (target.closest("#compare")) show();
  });
  document.addEventListener("click", (event) => {
    if (/** @type {HTMLElement} */ (event.target).id !== "compare-play") return;
    if (SIDES.some((side) => !film(side).paused && !film(side).ended)) pause(); else play();
  });
  for (const kind of ["timeupdate", "ended", "loadedmetadata"]) {
    document.addEventListener(kind, (event) => {
      if (event.target instanceof HTMLVideoElement && event.target.dataset.film) keepTogether(event.target);
    }, { capture: true }); // a film's events do not rise
  }
  document.addEventListener("close", (event) => {
    if (/** @type {HTMLElement} */ (event.target).id !== "compare") return;
    pause();
    document.dispatchEvent(new Event("refill")); // what has changed meanwhile
  }, { capture: true });
}
