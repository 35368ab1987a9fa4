"""What a 3D model may be. A phone shows far less than the most that is taken here."""

MEGA = 1_000_000
MAX_FILE = 256 * 2**20
MAX_JSON_DEPTH = 200
MAX_NODES = 20_000
MAX_DEPTH = 100  # of the tree of nodes
MAX_ACCESSORS = 100_000
MAX_TRIANGLES = 5 * MEGA
MAX_VERTICES = 10 * MEGA
MAX_IMAGES = 256
MAX_IMAGE_PIXELS = 68 * MEGA  # 8192 x 8192
MAX_ALL_PIXELS = 270 * MEGA  # four of them
MAX_USDZ_FILES = 1_000
# What can be drawn and carried over. A model that *requires* another extension would look wrong without a word.
EXTENSIONS = frozenset({
    "KHR_draco_mesh_compression", "EXT_meshopt_compression", "KHR_mesh_quantization", "EXT_texture_webp",
    "EXT_texture_avif", "KHR_texture_transform", "KHR_lights_punctual", "KHR_materials_variants",
    "EXT_mesh_gpu_instancing", "KHR_node_visibility", "KHR_xmp_json_ld", "KHR_materials_anisotropy",
    "KHR_materials_clearcoat", "KHR_materials_diffuse_transmission", "KHR_materials_dispersion",
    "KHR_materials_emissive_strength", "KHR_materials_ior", "KHR_materials_iridescence", "KHR_materials_sheen",
    "KHR_materials_specular", "KHR_materials_transmission", "KHR_materials_unlit", "KHR_materials_volume",
    "KHR_materials_pbrSpecularGlossiness",
})  # fmt: skip
