"""What is not rendered, said in plain words with what to send instead. The same list is in docs/formats.md."""

from runtime.refusal import Refused

PICTURE = "Export a JPEG, PNG or TIFF of it and drop that."
# Sniffed name -> (what it is, what to do).
NOT_YET: dict[str, tuple[str, str]] = {
    "exr": ("An OpenEXR picture", PICTURE),
    "hdr": ("A Radiance picture", PICTURE),
}
NEVER: dict[str, tuple[str, str]] = {
    "empty": ("The file is empty.", "Copy it again and drop it once more."),
    "eps": (
        "The file is PostScript (EPS, or AI without PDF inside): a program, not a picture.",
        "Save it as PDF, or as AI with 'Create PDF Compatible File', or export it as PNG or TIFF.",
    ),
    "flv": ("The file is a Flash video.", "Export it as MP4 with H.264 video and AAC sound, and drop that."),
    "zip": ("The file is an archive or a package.", "Unpack it and drop the files in it."),
    "gzip": ("The file is compressed with gzip, and no SVG drawing is in it.", "Unpack it and drop the files in it."),
    "archive": ("The file is an archive.", "Unpack it and drop the files in it."),
    "cur": ("The file is a mouse pointer, not a picture.", "Save it as PNG and drop that."),
    "playlist": ("The file is a playlist: it only names other files.", "Drop the video file itself."),
    "web-page": ("The file is a web page, not a picture.", "Save the picture itself and drop that."),
    "program": ("The file is a program.", "Drop pictures, videos, 3D models or PDFs."),
}


def refuse_kind(name: str) -> Refused:
    """The refusal for a format that has no decoder here, by its sniffed name."""
    if name in NOT_YET:
        what, cure = NOT_YET[name]
        return Refused(f"{what} cannot be rendered yet.", cure)
    if name in NEVER:
        return Refused(*NEVER[name])
    return Refused(
        "We do not know what kind of file this is: its first bytes fit no format that we take.",
        "Open it on your machine; if it shows, export it as JPEG, PNG or TIFF and drop that.",
    )
