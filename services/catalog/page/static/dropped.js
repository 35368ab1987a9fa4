// @ts-check
/** What was dropped: files, and those of folders with their path, as when a folder is chosen. */

/** @typedef {{file: File, path: string}} Dropped path: with the names of the folders that were dropped with it */
const NOTHING = /^(\._.*|\.DS_Store|Thumbs\.db|desktop\.ini)$/i; // what file managers leave in folders

/** A folder's entries come a hundred at a time. @param {FileSystemDirectoryReader} reader @returns {Promise<FileSystemEntry[]>} */
async function entries(reader) {
  /** @type {FileSystemEntry[]} */
  const all = [];
  for (;;) {
    const some = await new Promise((/** @type {(found: FileSystemEntry[]) => void} */ done, failed) => reader.readEntries(done, failed));
    if (!some.length) return all;
    all.push(...some);
  }
}

/** @param {FileSystemEntry} entry @returns {Promise<Dropped[]>} */
async function walk(entry) {
  if (entry.isDirectory) {
    const inside = await entries(/** @type {FileSystemDirectoryEntry} */ (entry).createReader());
    return (await Promise.all(inside.filter((one) => !NOTHING.test(one.name)).map(walk))).flat();
  }
  const file = await new Promise((/** @type {(found: File) => void} */ done, failed) => /** @type {FileSystemFileEntry} */ (entry).file(done, failed));
  return [{ file, path: entry.fullPath.replace(/^\/+/, "") }];
}

/** Asks at once what was dropped, for the browser tells only while it is; throws where a folder cannot be read.
 *  @param {DataTransfer} transfer @returns {Promise<Dropped[]>} */
export function dropped(transfer) {
  const items = [...transfer.items].filter((one) => one.kind === "file");
  const found = items.map((one) => /** @type {const} */ ([one.webkitGetAsEntry(), one.getAsFile()]));
  return Promise.all(found.map(([entry, file]) => (entry ? walk(entry) : file ? [{ file, path: file.name }] : []))).then((all) => all.flat());
}
