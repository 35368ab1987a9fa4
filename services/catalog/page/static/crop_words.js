// @ts-check
/** What becomes of a picture in a size, in words. Pure. */
import { alike, WHOLE } from "./boxes.js";

/** @typedef {import("./boxes.js").Box} Box */
/** @typedef {import("./boxes.js").Point} Point */

/** @param {{mode: string, sheet: boolean, crop: Box | null}} shape crop: its own @param {Box} box what it shows @param {{focal: Point | null, crop: Box | null}} said of all sizes */
export function how(shape, box, said) {
  const part = shape.crop ? "The part you set" : said.crop ? "Your crop" : alike(box, WHOLE) ? "The whole picture" : "The product";
  if (shape.mode === "fit") return part;
  if (shape.mode === "pad") return `${part} on a sheet`;
  if (shape.crop) return "Cut as you set it";
  if (alike(box, WHOLE) && (said.focal || said.crop || !shape.sheet)) return part;
  if (said.focal) return "Cut around the focal point";
  if (said.crop) return "Cut out of your crop, about here: set a focal point to say where";
  return shape.sheet ? `${part} on a sheet, for a cut would harm it; a focal point cuts it all the same` : "Cut by ourselves";
}
