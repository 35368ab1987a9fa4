// @ts-check
/** The grid: where we are in it, what is selected, the panel beside it, and the pages that follow. */
import { AT_ONCE } from "./bulk.js";
import { append, balance, between, columns, count as countOf, onward, placeOf, prepend } from "./chunks.js";
import { byId, fragment, say, toast } from "./talk.js";

/** @typedef {ReturnType<typeof startGrid>} Grid */
const READY = ["ready", "complete"];

export function startGrid() {
  let list = document.getElementById("grid");
  const panes = document.getElementById("panes");
  const panel = document.getElementById("panel");
  /** What is selected, and the version that was shown then. @type {Map<string, string>} */
  const picked = new Map();
  let here = "";
  /** Where a range begins: what was selected last. */
  let from = "";
  let asked = 0;

  const cellOf = (/** @type {string} */ id) => document.getElementById(`c-${id}`);

  /** Says for screen readers where we are, and what is selected: `boot.jpg, 3 of 60, selected. 2 selected.` @param {string} [id] @param {string} [chosen] */
  function tell(id = here, chosen = picked.has(id) ? "selected" : "") {
    const cell = cellOf(id);
    const state = READY.includes(cell?.dataset.state ?? "") ? "" : cell?.dataset.state;
    const place = cell && list && `${placeOf(cell)} of ${countOf(list)}${document.querySelector("[data-more]") ? " and more" : ""}`;
    const about = [cell?.dataset.name, state, place, chosen].filter(Boolean).join(", ");
    say([about, picked.size && `${picked.size} selected`].filter(Boolean).map((one) => `${one}.`).join(" "));
  }

  /** Shows where we are, and the panel of it. @param {string} id @param {boolean} [open] */
  function go(id, open = true) {
    if (here) cellOf(here)?.classList.remove("here");
    here = id;
    const cell = cellOf(id);
    cell?.classList.add("here");
    cell?.scrollIntoView({ block: "nearest" });
    if (!open) return;
    tell();
    void openPanel();
  }

  async function openPanel() {
    const mine = ++asked;
    const url = new URL(location.href);
    url.searchParams.set("selected", here);
    history.replaceState(null, "", url);
    // Arrows held down pass many pictures: ask only for the one where they stop.
    await new Promise((done) => setTimeout(done, 90));
    if (mine !== asked) return;
    const filled = await fragment(`/assets/${here}/panel`);
    if (!filled || mine !== asked || !panel || !panes) return;
    panel.replaceChildren(filled);
    panes.classList.add("with-panel");
    cellOf(here)?.scrollIntoView({ block: "nearest" });
  }

  function closePanel() {
    asked += 1;
    panes?.classList.remove("with-panel");
    panel?.replaceChildren();
    const url = new URL(location.href);
    url.searchParams.delete("selected");
    history.replaceState(null, "", url);
  }

  /** @param {number} step one cell @param {number} rows one row */
  function move(step, rows) {
    const next = list && onward(list, cellOf(here), step + (rows && rows * columns(list)));
    if (!next) return;
    list?.focus({ preventScroll: true });
    go(next.dataset.id || "");
  }

  /** The same, and all from where the range began to there is selected. @param {number} step @param {number} rows */
  function extend(step, rows) {
    if (!picked.has(from)) { from = here; if (here) pick(here); }
    move(step, rows);
    pickTo(here);
  }

  /** All from the one that was selected last to this one. @param {string} id */
  function pickTo(id) {
    const [begin, end] = [cellOf(from), cellOf(id)];
    if (!list || !end) return;
    for (const cell of between(list, begin ?? end, end)) add(cell);
    count();
    tell(id);
  }

  /** All that is shown so far. */
  function pickAll() {
    const cells = /** @type {HTMLElement[]} */ ([...(list?.querySelectorAll(".cell") ?? [])]);
    cells.forEach(add);
    count();
    tell("");
    if (cells.length && document.querySelector("[data-more]")) toast(`${cells.length} selected: those shown so far. Scroll on and press Ctrl A again for more.`);
  }

  /** @param {HTMLElement} cell */
  function add(cell) {
    const id = cell.dataset.id ?? "";
    if (!picked.has(id)) picked.set(id, cell.dataset.version ?? "");
    show(id);
  }

  /** @param {string} id */
  function pick(id) {
    if (!picked.delete(id)) picked.set(id, cellOf(id)?.dataset.version ?? "");
    from = id;
    show(id);
    count();
    tell(id, picked.has(id) ? "selected" : "not selected");
  }

  /** @param {string} id */
  function show(id) {
    const cell = cellOf(id);
    cell?.classList.toggle("picked", picked.has(id));
    const box = /** @type {HTMLInputElement | null} */ (cell?.querySelector(".pick") ?? null);
    if (box) box.checked = picked.has(id);
  }

  function count() {
    const bar = document.getElementById("bulk");
    if (!bar) return;
    bar.hidden = picked.size === 0;
    byId("bulk-count").textContent = `${picked.size} selected${picked.size > AT_ONCE ? `, ${AT_ONCE} go at once` : ""}`;
  }

  function clear() {
    const before = [...picked.keys()];
    picked.clear();
    before.forEach(show);
    count();
    if (before.length) say("Nothing is selected.");
  }

  /** What a key or button is about: the selected ones, else the one we are on, else the page's own. */
  function subjects() {
    if (picked.size) return [...picked.keys()];
    if (here) return [here];
    const own = /** @type {HTMLElement | null} */ (document.querySelector("[data-asset-view]"));
    return own?.dataset.assetView ? [own.dataset.assetView] : [];
  }

  /** The version that was looked at; 0: none. Of what is selected the one of then: out of sight, a cell may have become
   *  another picture since. @param {string} id */
  function seen(id) {
    const asked = /** @type {HTMLElement | null} */ (document.querySelector(`[data-approve="${CSS.escape(id)}"]`));
    return Number(picked.get(id) ?? asked?.dataset.version ?? cellOf(id)?.dataset.version ?? 0);
  }

  /** Puts fresh cells in the place of old ones; unknown ones come first where at most a folder is chosen. @param {string[]} ids */
  async function renew(ids) {
    const known = ids.filter((id) => cellOf(id));
    const fresh = list?.dataset.fresh === "yes" ? ids.filter((id) => !cellOf(id)) : [];
    const wanted = [...known, ...fresh];
    if (!wanted.length || !list) return;
    const filled = await fragment(`/cells?ids=${wanted.join(",")}&folder=${encodeURIComponent(list.dataset.folder ?? "")}`);
    for (const cell of /** @type {HTMLElement[]} */ ([...(filled?.querySelectorAll(".cell") ?? [])])) {
      const id = cell.dataset.id || "";
      const old = cellOf(id);
      if (old) {
        // The same picture is kept: it would flicker.
        const [was, is] = [old.querySelector("img"), cell.querySelector("img")];
        if (was && is && was.getAttribute("src") === is.getAttribute("src")) { was.alt = is.alt; is.replaceWith(was); }
        old.replaceWith(cell);
      } else {
        cell.classList.add("new");
        prepend(list, cell);
        document.getElementById("empty")?.remove();
      }
      if (id === here) cell.classList.add("here");
      show(id);
    }
  }

  /** @param {string} id */
  function gone(id) {
    picked.delete(id);
    cellOf(id)?.remove();
    if (list) balance(list);
    count();
  }

  async function more(/** @type {HTMLAnchorElement} */ link) {
    const row = link.closest(".more");
    link.textContent = "…";
    const filled = await fragment(`/cells${link.getAttribute("href")}`);
    if (!filled || !list) { link.textContent = "More"; toast("No more came. Try again in a moment."); return; }
    append(list, [...filled.querySelectorAll(".cell")]);
    row?.replaceWith(...filled.querySelectorAll(".more"));
    watchEnd();
  }

  const end = new IntersectionObserver((seen) => {
    for (const entry of seen) {
      if (!entry.isIntersecting) continue;
      end.unobserve(entry.target);
      void more(/** @type {HTMLAnchorElement} */ (entry.target));
    }
  }, { rootMargin: "900px" });
  function watchEnd() {
    const link = document.querySelector("[data-more]");
    if (link) end.observe(link);
  }
  watchEnd();

  panes?.addEventListener("click", (event) => {
    const target = /** @type {HTMLElement} */ (event.target);
    const cell = /** @type {HTMLElement | null} */ (target.closest(".cell"));
    if (!cell?.dataset.id || event.ctrlKey || event.metaKey || target.closest(".similar")) return;
    if (event.shiftKey) {
      if (!target.classList.contains("pick")) event.preventDefault();
      if (!picked.has(from)) from = cell.dataset.id;
      pickTo(cell.dataset.id);
      return;
    }
    if (target.classList.contains("pick")) { pick(cell.dataset.id); return; }
    event.preventDefault();
    list?.focus({ preventScroll: true });
    if (here === cell.dataset.id && panes?.classList.contains("with-panel")) location.href = `/assets/${here}`;
    else go(cell.dataset.id);
  });
  panel?.addEventListener("click", (event) => {
    if (/** @type {HTMLElement} */ (event.target).closest("[data-close]")) closePanel();
  });
  if (matchMedia("(max-width: 900px)").matches) document.getElementById("facets")?.removeAttribute("open");
  const shared = new URL(location.href).searchParams.get("selected");
  if (shared && list) go(shared, false);

  /** Other pictures came in the place of those shown: another search. */
  function renewed() {
    list = document.getElementById("grid");
    here = from = "";
    clear();
    watchEnd();
  }

  return {
    here: () => here, picked: () => [...picked.keys()], subjects, tell, seen, move, extend, pick, pickAll, clear, renewed, closePanel, openPanel, renew, gone,
    inGrid: () => Boolean(list && !list.hidden),
    panelOpen: () => Boolean(panes?.classList.contains("with-panel")),
    names: () => subjects().map((id) => cellOf(id)?.dataset.name || id),
  };
}
