// @ts-check
/** Big files in parts: they can be paused, survive a broken connection, and go on after the page was loaded anew. */
import { post } from "./talk.js";

/** From so many bytes on a file goes in parts. */
export const BIG = 64 * 1024 * 1024;
const KEPT = "packshot-parts";
const DAY_MS = 24 * 3600 * 1000;
/** Longer without a sign, and nobody sends it in another window. */
const SILENT_MS = 15 * 1000;
const TRIES = 5;

/** @typedef {{upload: string, key: string, part_bytes: number, name: string, bytes: number, sent: number, began: number, at: number}} Open an upload that has begun */

/** @returns {Record<string, Open>} */
function kept() {
  try { return JSON.parse(localStorage.getItem(KEPT) ?? "{}"); } catch { return {}; }
}

/** @param {string} mark @param {Open | null} open */
function keep(mark, open) {
  const all = kept();
  if (open) all[mark] = { ...open, at: Date.now() };
  else delete all[mark];
  try { localStorage.setItem(KEPT, JSON.stringify(all)); } catch { /* no room, or not allowed: it goes on, but not after a reload */ }
}

/** What makes a file the same after a reload, on its way to the same place. @param {File} file @param {string} key */
export const markOf = (file, key) => `${key}|${file.size}|${file.lastModified}`;

/** Begun in this browser within a day, and sent by nobody now. @returns {[string, Open][]} */
export function interrupted() {
  const now = Date.now();
  for (const [mark, one] of Object.entries(kept())) if (now - one.began > DAY_MS) keep(mark, null);
  return Object.entries(kept()).filter(([, one]) => now - one.at > SILENT_MS);
}

const at = (/** @type {Open} */ open, what = "") => `/v1/multipart-uploads/${encodeURIComponent(open.upload)}${what}?${new URLSearchParams({ key: open.key })}`;

/** @param {string} mark @param {Open} open */
export async function giveUp(mark, open) {
  keep(mark, null);
  await fetch(at(open), { method: "DELETE" });
}

/** Stops and goes on. stop: ends the request that runs. */
export function holding() {
  let go = () => {};
  return {
    paused: false,
    stop: () => {},
    wait: Promise.resolve(),
    pause() { if (this.paused) return; this.paused = true; this.wait = new Promise((done) => { go = done; }); this.stop(); },
    resume() { this.paused = false; go(); },
  };
}
/** @typedef {ReturnType<typeof holding>} Hold */

/** @param {string} url @param {Blob} part @param {(bytes: number) => void} progress @param {Hold} hold @returns {Promise<void>} */
function put(url, part, progress, hold) {
  return new Promise((done, failed) => {
    const request = new XMLHttpRequest();
    hold.stop = () => request.abort();
    request.open("PUT", url);
    request.upload.onprogress = (event) => progress(event.loaded);
    request.onload = () => (request.status < 300 ? done() : failed(new Error(`the store answered ${request.status}`)));
    request.onerror = () => failed(new Error("the store cannot be reached from here"));
    request.onabort = () => failed(new Error("paused"));
    request.send(part);
  });
}

/** What was begun and its parts that the store has; begins where nothing (more) is known of it. @param {File} file @param {string} key */
async function opened(file, key) {
  const known = kept()[markOf(file, key)];
  const answer = known && (await fetch(at(known)));
  if (known && answer?.ok) return { open: known, there: await lying(file, known, answer) };
  const begun = await post("/v1/multipart-uploads", { key, bytes: file.size });
  const open = { ...begun, name: file.name, bytes: file.size, sent: 0, began: Date.now(), at: 0 };
  return { open: /** @type {Open} */ (open), there: new Set() };
}

/** Numbers of the parts that the store has whole. @param {File} file @param {Open} open @param {Response} answer @returns {Promise<Set<number>>} */
async function lying(file, open, answer) {
  const there = /** @type {{number: number, bytes: number}[]} */ (answer.ok ? await answer.json() : []);
  return new Set(there.filter(({ number, bytes }) => bytes === length(file, open, number)).map(({ number }) => number));
}

const length = (/** @type {File} */ file, /** @type {Open} */ open, /** @type {number} */ number) => Math.min(open.part_bytes, file.size - (number - 1) * open.part_bytes);

/** One part, again and again while the connection breaks; then it waits for somebody to go on. @param {File} file @param {Open} open @param {number} number @param {(bytes: number) => void} progress @param {Hold} hold @param {(why: string) => void} broken */
async function send(file, open, number, progress, hold, broken) {
  const from = (number - 1) * open.part_bytes;
  for (let tries = 1; ; tries += 1) {
    await hold.wait;
    try {
      const [{ url }] = await post(at(open, "/parts"), { numbers: [number] });
      await put(url, file.slice(from, from + open.part_bytes), progress, hold);
      return;
    } catch (error) {
      progress(0);
      // Where only the answer was lost, the part is there; sent again it would lie there twice.
      const had = await fetch(at(open)).then((answer) => lying(file, open, answer)).catch(() => null);
      if (had?.has(number)) return;
      if (hold.paused) { tries = 0; continue; }
      if (tries >= TRIES) { hold.pause(); broken(/** @type {Error} */ (error).message); tries = 0; continue; }
      await new Promise((done) => setTimeout(done, 500 * 2 ** tries));
    }
  }
}

/** Sends the file; its key in the inbox, and the server's time when it was whole. @param {File} file @param {string} key @param {(share: number) => void} progress @param {Hold} hold @param {(why: string) => void} broken */
export async function inParts(file, key, progress, hold, broken) {
  const { open, there } = await opened(file, key);
  const mark = markOf(file, key);
  const count = Math.ceil(file.size / open.part_bytes);
  let done = [...there].reduce((sum, number) => sum + length(file, open, number), 0);
  for (let number = 1; number <= count; number += 1) {
    if (there.has(number)) continue;
    keep(mark, { ...open, sent: done });
    await send(file, open, number, (bytes) => progress((done + bytes) / file.size), hold, broken);
    done += length(file, open, number);
    keep(mark, { ...open, sent: done });
  }
  const answer = await fetch(at(open, "/completion"), { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ bytes: file.size }) });
  if (!answer.ok) throw new Error((await answer.json()).detail);
  keep(mark, null);
  return { key: open.key, when: Date.parse(answer.headers.get("date") ?? "") || Date.now() };
}
