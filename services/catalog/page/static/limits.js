// @ts-check
/** Where alone a picture may be shown, as people type it. Pure. */

export const EVERYWHERE = "everywhere";
export const HOW_LIMITED = "Such as: markets de, at; locales de-DE; channels webshop. Or: everywhere";

/** `markets de, at; channels print` as an object, empty for everywhere; null where a part is of none of our kinds. @param {string} text */
export function limitsOf(text) {
  /** @type {Record<string, string[]>} */
  const found = {};
  if (text.toLowerCase() === EVERYWHERE) return found;
  for (const part of text.split(";").map((one) => one.trim()).filter(Boolean)) {
    const [, kind = "", names = ""] = /^(market|locale|channel)s?:?\s+(.+)$/i.exec(part) ?? [];
    if (!kind) return null;
    found[`${kind.toLowerCase()}s`] = names.split(",").map((one) => one.trim()).filter(Boolean);
  }
  return found;
}
