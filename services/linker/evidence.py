"""What speaks of an asset: name, folders, fields, what is read in it → sources of tokens, and the keys to look up."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from schemas.file import FileFacet
from services.linker.codes import CodedName, coded, gtins, near_gtins
from services.linker.files import FILE, file_key
from services.linker.names import deletions, joined, ngrams, spellings, tokens, without_ending
from services.linker.pairs import seconds
from services.linker.products import SHORTEST_NEAR
from services.linker.roles import Role, role_told, role_word
from services.linker.rules import Reading
from services.linker.selective import selective
from services.linker.times import without_times
from services.linker.vocabulary import CAMERAS, COLOURS, SIZES, is_noise, without_counters

FOLDERS = 3
"""How many folders above the file may speak of it."""
TOLD = frozenset({"sku", "gtin", "ean", "upc", "barcode", "productid", "product", "article", "articlenumber"})
"""Embedded fields (folded, without signs) that exist to name a product."""
DESCRIBING = frozenset(
    {"title", "productname", "headline", "keywords", "subject", "description", "imagedescription", "caption"}
    | {"reference", "transmissionreference", "documentname", "objectname", "instructions", "jobid"}
)
"""Fields that may name one. Others are not asked: the camera's own model is a product too, in a shop of cameras."""
LISTED = frozenset({"sku", "role", "artist"})
"""Fields that only a folder's list has; side-cars say `gtin` once, lists as several."""
SIDECAR = frozenset({"productid", "reference"})
"""Those that only a side-car has."""
RULE = "rule"
"""Kind of the source that a naming rule reads."""
NAMES = frozenset({"filename", "gs1-name", "amazon-name"})
"""Kinds of sources that are the file's own name."""
SHORT_CODE = re.compile(r"[xv]\d+")
"""Elsewhere than at a name's beginning it is a size or an edition."""
_LONGEST_FIELD = 2000


@dataclass(frozen=True)
class Source:
    """One sequence of tokens that speaks of the asset. kind: rule, one of NAMES, pim-file, folder, metadata, barcode or
    text.

    `told` marks fields and codes made to name a product; `text` is shown to people, as is `place`: where metadata
    stands.
    """

    kind: str
    text: str
    tokens: tuple[str, ...]
    told: bool = False
    place: str = ""
    umlauts: tuple[str, ...] = ()
    """The same tokens with `ü` as `ue` rather than `u`; () where that makes no odds."""

    @property
    def spelled(self) -> tuple[tuple[str, ...], ...]:
        """Its tokens in every spelling."""
        return (self.tokens, self.umlauts) if self.umlauts else (self.tokens,)


@dataclass(frozen=True)
class RoleTold:
    """What a list beside the file, or its uploader, says that it shows; `text` as it stands there."""

    role: Role
    text: str
    place: str


@dataclass(frozen=True)
class AssetEvidence:
    """All sources of one asset, the name first, its name by a scheme if it has one, and the role that it was given.

    ruled: what a naming rule reads in the name. Then nothing else in the name names a product.
    """

    name: str
    sources: tuple[Source, ...]
    code: CodedName | None = None
    role: RoleTold | None = None
    ruled: Reading | None = None

    @property
    def named(self) -> Source | None:
        """The file's own name, where it says anything; where a rule reads it, what that reads."""
        kinds = {RULE} if self.ruled else NAMES
        return next((source for source in self.sources if source.kind in kinds), None)

    @property
    def written(self) -> Source | None:
        """The file's own name as it is written."""
        return next((source for source in self.sources if source.kind in NAMES), None)


