"""The table of demuxers: what is no video container finds no row, whatever its name."""

import pytest

from runtime.refusal import Refused
from services.render.video.containers import DEMUXERS, demuxer, input_options

HEADS = {
    "mov": b"\x00\x00\x00\x20ftypisom\x00\x00\x02\x00isomiso2avc1mp41",
    "matroska": b"\x1a\x45\xdf\xa3" + bytes(60),
    "avi": b"RIFF\x00\x00\x00\x00AVI LIST",
    "mpegts": b"\x47" + bytes(187) + b"\x47" + bytes(187),
    "mpeg": b"\x00\x00\x01\xba" + bytes(60),
}
HOSTILE = {
    "m3u8": b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
    "ffconcat": b"ffconcat version 1.0\nfile /etc/passwd\n",
    "sdp": b"v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n",
    "mpd": b'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"></MPD>',
    "flv": b"FLV\x01\x05\x00\x00\x00\x09",
    "bare mpeg": b"\x00\x00\x01\xb3" + bytes(60),
    "gif": b"GIF89a" + bytes(60),
    "empty": b"",
}


@pytest.mark.parametrize("name", HEADS)
def test_each_container_has_its_demuxer(name: str) -> None:
    assert demuxer(HEADS[name]) == name
    assert name in DEMUXERS.values()


@pytest.mark.parametrize("name", HOSTILE)
def test_all_else_is_refused_with_a_cure(name: str) -> None:
    with pytest.raises(Refused) as refusal:
        demuxer(HOSTILE[name])
    assert "MP4" in refusal.value.cure


@pytest.mark.parametrize("name", set(DEMUXERS.values()))
def test_every_input_is_closed_but_for_its_file(name: str) -> None:
    options = input_options(name)
    assert options["format"] == name and options["protocol_whitelist"] == "file"
    assert "h264" in options["codec_whitelist"].split(",") and "flic" not in options["codec_whitelist"]
    assert (name != "mov") or (options["enable_drefs"], options["use_absolute_path"]) == ("0", "0")
