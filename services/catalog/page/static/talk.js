// @ts-check
/** Requests to our own API, and the line that says how they went. */

/** @param {string} id @returns {HTMLElement} */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no #${id}`);
  return found;
}

let timer = 0;
/** Says something for four seconds, to screen readers too. @param {string} text */
export function toast(text) {
  const line = byId("toast");
  line.textContent = text;
  line.hidden = false;
  clearTimeout(timer);
  timer = window.setTimeout(() => { line.hidden = true; }, 4000);
}

/** Tells screen readers what everybody else sees. @param {string} text */
export function say(text) {
  byId("said").textContent = text;
}

/** Sends JSON; throws with the problem in words. @param {string} url @param {object} [body] @returns {Promise<any>} */
export const post = (url, body = {}) => send("POST", url, body);

/** The same by another method. @param {string} method @param {string} url @param {object} [body] @param {Record<string, string>} [headers] @returns {Promise<any>} */
export async function send(method, url, body = {}, headers = {}) {
  const answer = await fetch(url, {
    method, headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(body),
  });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.detail || answer.statusText);
  return told;
}

const TRIES = 20;
const PAUSE_MS = 500;

/** The answer about what was just said: the view knows it within seconds. @param {string} url @param {string} [method] @returns {Promise<Response>} 404: it still does not */
export async function onceKnown(url, method = "GET") {
  for (let tries = 1; ; tries += 1) {
    const answer = await fetch(url, { method });
    if (answer.status !== 404 || tries === TRIES) return answer;
    await new Promise((done) => { window.setTimeout(done, PAUSE_MS); });
  }
}

/** A fragment of HTML from our own templates. @param {string} url @returns {Promise<DocumentFragment | null>} */
export async function fragment(url) {
  const answer = await fetch(url);
  if (answer.status === 401) location.reload();
  if (!answer.ok) return null;
  const box = document.createElement("template");
  box.innerHTML = await answer.text();
  return box.content;
}
