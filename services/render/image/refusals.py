"""What is not rendered, said in plain words with what to send instead. The same list is in docs/formats.md."""

from runtime.refusal import Refused

PICTURE = "Export a JPEG, PNG or TIFF of it and drop that."
# Sniffed name -> (what it is, what to do).
NOT_YET: dict[str, tuple[str, str]] = {
    "heic": ("A HEIC photo", "Set the phone's camera to 'Most compatible', or export the photo as JPEG."),
    "raw": ("A camera's RAW file", "Develop it and drop the JPEG or TIFF."),
    "psd": ("A Photoshop file", PICTURE),
    "svg": ("An SVG drawing", "Export it as PNG, 2000 pixels wide, and drop that."),
    "bmp": ("A BMP picture", "Save it as PNG and drop that."),
    "ico": ("An icon file", "Save it as PNG and drop that."),
    "jp2": ("A JPEG 2000 picture", PICTURE),
    "jxl": ("A JPEG XL picture", PICTURE),
    "exr": ("An OpenEXR picture", PICTURE),
    "hdr": ("A Radiance picture", PICTURE),
    "tga": ("A TGA picture", "Save it as PNG and drop that."),
    "ppm": ("A portable pixmap", "Save it as PNG and drop that."),
    "pdf": ("A PDF document", "Export the page that you need as JPEG or PNG."),
    "glb": ("A 3D model", "Drop pictures of it, taken or rendered, as JPEG or PNG."),
    "gltf": ("A 3D model", "Drop pictures of it, taken or rendered, as JPEG or PNG."),
    **dict.fromkeys(
        ("mp4", "mov", "avi", "matroska", "flv", "mpeg", "mpeg-ts"),
        ("A video", "Drop a still of it as JPEG or PNG until videos are taken."),
    ),
}
NEVER: dict[str, tuple[str, str]] = {
    "eps": ("The file is PostScript: a program, not a picture.", "Export it as PDF, PNG or TIFF."),
    "zip": ("The file is an archive or a package.", "Unpack it and drop the pictures themselves."),
    "gzip": ("The file is compressed with gzip.", "Unpack it and drop the pictures themselves."),
}


def refuse_kind(name: str) -> Refused:
    """The refusal for a format that has no loader here, by its sniffed name."""
    if name in NOT_YET:
        what, cure = NOT_YET[name]
        return Refused(f"{what} cannot be rendered yet.", cure)
    if name in NEVER:
        return Refused(*NEVER[name])
    return Refused("The file is in no picture format that we know.", "Drop JPEG, PNG, WebP, GIF, TIFF or AVIF files.")
