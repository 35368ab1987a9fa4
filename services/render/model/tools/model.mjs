// One model in, three files out: the Khronos validator's report, a plain GLB (nothing packed) that every program
// reads, and an optimised one for the web. Runs in the cage, started by services/render/model/tool.py:
//   node model.mjs FOLDER-OF-PACKAGES JOB.json
// Exit status 3 and a line on standard error when the model cannot be worked on; anything else than 0 is our fault.
import { readFileSync, writeFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'

const [packages, jobFile] = process.argv.slice(2)
const job = JSON.parse(readFileSync(jobFile, 'utf8'))
const MODEL_AT_FAULT = 3

// Pictures are libvips' work: what these two would bring (sharp, a second libvips) is not installed.
const stub = 'export const getPixels=0,savePixels=0,lanczos2=0,lanczos3=0;export default 0'
const stubs = new Set(['ndarray', 'ndarray-pixels', 'ndarray-lanczos'])
registerHooks({
  resolve(name, context, next) {
    if (stubs.has(name)) return { url: `data:text/javascript,${stub}`, shortCircuit: true }
    const ours = context.parentURL === import.meta.url && !/^(node:|file:|data:)/.test(name)
    return next(name, ours ? { ...context, parentURL: pathToFileURL(`${packages}/x.mjs`).href } : context)
  },
})

const validator = (await import('gltf-validator')).default
const { NodeIO, Logger, PropertyType } = await import('@gltf-transform/core')
const { ALL_EXTENSIONS, EXTTextureWebP, EXTTextureAVIF, KHRXMP } = await import('@gltf-transform/extensions')
const f = await import('@gltf-transform/functions')
const { MeshoptDecoder, MeshoptEncoder, MeshoptSimplifier } = await import('meshoptimizer')
const draco = (await import('draco3dgltf')).default
await Promise.all([MeshoptDecoder.ready, MeshoptEncoder.ready, MeshoptSimplifier.ready])

const bytes = new Uint8Array(readFileSync(job.input))
if (job.report) {
  const report = await validator.validateBytes(bytes, {
    maxIssues: 100,
    writeTimestamp: false,
    externalResourceFunction: (uri) => Promise.reject(`outside: ${uri}`),
  })
  writeFileSync(job.report, JSON.stringify(report))
}

const io = new NodeIO()
  .registerExtensions(ALL_EXTENSIONS)
  .registerDependencies({
    'draco3d.decoder': await draco.createDecoderModule(),
    'meshopt.decoder': MeshoptDecoder,
    'meshopt.encoder': MeshoptEncoder,
  })
  .setStrictResources(false)

const PACKED = new Set(['KHR_draco_mesh_compression', 'EXT_meshopt_compression'])

async function open() {
  const document = await (job.kind === 'glb'
    ? io.readBinary(bytes)
    : io.readJSON({ json: JSON.parse(new TextDecoder().decode(bytes)), resources: {} }))
  document.setLogger(new Logger(Logger.Verbosity.SILENT))
  for (const extension of document.getRoot().listExtensionsUsed())
    if (PACKED.has(extension.extensionName)) extension.dispose()
  forgetPeople(document)
  if (!document.getRoot().listBuffers().length) document.createBuffer()
  return document
}

function replaceTextures(document) {
  const textures = document.getRoot().listTextures()
  for (const given of job.textures)
    textures[given.index].setImage(new Uint8Array(readFileSync(given.file))).setMimeType(given.mime)
}

function drop(document, ...extensions) {
  for (const used of document.getRoot().listExtensionsUsed())
    if (extensions.some((kind) => used instanceof kind)) used.dispose()
}

// What viewers choose by name: glTF itself goes by numbers, also in animations and skins.
const CHOSEN = new Set(['Material', 'Animation', 'Variant', 'PrimitiveTarget'])

// Shops and programs write who made a model, where and with what into XMP, into the name of the program, and into the
// names and extras of whatever is in it. Copyright stays, and so do the names of a mesh's morph targets, which viewers
// look for in its extras.
function forgetPeople(document) {
  drop(document, KHRXMP)
  delete document.getRoot().getAsset().extras
  delete document.getRoot().getAsset().generator
  for (const property of new Set(document.getGraph().listEdges().map((edge) => edge.getChild()))) {
    if (!CHOSEN.has(property.propertyType)) property.setName('')
    const { targetNames } = property.propertyType === 'Mesh' ? property.getExtras() : {}
    property.setExtras(Array.isArray(targetNames) ? { targetNames } : {})
  }
  document.getRoot().setExtras({})
}

// Where a material is opaque, a colour's fourth part has no meaning; programs that use it all the same show holes.
function opaqueColours(document) {
  for (const mesh of document.getRoot().listMeshes())
    for (const primitive of mesh.listPrimitives()) {
      const colours = primitive.getAttribute('COLOR_0')
      if (colours?.getType() !== 'VEC4' || (primitive.getMaterial()?.getAlphaMode() ?? 'OPAQUE') !== 'OPAQUE') continue
      const kept = colours.getArray().filter((_, at) => at % 4 < 3)
      primitive.setAttribute('COLOR_0', colours.clone().setArray(kept).setType('VEC3'))
    }
}

function triangles(document) {
  return f.getSceneVertexCount(document.getRoot().getDefaultScene() ?? document.getRoot().listScenes()[0], 'render') / 3
}

async function makePlain() {
  const plain = await open()
  replaceTextures(plain)
  drop(plain, EXTTextureWebP, EXTTextureAVIF)
  opaqueColours(plain)
  await plain.transform(f.dequantize(), f.weld())
  writeFileSync(job.plain, await io.writeBinary(plain))
}

async function makeOptimised() {
  const small = await open()
  replaceTextures(small)
  drop(small, EXTTextureAVIF)
  opaqueColours(small)
  if (job.textures.length) small.createExtension(EXTTextureWebP).setRequired(true)
  await small.transform(
    f.dedup(),
    f.prune({ keepSolidTextures: true, keepAttributes: false, keepExtras: true }),
    f.weld(),
    f.resample({ ready: MeshoptEncoder.ready }),
  )
  const before = triangles(small)
  if (before > job.triangles)
    await small.transform(f.simplify({ simplifier: MeshoptSimplifier, ratio: job.triangles / before, error: job.error }))
  const unpacked = await io.writeBinary(small)
  await small.transform(f.meshopt({ encoder: MeshoptEncoder, level: 'medium' }))
  const packed = await io.writeBinary(small)
  // A box of twelve triangles only grows by being packed.
  writeFileSync(job.optimised, packed.length < unpacked.length ? packed : unpacked)
  process.stdout.write(JSON.stringify({ triangles: Math.round(triangles(small)) }))
}

try {
  if (job.plain) await makePlain()
  if (job.optimised) await makeOptimised()
} catch (error) {
  process.stderr.write(`${error?.message ?? error}\n`)
  process.exit(MODEL_AT_FAULT)
}