def read_evidence(
    name: str,
    folder: str = "",
    metadata: Mapping[str, Any] | None = None,
    beside: Mapping[str, Any] | None = None,
    uploaded: Mapping[str, Any] | None = None,
    ruled: Reading | None = None,
    tagged: Mapping[str, Any] | None = None,
) -> AssetEvidence:
    """name: file name with its ending; folder: its path with `/`; ruled: what a naming rule reads in both.

    metadata: embedded field → text, number or list of these; uploaded: the same from the object's own metadata;
    tagged: from its tags; beside: from side-cars and lists. The later wins.
    """
    stem = unquote(without_ending(name))  # `mh01%20black` came from an address
    code = coded(stem)
    kind = code.kind if code else "filename"
    sources = [_source(kind, stem)]
    folders = [unquote(part) for part in folder.split("/") if part not in ("", ".", "..")][-FOLDERS:]
    sources += [_source("folder", part) for part in reversed(folders)]
    sources += [Source(FILE, name, (key,), told=True)] if (key := file_key(name)) else []
    sources += [_ruled(ruled)] if ruled and not ruled.target else []
    said = {field: (value, "embedded metadata") for field, value in (metadata or {}).items()}
    said |= {field: (value, "object's metadata") for field, value in (uploaded or {}).items()}
    said |= {field: (value, "object's tags") for field, value in (tagged or {}).items()}
    said |= {field: (value, _beside(field, value)) for field, value in (beside or {}).items()}
    for field, (value, place) in sorted(said.items()):
        words = value if isinstance(value, Sequence) and not isinstance(value, str | bytes) else [value]
        field_name = "".join(tokens(field.rpartition(":")[2]))
        if field_name not in TOLD and field_name not in DESCRIBING:
            continue
        told = field_name in TOLD
        texts = [str(word)[:_LONGEST_FIELD] for word in words if isinstance(word, str | int) and str(word).strip()]
        sources += [_source("metadata", text, told, place) for text in texts]
    role = _role_told(beside, "folder's list")
    role = role or _role_told(tagged, "object's tags") or _role_told(uploaded, "object's metadata")
    return AssetEvidence(name, tuple(source for source in sources if source.tokens), code, role, ruled)


def evidence_at(key: str, facts: Mapping[str, Any], ruled: Reading | None = None) -> AssetEvidence:
    """The same of a file by its key. facts: see `facts_of`."""
    folder, _, name = key.rpartition("/")
    return read_evidence(name, folder, facts["embedded"], facts["sidecar"], facts["object"], ruled, facts["tags"])


def facts_of(file: FileFacet) -> dict[str, dict[str, Any]]:
    """What is written about a file, as the view keeps it, by where it stands."""
    return {"embedded": file.embedded, "sidecar": file.sidecar, "object": file.metadata, "tags": file.tags}


def _source(kind: str, text: str, told: bool = False, place: str = "") -> Source:
    """A source with its tokens; where it is not made to name a product, those of times and counters are taken together:
    a title is often what the camera called the file."""
    both = spellings(text)
    own, *others = both if told else tuple(without_counters(without_times(parts)) for parts in both)
    umlauts = next((parts for parts in others if len(parts) == len(own)), ())
    return Source(kind, text, own, told, place, umlauts)


def _ruled(reading: Reading) -> Source:
    place = f"file name, read by the naming rule “{reading.rule}”,"
    return Source(RULE, reading.said, tokens(reading.said), told=True, place=place)


def _beside(field: str, value: object) -> str:
    """Where a field that is not embedded stands, for people."""
    name = "".join(tokens(field))
    if name in LISTED or (name == "gtin" and isinstance(value, list)):
        return "folder's list"
    return "side-car" if name in SIDECAR or name == "gtin" else "side-car or list beside it"


def _role_told(said: Mapping[str, Any] | None, place: str) -> RoleTold | None:
    """None where nothing is said, or no word that we know: the name tells then."""
    value = (said or {}).get("role")
    text = str(value)[:100] if isinstance(value, str | int) else ""
    role = role_told(text)
    return RoleTold(role, text, place) if role else None


