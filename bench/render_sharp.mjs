// sharp, given one file a line; says the CPU seconds that all outputs of it took. See bench/render.py.
import readline from "node:readline";
import sharp from "sharp";

const [how, folder] = process.argv.slice(2);
sharp.concurrency(1);
sharp.cache(false);

function output(image, { side, format, quality, pad }) {
  const sized = pad
    ? image.resize(side, side, { fit: "contain", background: "#ffffff", withoutEnlargement: false })
    : image.resize(side, side, { fit: "inside", withoutEnlargement: true });
  return format === "jpeg"
    ? sized.jpeg({ quality, progressive: true, ...(how === "once" && { quantisationTable: 3 }) })
    : sized.webp({ quality, ...(how === "once" && { effort: 2 }) });
}

async function run({ file, wanted }) {
  const before = process.cpuUsage();
  const largest = Math.max(...wanted.map((one) => one.side));
  let source = null;
  if (how === "once") {
    const { data, info } = await sharp(file)
      .rotate()
      .resize(largest, largest, { fit: "inside", withoutEnlargement: true })
      .raw()
      .toBuffer({ resolveWithObject: true });
    source = () => sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } });
  } else {
    source = () => sharp(file).rotate();
  }
  for (const one of wanted) {
    await output(source(), one).toFile(`${folder}/${how}-${one.side}.${one.format}`);
  }
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1e6;
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  process.stdout.write(JSON.stringify({ cpu: await run(JSON.parse(line)) }) + "\n");
}
