// @ts-check
/** A film's storyboard under its player: a row of small pictures, each of which leads to its time. */

/** @typedef {{from: number, sheet: string, box: number[]}} Cue */
const TALL = 54; // pixels
const CUE = /(\d+):(\d+):([\d.]+) --> \S+\s+(\S+)#xywh=(\d+),(\d+),(\d+),(\d+)/g;

/** @param {string} text WebVTT @param {string} base where its sheets lie @returns {Cue[]} */
const cues = (text, base) => [...text.matchAll(CUE)].map(([, hours, minutes, seconds, sheet, ...box]) => ({
  from: Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds), sheet: new URL(sheet, base).href, box: box.map(Number),
}));

/** @param {number} seconds */
const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

/** @param {Cue} cue @param {number} wide pixels of a whole sheet */
function frame({ from, sheet, box: [left, top, width, height] }, wide) {
  const scale = TALL / height;
  const made = Object.assign(document.createElement("button"), { type: "button", title: clock(from), tabIndex: -1 });
  made.setAttribute("aria-label", `Go to ${clock(from)}`);
  Object.assign(made.style, {
    width: `${width * scale}px`, height: `${TALL}px`, backgroundImage: `url("${sheet}")`,
    backgroundPosition: `${-left * scale}px ${-top * scale}px`, backgroundSize: `${wide * scale}px auto`,
  });
  return made;
}

/** @param {HTMLElement} strip @param {HTMLVideoElement} film */
async function fill(strip, film) {
  const answer = await fetch(strip.dataset.storyboard ?? "");
  const all = answer.ok ? cues(await answer.text(), answer.url) : [];
  if (!all.length) return;
  const frames = all.map((cue) => frame(cue, Number(strip.dataset.wide)));
  strip.replaceChildren(...frames);
  strip.hidden = false;

  /** The one that is shown now; it is where Tab leads. */
  function mark() {
    const now = Math.max(0, all.findLastIndex(({ from }) => from <= film.currentTime));
    if (frames[now].hasAttribute("aria-current")) return;
    for (const [at, one] of frames.entries()) {
      one.toggleAttribute("aria-current", at === now);
      one.tabIndex = at === now ? 0 : -1;
    }
    strip.scrollTo({ left: frames[now].offsetLeft - strip.offsetLeft - strip.clientWidth / 2 });
  }
  mark();
  film.addEventListener("timeupdate", mark);
  strip.addEventListener("click", (event) => {
    const at = frames.indexOf(/** @type {HTMLButtonElement} */ (event.target));
    if (at >= 0) film.currentTime = all[at].from;
  });
  strip.addEventListener("keydown", (event) => {
    const at = frames.indexOf(/** @type {HTMLButtonElement} */ (event.target));
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: frames.length - 1 }[event.key];
    if (to === undefined || !frames[to]) return;
    event.preventDefault();
    frames[to].focus();
  });
}

export function startStoryboards() {
  function start() {
    for (const strip of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-storyboard]:empty"))) {
      const film = strip.parentElement?.querySelector("video");
      if (film) void fill(strip, film);
    }
  }
  document.addEventListener("filled", start);
  start();
}
