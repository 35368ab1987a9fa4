// @ts-check
/** Files dropped anywhere, or chosen: straight into the inbox by a presigned URL, three at once. */
import { byId, post, toast } from "./talk.js";

const AT_ONCE = 3;
const HOUR_MS = 3600 * 1000;
const LATE_MS = 20 * 1000;
/** Longer than a file may stay empty or grow before it is refused. */
const PATIENCE_MS = 12 * 60 * 1000;

/** @typedef {{row: HTMLElement, state: HTMLElement, key: string, at: number, since: number}} Sent one file in the inbox */

/** @param {string} url @param {File} file @param {(share: number) => void} progress @returns {Promise<void>} */
function put(url, file, progress) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    request.open("PUT", url);
    request.upload.onprogress = (event) => progress(event.loaded / event.total);
    request.onload = () => (request.status < 300 ? done() : failed(new Error(`the store answered ${request.status}`)));
    request.onerror = () => failed(new Error("the store cannot be reached from here"));
    request.send(file);
  });
}

/** @param {string} name */
function line(name) {
  const row = document.createElement("div");
  const [words, state, bar] = [document.createElement("span"), document.createElement("span"), document.createElement("progress")];
  words.textContent = name;
  state.textContent = "waiting";
  bar.max = 1;
  bar.value = 0;
  row.append(words, state, bar);
  byId("uploads").append(row);
  byId("uploads").hidden = false;
  return { row, state, bar };
}

/** The folder that the library shows: what is uploaded here goes there. */
const folder = () => (new URL(location.href).pathname === "/" ? new URL(location.href).searchParams.get("folder") ?? "" : "").replace(/^\/+|\/+$/g, "");

function shut(/** @type {HTMLElement} */ row) {
  row.remove();
  byId("uploads").hidden = !byId("uploads").children.length;
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

  /** @param {File} file */
  function add(file) {
    const { row, state, bar } = line(file.name);
    const name = [folder(), file.webkitRelativePath || file.name].filter(Boolean).join("/");
    queue.push(async () => {
      try {
        const { url, key, expires } = await post("/v1/uploads", { key: name });
        await put(url, file, (share) => { bar.value = share; state.textContent = `${Math.round(share * 100)} %`; });
        state.textContent = "in the inbox";
        bar.remove();
        if (/\.xmp$/i.test(key)) { setTimeout(() => shut(row), 5000); return; } // goes with its picture
        // The server's clock, not ours; stores tell whole seconds.
        sent.push({ row, state, key, at: Date.now(), since: Date.parse(expires) - HOUR_MS - 2000 });
        soon();
      } catch (error) {
        state.textContent = "failed";
        toast(`${file.name}: ${/** @type {Error} */ (error).message}`);
      }
    });
    next();
  }

  const files = /** @type {HTMLInputElement} */ (byId("files"));
  /** @param {File[]} all */
  function addAll(all) {
    if (all.length) toast(`${all.length === 1 ? "One file goes" : `${all.length} files go`} to ${folder() || "the inbox"}.`);
    all.forEach(add);
  }
  byId("drop-words").textContent = folder() ? `Drop to add to ${folder()}` : "Drop to add to the inbox";
  files.addEventListener("change", () => { addAll([...(files.files ?? [])]); files.value = ""; });
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
    addAll([...(event.dataTransfer?.files ?? [])]);
  });
}
