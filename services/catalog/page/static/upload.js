// @ts-check
/** Files dropped anywhere, or chosen: straight into the inbox by presigned URLs, three at once; big ones in parts. */
import { dropped } from "./dropped.js";
import { BIG, giveUp, holding, inParts, interrupted, markOf } from "./parts.js";
import { byId, post, toast } from "./talk.js";
import { folder, into, startFolder } from "./upload_folder.js";
import { button, failed, line, shut } from "./upload_rows.js";

const AT_ONCE = 3;
const HOUR_MS = 3600 * 1000;
const LATE_MS = 20 * 1000;
/** Longer than a file may stay empty or grow before it is refused. */
const PATIENCE_MS = 12 * 60 * 1000;

/** @typedef {{row: HTMLElement, state: HTMLElement, key: string, at: number, since: number}} Sent one file in the inbox */

/** @param {string} url @param {File} file @param {(share: number) => void} progress @returns {Promise<void>} */
export function put(url, file, progress) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("PUT", url);
    request.upload.onprogress = (event) => progress(event.loaded / event.total);
    request.onload = () => (request.status < 300 ? done() : failed(new Error(`the store answered ${request.status}`)));
    request.onerror = () => failed(new Error("the store cannot be reached from here"));
    request.send(file);
  });
}

/** In parts, with a button that pauses; its key and when it was whole. @param {File} file @param {string} name @param {ReturnType<typeof line>} shown */
async function big(file, name, { row, state, bar }) {
  const hold = holding();
  const percent = () => `${Math.floor(bar.value * 100)} %`;
  const pause = button(row, "Pause", () => {
    if (hold.paused) hold.resume(); else hold.pause();
    pause.textContent = hold.paused ? "Go on" : "Pause";
    state.textContent = hold.paused ? `paused at ${percent()}` : percent();
  });
  pause.setAttribute("aria-label", `Pause ${file.name}, or go on`);
  const progress = (/** @type {number} */ share) => { bar.value = share; state.textContent = hold.paused ? `paused at ${percent()}` : percent(); };
  try {
    return await inParts(file, name, progress, hold, (why) => { pause.textContent = "Go on"; state.textContent = `stopped at ${percent()}: ${why}`; });
  } finally { pause.remove(); }
}

/** What was begun here and broke off, each with what to do about it. */
function tellInterrupted() {
  for (const [mark, open] of interrupted()) {
    const { row, state, bar } = line(open.key); // only in that folder it goes on
    row.dataset.broken = mark;
    bar.value = open.sent / open.bytes;
    state.textContent = `broke off at ${Math.floor(bar.value * 100)} %`;
    button(row, "Choose it again to go on", () => { into(open.key.slice(0, -open.name.length)); byId("files").click(); });
    button(row, "Give up", () => { shut(row); void giveUp(mark, open).then(() => toast(`${open.name} was given up.`)); });
  }
}

/** What became of a file: told beside its name until it is ready. @param {Sent} sent @param {{id: string, state: string, cause: string | null, stage: string} | undefined} asset */
function tell(sent, asset) {
  const { row, state } = sent;
  if (!asset) {
    if (Date.now() - sent.at > LATE_MS) state.textContent = "waiting: empty, still growing, or not a picture";
    return Date.now() - sent.at < PATIENCE_MS;
  }
  const done = ["ready", "complete"].includes(asset.state);
  const link = document.createElement("a");
  link.href = `/assets/${asset.id}`;
  link.textContent = asset.cause ? `${asset.state}: ${asset.cause}` : asset.state;
  state.className = `state-${asset.state}`;
  state.replaceChildren(link);
  if (done) setTimeout(() => shut(row), 5000);
  if (["refused", "failed", "waiting"].includes(asset.state)) setTimeout(() => shut(row), 60000);
  return asset.state === "working";
}