def cores(parts: tuple[str, ...]) -> list[tuple[str, ...]]:
    """Tokens without noise; then, one by one, without the roles and numbers at the end that count pictures.

    `ab 1 front copy` may be the article `ab 1` seen from the front or the first picture of `ab`: all are given.
    """
    begins = SHORT_CODE.fullmatch(parts[0]) if parts else None  # `X12_front` may be the article X12
    rest = parts[1:] if begins else parts
    kept = (*(parts[:1] if begins else ()), *(part for part in rest if not is_noise(part) and part not in CAMERAS))
    found = [kept] if kept else []
    while len(kept) > 1 and (role_word(kept[-1]) or (kept[-1].isdigit() and len(kept[-1]) <= 2)):
        kept = kept[:-1]
        found.append(kept)
    return found


def wholes(parts: tuple[str, ...]) -> list[tuple[str, ...]]:
    """`cores`, and what is left of them without colours: `red mug` may be MUG in red."""
    found = cores(parts)
    bare = [tuple(part for part in whole if part not in COLOURS) for whole in found]
    return found + [one for one in bare if one not in found and any(p not in SIZES and not role_word(p) for p in one)]


def core(parts: tuple[str, ...]) -> tuple[str, ...]:
    """The shortest of `cores`: what may name a product, or () where nothing does."""
    found = cores(parts)
    return found[-1] if found else ()


def keys_of(evidence: AssetEvidence) -> set[str]:
    """The keys of an asset for the table `asset_key(key, asset)`."""
    keys: set[str] = set()
    for parts in runs(evidence):
        keys |= {key for begin, end, key in ngrams(parts) if selective(key, parts[begin:end])}
        keys |= {key for one in seconds(parts) if selective(key := joined(one.code), one.code)}
        keys |= {f"g:{full}" for _, full in gtins(parts)}
        keys |= {f"g:{full}" for _, full in near_gtins(parts)}
    for source in evidence.sources:
        keys |= _anchored(source)
    return keys | typo_keys(evidence)


def runs(evidence: AssetEvidence) -> list[tuple[str, ...]]:
    """The token sequences that keys are cut from, in each spelling; folder and name also as one, for a SKU split over
    both."""
    as_typed = _runs(evidence, [source.tokens for source in evidence.sources])
    if not any(source.umlauts for source in evidence.sources):
        return as_typed
    return as_typed + _runs(evidence, [source.umlauts or source.tokens for source in evidence.sources])


def _runs(evidence: AssetEvidence, spelled: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    each = list(zip(evidence.sources, spelled, strict=True))
    above = tuple(part for source, parts in reversed(each) if source.kind == "folder" for part in parts)
    named = [parts for source, parts in each if source.kind in NAMES]
    told = [parts for source, parts in each if source.kind not in NAMES and source.kind != "folder"]
    return [*(above + name for name in named), *told] if named else [above, *told]


def _anchored(source: Source) -> set[str]:
    if source.kind == "text":
        return set()  # `A1` on a label is hardly the article A1
    said = (whole for parts in source.spelled for whole in wholes(parts))
    short = {joined(whole) for whole in said if not selective(joined(whole), whole)}
    return {f"={key}" for key in short if not (source.kind == "folder" and key.isdigit())}


def typo_keys(evidence: AssetEvidence) -> set[str]:
    """Those of them that survive one typo in the whole name; they meet `near_keys`. Names by a scheme are no slips."""
    whole = core(evidence.named.tokens) if evidence.named and not evidence.code else ()
    key = joined(whole)
    if not SHORTEST_NEAR - 1 <= len(key) <= 40 or key.replace(".", "").isdigit() or not selective(key, whole):
        return set()
    return {f"~{near}" for near in deletions(key)}


def asset_keys(name: str, folder: str = "", metadata: Mapping[str, Any] | None = None) -> set[str]:
    """`keys_of(read_evidence(...))`: a link is possible only where these meet `product_keys`."""
    return keys_of(read_evidence(name, folder, metadata))
