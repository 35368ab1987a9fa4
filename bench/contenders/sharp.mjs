// sharp, given one file a line; says the CPU seconds that all outputs of it took. See bench/contenders/sharp.py.
import readline from "node:readline";
import sharp from "sharp";

const [how, folder] = process.argv.slice(2);
const ours = how === "tuned"; // our encoders' settings; else sharp's own, but that JPEGs are progressive as ours
sharp.concurrency(1);
sharp.cache(false);

function output(image, { side, format, quality, pad }) {
  const sized = pad
    ? image.resize(side, side, { fit: "contain", background: "#ffffff", withoutEnlargement: false })
    : image.resize(side, side, { fit: "inside", withoutEnlargement: true });
  return format === "jpeg"
    ? sized.jpeg({ quality, progressive: true, ...(ours && { quantisationTable: 3 }) })
    : sized.webp({ quality, ...(ours && { effort: 2 }) });
}

async function decodedOnce(file, largest) {
  const { data, info } = await sharp(file)
    .rotate()
    .resize(largest, largest, { fit: "inside", withoutEnlargement: true })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return () => sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } });
}

async function run({ file, wanted }) {
  const before = process.cpuUsage();
  const largest = Math.max(...wanted.map((one) => one.side));
  // A single output needs no pixels in between: nobody would write that.
  const once = how !== "each" && wanted.length > 1;
  const source = once ? await decodedOnce(file, largest) : () => sharp(file).rotate();
  for (const one of wanted) {
    await output(source(), one).toFile(`${folder}/${one.name}`);
  }
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1e6;
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify({ cpu: await run(JSON.parse(line)) }) + "\n");
}