export function startUploads() {
  /** @type {Sent[]} */
  let sent = [];
  let watching = 0;

  /** Asks what became of the files that were sent, all in one request. */
  async function watch() {
    watching = 0;
    const now = sent.slice(0, 50);
    const answer = await fetch(`/v1/assets?${new URLSearchParams(now.map(({ key }) => ["key", key]))}`).catch(() => null);
    /** @type {any[]} */
    const items = answer?.ok ? (await answer.json()).items : [];
    // An older file of this name is not the one that was sent.
    // Where nothing newer comes, the same bytes were there before.
    const found = (/** @type {Sent} */ one) => items.find((item) => item.key === one.key
      && (Date.parse(item.arrived) >= one.since || Date.now() - one.at > LATE_MS));
    sent = [...sent.slice(50), ...now.filter((one) => one.row.isConnected && tell(one, found(one)))];
    if (sent.length) soon();
  }
  function soon() {
    if (!watching) watching = window.setTimeout(() => void watch(), 2000);
  }

  /** @type {(() => Promise<void>)[]} */
  const queue = [];
  let running = 0;

  function next() {
    while (running < AT_ONCE && queue.length) {
      running += 1;
      void queue.shift()?.().finally(() => { running -= 1; next(); });
    }
  }

  /** What goes wrong stays beside its name, with what sends it again. @param {File} file @param {string} name @param {ReturnType<typeof line>} shown */
  async function upload(file, name, shown) {
    const { row, state, bar } = shown;
    try {
      let key = "", when = 0;
      if (file.size >= BIG) ({ key, when } = await big(file, name, shown));
      else {
        const given = await post("/v1/uploads", { key: name });
        await put(given.url, file, (share) => { bar.value = share; state.textContent = `${Math.round(share * 100)} %`; });
        [key, when] = [given.key, Date.parse(given.expires) - HOUR_MS];
      }
      state.textContent = "in the inbox";
      bar.remove();
      if (/\.xmp$/i.test(key)) { setTimeout(() => shut(row), 5000); return; } // goes with its picture
      // The server's clock, not ours; stores tell whole seconds.
      sent.push({ row, state, key, at: Date.now(), since: when - 2000 });
      soon();
    } catch (error) {
      failed(file.name, shown, /** @type {Error} */ (error).message, () => { queue.push(() => upload(file, name, shown)); next(); });
    }
  }

  /** @param {import("./dropped.js").Dropped} one */
  function add({ file, path }) {
    const name = [folder(), path].filter(Boolean).join("/");
    document.querySelector(`[data-broken="${CSS.escape(markOf(file, name))}"]`)?.remove();
    const shown = line(file.name);
    queue.push(() => upload(file, name, shown));
    next();
  }

  startFolder();
  tellInterrupted();
  const files = /** @type {HTMLInputElement} */ (byId("files"));
  /** @param {import("./dropped.js").Dropped[]} all */
  function addAll(all) {
    const tops = new Set(all.map(({ path }) => path.split("/").slice(0, -1)[0] ?? ""));
    const to = [folder(), ...(tops.size === 1 ? tops : [])].filter(Boolean).join("/");
    if (all.length) toast(`${all.length === 1 ? "One file goes" : `${all.length} files go`} to ${to || "the inbox"}.`);
    all.forEach(add);
  }
  files.addEventListener("change", () => {
    /** @type {HTMLDialogElement} */ (byId("upload")).close();
    addAll([...(files.files ?? [])].map((file) => ({ file, path: file.webkitRelativePath || file.name })));
    files.value = "";
  });
  let depth = 0;
  const dragged = (/** @type {DragEvent} */ event) => Boolean(event.dataTransfer?.types.includes("Files")) && !document.body.classList.contains("ordering");
  document.addEventListener("dragenter", (event) => { if (dragged(event)) { depth += 1; byId("drop").hidden = false; } });
  document.addEventListener("dragleave", (event) => { if (dragged(event) && --depth <= 0) byId("drop").hidden = true; });
  document.addEventListener("dragover", (event) => { if (dragged(event)) event.preventDefault(); });
  document.addEventListener("drop", (event) => {
    if (!dragged(event)) return;
    event.preventDefault();
    depth = 0;
    byId("drop").hidden = true;
    if (/** @type {HTMLElement} */ (event.target).closest("form.search")) return; // a picture to search by: like.js
    if (!event.dataTransfer) return;
    dropped(event.dataTransfer).then(
      (all) => { if (all.length) addAll(all); else toast("There is no file in it."); },
      (/** @type {Error} */ error) => toast(`Not read: ${error.message}`));
  });
}
