// @ts-check
/** Search by a picture that is not in the library: chosen, dropped on the search box, or pasted into it. */
import { byId, toast } from "./talk.js";

const LONGEST = 1024; // pixels: it is looked at small
const SMALL = 1 << 20; // bytes that are sent as they are

/** A smaller copy of what the browser can open; the file itself where it cannot. @param {File} file @returns {Promise<Blob>} */
async function smaller(file) {
  if (file.size <= SMALL) return file;
  const picture = await createImageBitmap(file).catch(() => null);
  if (!picture) return file;
  const share = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width * share));
  canvas.height = Math.max(1, Math.round(picture.height * share));
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob((made) => done(made ?? file), "image/png"));
}

/** @param {File} file */
async function search(file) {
  toast("Looking at the picture …");
  try {
    const answer = await fetch("/v1/shown-pictures", {
      method: "POST", headers: { "Content-Type": "application/octet-stream" }, body: await smaller(file),
    });
    const told = await answer.json();
    if (!answer.ok) throw new Error(told.detail ?? answer.statusText);
    const typed = /** @type {HTMLInputElement} */ (byId("q")).value.trim();
    const here = location.pathname === "/" ? new URLSearchParams(location.search) : new URLSearchParams();
    for (const name of ["like", "cursor", "selected"]) here.delete(name);
    if (typed) here.set("q", typed);
    here.set("like", told.like);
    location.href = `/?${here}`;
  } catch (error) {
    toast(/** @type {Error} */ (error).message);
  }
}

export function startLike() {
  const form = /** @type {HTMLFormElement | null} */ (document.querySelector("form.search"));
  const chooser = /** @type {HTMLInputElement} */ (byId("by-picture"));
  chooser.addEventListener("change", () => { if (chooser.files?.[0]) void search(chooser.files[0]); chooser.value = ""; });
  form?.addEventListener("dragover", (event) => { if (event.dataTransfer?.types.includes("Files")) form.classList.add("over"); });
  form?.addEventListener("dragleave", () => form.classList.remove("over"));
  form?.addEventListener("drop", (event) => {
    form.classList.remove("over");
    const file = event.dataTransfer?.files[0];
    if (file) { event.preventDefault(); void search(file); }
  });
  form?.addEventListener("paste", (event) => {
    const file = event.clipboardData?.files[0];
    if (file) { event.preventDefault(); void search(file); }
  });
}
