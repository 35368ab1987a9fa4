// @ts-check
/** Fills in what changes while it is looked at. Many changes at once become one request. */
import { soon as countSoon } from "./sums.js";
import { byId, fragment } from "./talk.js";

const PAUSE_MS = 300;

/** @param {import("./grid.js").Grid} grid */
export function startLive(grid) {
  /** @type {Set<string>} */
  const changed = new Set();
  let timer = 0;
  let lost = false;

  async function fill() {
    timer = 0;
    const ids = [...changed].slice(0, 25);
    ids.forEach((id) => changed.delete(id));
    countSoon();
    await Promise.all([grid.inGrid() ? grid.renew(ids) : null, counts(), own(ids)]);
    if (changed.size) soon();
  }

  function soon() {
    if (!timer) timer = window.setTimeout(() => void fill(), PAUSE_MS);
  }

  /** Cells of which we may have missed something, until they come into sight. @type {Set<string>} */
  const missed = new Set();
  const sight = new IntersectionObserver((seen) => {
    for (const entry of seen) if (entry.isIntersecting) {
      for (const cell of /** @type {NodeListOf<HTMLElement>} */ (entry.target.querySelectorAll(".cell"))) {
        const id = cell.dataset.id ?? "";
        if (missed.delete(id)) changed.add(id);
      }
      if (changed.size) soon();
    }
  });

  /** We may have missed something: look at all that is in sight, and at the rest when it comes there. */
  function everything() {
    sight.disconnect();
    for (const chunk of document.querySelectorAll("#grid > *")) {
      for (const cell of /** @type {NodeListOf<HTMLElement>} */ (chunk.querySelectorAll(".cell"))) missed.add(cell.dataset.id ?? "");
      sight.observe(chunk);
    }
    const own = /** @type {HTMLElement | null} */ (document.querySelector("[data-live-asset]"));
    if (own) changed.add(own.dataset.liveAsset ?? "");
    soon();
  }

  async function counts() {
    const filled = await fragment("/counts");
    if (filled) byId("counts").replaceChildren(filled);
  }

  /** The panel, the asset's own page and the activity page. @param {string[]} ids */
  async function own(ids) {
    if (grid.panelOpen() && ids.includes(grid.here())) await grid.openPanel();
    const page = /** @type {HTMLElement | null} */ (document.querySelector("[data-live-asset], [data-live-page]"));
    if (!page || (page.dataset.liveAsset && !ids.includes(page.dataset.liveAsset))) return;
    if ([...page.querySelectorAll("video:not([data-keep] *)")].some((film) => !film.paused)) return; // filling in would begin it anew
    if (page.querySelector("[data-pending], dialog[open]")) return; // somebody orders pictures, or compares versions
    if ("ended" in page.dataset) { location.reload(); return; }
    const filled = await fragment(location.pathname + location.search);
    const fresh = filled?.querySelector("main");
    if (!fresh) return;
    const focus = focusPath();
    const unfolded = [...page.querySelectorAll("details[id][open]")].map((one) => `details#${CSS.escape(one.id)}`);
    replace(page, fresh);
    for (const one of unfolded) page.querySelector(one)?.setAttribute("open", "");
    if (focus) /** @type {HTMLElement | null} */ (document.querySelector(focus))?.focus();
    document.dispatchEvent(new Event("filled"));
  }

  /** Puts what is new in the place of what was. What says that it is the same as before stays as it is: a film plays on, a
   *  picture that somebody has come close to stays so. @param {HTMLElement} page @param {Element} fresh */
  function replace(page, fresh) {
    const [was, is] = [page, fresh].map((one) => /** @type {HTMLElement | null} */ (one.querySelector(":scope > [data-keep]")));
    if (!was || !is || was.dataset.keep !== is.dataset.keep) {
      if ([...(was?.querySelectorAll("video") ?? [])].every((film) => film.paused)) page.replaceChildren(...fresh.childNodes);
      return;
    }
    for (const node of [...page.childNodes]) if (node !== was) node.remove();
    let after = false;
    for (const node of [...fresh.childNodes]) {
      if (node === is) after = true;
      else if (after) page.append(node);
      else was.before(node);
    }
  }

  /** A film in the making: its bar moves where it is shown. @param {{asset_id: string, rung: string, share: number, eta_s: number | null}} told */
  function film(told) {
    const shown = document.querySelector(`[data-film="${CSS.escape(`${told.asset_id}/${told.rung}`)}"]`);
    if (shown) {
      const left = told.eta_s === null ? "" : `, about ${Math.round(told.eta_s)} s left`;
      /** @type {HTMLProgressElement} */ (shown.querySelector("progress")).value = told.share;
      /** @type {HTMLElement} */ (shown.querySelector("span")).textContent = `${Math.round(100 * told.share)} %${left}`;
    } else if (document.querySelector(`body.activity, [data-live-asset="${CSS.escape(told.asset_id)}"]`)) {
      changed.add(told.asset_id);
      soon();
    }
  }

  /** Where the focus is, in words that still hold when the page is filled in again. */
  function focusPath() {
    const held = /** @type {HTMLElement | null} */ (document.activeElement);
    const field = held?.dataset.write ?? held?.dataset.unwrite;
    if (field) return `[data-write="${CSS.escape(field)}"]`;
    const placed = held?.closest("[data-order] [data-asset]")?.getAttribute("data-asset");
    if (placed) return `[data-order="${CSS.escape(held?.closest("[data-order]")?.getAttribute("data-order") ?? "")}"] [data-asset="${CSS.escape(placed)}"]`;
    const question = held?.closest("[data-question]")?.getAttribute("data-question");
    if (question) return `[data-question="${CSS.escape(question)}"]`;
    if (held instanceof HTMLAnchorElement && held.closest("main")) return `main a[href="${CSS.escape(held.getAttribute("href") ?? "")}"]`;
    if (held?.id && held.closest("main")) return `#${CSS.escape(held.id)}`;
    if (!held?.dataset.decide) return "";
    return `[data-decide="${CSS.escape(held.dataset.decide)}"][data-value="${held.dataset.value}"]`;
  }

  document.addEventListener("refill", () => void own([]));
  const stream = new EventSource("/v1/live");
  stream.addEventListener("asset", (event) => {
    const { id, state } = JSON.parse(event.data);
    if (state === "gone") {
      grid.gone(id);
      if (document.querySelector(`[data-live-asset="${CSS.escape(id)}"]:not([data-ended])`)) location.reload();
    }
    else changed.add(id);
    soon();
  });
  stream.addEventListener("film", (event) => film(JSON.parse(event.data)));
  stream.addEventListener("shoot", () => { if (document.body.classList.contains("shoots")) void own([]); });
  stream.addEventListener("again", everything);
  stream.onopen = () => {
    byId("offline").hidden = true;
    if (lost) everything();
    lost = false;
  };
  stream.onerror = () => { lost = true; byId("offline").hidden = false; };
  window.addEventListener("pagehide", () => stream.close());
}
