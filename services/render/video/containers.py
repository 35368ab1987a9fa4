"""Which demuxer and which decoders may open a video: our own table, never ffmpeg's guess.

ffmpeg left to itself tells a format by the bytes, and among its formats are playlists and scripts that name other files
and hosts. Here the container is told by `image/sniff.py`, the demuxer is forced, and a text file finds no row.
"""

from runtime.refusal import Refused
from services.render.image.sniff import sniff

# Sniffed name -> ffmpeg's demuxer.
DEMUXERS = {
    "mp4": "mov",
    "mov": "mov",
    "matroska": "matroska",
    "avi": "avi",
    "mpeg-ts": "mpegts",
    "mpeg": "mpeg",
}
VIDEO_DECODERS = (
    "h264", "hevc", "vp8", "vp9", "libvpx", "libvpx-vp9", "libdav1d", "av1",
    "mpeg1video", "mpeg2video", "mpeg4", "h263", "mjpeg", "prores", "dnxhd",
)  # fmt: skip
AUDIO_DECODERS = (
    "aac", "mp3", "mp3float", "mp2", "mp2float", "ac3", "eac3", "opus", "libopus", "vorbis", "flac", "alac",
    "amrnb", "amrwb", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_f32le",
    "pcm_u8", "pcm_mulaw", "pcm_alaw",
)  # fmt: skip
# Names of codecs as ffprobe says them, where they differ from the decoders' names.
CODECS = frozenset({*VIDEO_DECODERS, *AUDIO_DECODERS, "amr_nb", "amr_wb"})

CURE = "Export it as MP4 with H.264 video and AAC sound, and drop that."


def demuxer(head: bytes) -> str:
    """The demuxer for a file that begins so. Raises Refused for what is no video container of the table."""
    kind = sniff(head)
    if kind.name == "mpeg" and head[3:4] != b"\xba":  # bare pictures without a container
        raise Refused("The file is a bare MPEG video stream without a container.", CURE)
    if kind.name not in DEMUXERS:
        what = "a Flash video" if kind.name == "flv" else "in no video container that we take"
        raise Refused(f"The file is {what}.", CURE)
    return DEMUXERS[kind.name]


def input_options(demuxer_name: str) -> dict[str, str]:
    """What stands before every `-i`: the forced demuxer, and all doors but the one file closed."""
    options = {
        "format": demuxer_name,
        "protocol_whitelist": "file",
        "codec_whitelist": ",".join((*VIDEO_DECODERS, *AUDIO_DECODERS)),
        "max_streams": "64",
    }
    if demuxer_name == "mov":  # references to other files, which QuickTime knows, stay unread
        options |= {"enable_drefs": "0", "use_absolute_path": "0"}
    return options
