"""Faults planted in a real shop's pictures: what share of each kind the audit finds, and how often it errs.

    export PACKSHOT_HOME=… PACKSHOT_MEDIA=…                      a copy of its own
    python -m bench.planted prepare FOLDER && packshot up
    packshot folders apply FOLDER/folders.yaml && packshot link --rules FOLDER/naming.yaml --apply
    packshot submit FOLDER/products.csv FOLDER/shop FOLDER/agency           and wait until nothing is behind
    python -m bench.planted report-use FOLDER                                some are used somewhere
    packshot submit FOLDER/later/shop                                       and get a successor
    packshot submit --full --yes FOLDER/left.csv                            some products end
    packshot audit --all --json | python -m bench.planted compare FOLDER    once likeness is compared

Drawn by a seed from `luma/` and `camera/`, each picture used once. What is faulty, and how, is known because code did
it (`planted_faults.py`); the clean ones are as their studio sent them. Every second of each kind is held out:
thresholds are set by the others. A rule that finds less than 0.95 of its faults, or more than 2 % of the clean, is off
by default.
"""

import csv
import json
import os
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from bench import planted_faults as faults
from cli import home as homes
from cli.api import ask

SEED = 9
MANY, FEW = 4, 3
CAMERA = (
    "Apple iPhone 4S", "Canon EOS 450D", "Canon IXUS v2", "Canon PowerShot G2 (2)", "Canon PowerShot SD850 IS",
    "HP PhotoSmart C812", "Minolta DiMAGE S404", "Nikon D60",
)  # fmt: skip
CLEAN = 70
NAMING = "rules:\n  - {name: shop, folder: shop, pattern: '(?P<sku>[A-Z0-9]+-[A-Za-z]+)_(?P<role>[a-z]+)'}\n"
FOLDERS = 'folders:\n  shop: {rights: "Own photographs, no limits"}\n'
ENOUGH, ERRS = 0.95, 0.02
Make = Callable[[faults.Picture], bytes]


class Kind(NamedTuple):
    """make: of a main picture. rule: which has to find it."""

    rule: str
    """Or several, with commas: one of them."""
    cases: int
    make: Make | None = None


KINDS: dict[str, Kind] = {
    "blurred": Kind("blurred", MANY, faults.blurred),
    "too dark": Kind("too-dark", MANY, faults.dark),
    "burnt out": Kind("burnt-out", MANY, faults.burnt),
    "cropped": Kind("cut-off", MANY, faults.cropped),
    "off-white ground": Kind("ground", MANY, faults.off_white),
    "tiny": Kind("small", FEW, faults.tiny),
    "enlarged": Kind("enlarged", MANY, faults.enlarged),
    "writing laid over": Kind("laid-over", MANY, faults.marked),
    "colour cast": Kind("cast", MANY, faults.tinted),
    "transparent": Kind("transparent", MANY, faults.transparent),
    "squeezed": Kind("compressed", MANY, faults.squeezed),
    "broken": Kind("refused", FEW, faults.cut_short),
    "exact copy": Kind("twins", FEW),
    "re-encoded copy": Kind("alike", MANY),
    "mirrored, of another product": Kind("elsewhere", MANY),
    "colours swapped": Kind("other-colour", MANY),
    "colour drifts": Kind("drift", MANY),
    "another product's code": Kind("other-code, contradiction", MANY),
    "code of an old pack": Kind("old-pack", MANY),
    "role": Kind("other-role", MANY),
    "name": Kind("misnamed", FEW),
    "no alternative text": Kind("no-alt", FEW),
    "no rights": Kind("no-rights", FEW),
    "discontinued": Kind("discontinued", FEW),
    "superseded": Kind("superseded", FEW),
    "no main picture": Kind("no-main", FEW),
    "unlinked": Kind("unlinked", FEW),
    "one main of two products": Kind("shared-main", FEW),
}


class Planted(NamedTuple):
    """One file. found_as: key or SKU that its rule has to name; another file of the same `pair` will do."""

    kind: str
    part: str
    key: str
    sku: str
    found_as: str
    pair: str = ""


class Shop:
    """Luma's pictures by variant, each given once."""

    def __init__(self, media: Path) -> None:
        self.media = media
        self.pictures: dict[str, dict[str, str]] = defaultdict(dict)
        with (media / "luma/truth.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row["sku"].count("-") != 2:  # a model's own
                    continue
                model, _, colour = row["sku"].split("-")
                view = row["file"].rpartition("_")[2].removesuffix(".jpg")
                if view in ("main", "back"):
                    self.pictures[f"{model}-{colour}"][view] = row["file"]
        with (media / "luma/products.csv").open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if row["sku"].count("-") == 2]
        self.names = {row["sku"].split("-")[0]: row["name"].rsplit("-", 2)[0] for row in rows}
        self._left = sorted(self.pictures)
        random.Random(SEED).shuffle(self._left)

    def take(self, *views: str, other_than: str = "", of: str = "") -> str:
        """A variant that has these views, of another model than this, or another colour of that one."""
        for variant in self._left:
            model = variant.split("-")[0]
            if set(views) <= self.pictures[variant].keys() and model != other_than and of in ("", model):
                self._left.remove(variant)
                return variant
        raise LookupError(f"{views} of {of or 'any model'} is used up")

    def pair(self) -> tuple[str, str]:
        """Two colours of one model."""
        counts = Counter(variant.split("-")[0] for variant in self._left if "main" in self.pictures[variant])
        model = max(counts, key=lambda one: (counts[one], one))
        return self.take("main", of=model), self.take("main", of=model)

    def open(self, variant: str, view: str = "main") -> faults.Picture:
        """Its pixels."""
        return faults.opened(str(self.media / "luma/images" / self.pictures[variant][view]))

    def bytes(self, variant: str, view: str = "main") -> bytes:
        """As the studio sent it."""
        return (self.media / "luma/images" / self.pictures[variant][view]).read_bytes()


class Planting:
    """Writes the set into `folder`."""

    def __init__(self, shop: Shop, folder: Path) -> None:
        self.shop, self.folder = shop, folder
        self.rows: list[Planted] = []
        self.gtin: dict[str, str] = {}
        self.ended: set[str] = set()
        self.nameless: set[str] = set()
        self.siblings: list[str] = []
        """Variants that are sold, and have no picture of their own."""

    def put(self, key: str, body: bytes) -> str:
        """One file."""
        path = self.folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        return key

    def sell(self, variant: str) -> str:
        """It stands in the product list."""
        self.gtin.setdefault(variant, faults.checked(f"9520{len(self.gtin):08d}"))
        return variant

    def note(self, kind: str, at: int, key: str, sku: str, found_as: str = "", pair: str = "") -> None:
        """One file, as it is faulty."""
        self.rows.append(Planted(kind, "held" if at % 2 else "tune", key, sku, found_as or key, pair))

    def faulty(self) -> None:
        """All kinds."""
        for kind, (_, cases, make) in KINDS.items():
            for at in range(cases):
                if make:
                    variant = self.sell(self.shop.take("main"))
                    ending = "png" if make is faults.transparent else "jpg"
                    key = self.put(f"shop/{variant}_main.{ending}", make(self.shop.open(variant)))
                    self.note(kind, at, key, variant)
                else:
                    self._other(kind, at)

    def _other(self, kind: str, at: int) -> None:
        one: dict[str, Callable[[str, int], None]] = {
            "exact copy": self._copy, "re-encoded copy": self._copy, "mirrored, of another product": self._mirror,
            "colours swapped": self._swap, "colour drifts": self._drift, "another product's code": self._code,
            "code of an old pack": self._code, "role": self._role, "no main picture": self._no_main,
            "one main of two products": self._shared,
        }  # fmt: skip
        one.get(kind, self._data)(kind, at)

    def _copy(self, kind: str, at: int) -> None:
        variant = self.sell(self.shop.take("main"))
        made = faults.again(self.shop.open(variant)) if kind.startswith("re-") else self.shop.bytes(variant)
        key = self.put(f"shop/{variant}_main.jpg", self.shop.bytes(variant))
        copy = self.put(f"shop/old/{kind[:2]} copy {at}.jpg", made)
        for one in (key, copy):
            self.note(kind, at, one, variant, pair=copy)

    def _mirror(self, kind: str, at: int) -> None:
        variant = self.sell(self.shop.take("main"))
        other = self.sell(self.shop.take("main", other_than=variant.split("-")[0]))
        keys = [self.put(f"shop/{variant}_main.jpg", self.shop.bytes(variant))]
        keys.append(self.put(f"shop/{other}_side.jpg", faults.mirrored(self.shop.open(variant))))
        for key, sku in zip(keys, (variant, other), strict=True):
            self.note(kind, at, key, sku, pair=keys[0])
        self.put(f"shop/{other}_main.jpg", self.shop.bytes(other))

    def _swap(self, kind: str, at: int) -> None:
        variant, other = self.shop.pair()
        self.siblings.append(other)
        key = self.put(f"shop/{self.sell(variant)}_main.jpg", self.shop.bytes(other))
        self.note(kind, at, key, variant)

    def _drift(self, kind: str, at: int) -> None:
        variant = self.sell(self.shop.take("main", "back"))
        keys = [self.put(f"shop/{variant}_main.jpg", self.shop.bytes(variant))]
        keys.append(self.put(f"shop/{variant}_back.jpg", faults.shifted(self.shop.open(variant, "back"))))
        for key in keys:
            self.note(kind, at, key, variant, pair=keys[0])

    def _code(self, kind: str, at: int) -> None:
        variant = self.sell(self.shop.take("main"))
        others = [code for sku, code in self.gtin.items() if sku != variant]
        code = others[at * 7] if kind.startswith("another") else faults.checked(f"9520777{at:05d}")
        key = self.put(f"shop/{variant}_main.jpg", faults.labelled(code)(self.shop.open(variant)))
        self.note(kind, at, key, variant)

    def _role(self, kind: str, at: int) -> None:
        variant = self.sell(self.shop.take("main", "back"))
        key = self.put(f"shop/{variant}_main.jpg", self.shop.bytes(variant, "back"))
        self.note(kind, at, key, variant)

    def _no_main(self, kind: str, at: int) -> None:
        variant = self.sell(self.shop.take("main", "back"))
        key = self.put(f"shop/{variant}_back.jpg", self.shop.bytes(variant, "back"))
        self.note(kind, at, key, variant, found_as=variant)

    def _shared(self, kind: str, at: int) -> None:
        variant = self.sell(self.shop.take("main"))
        other = self.sell(self.shop.take("main", other_than=variant.split("-")[0]))
        keys = [self.put(f"shop/{sku}_main.jpg", self.shop.bytes(variant)) for sku in (variant, other)]
        for key, sku in zip(keys, (variant, other), strict=True):
            self.note(kind, at, key, sku, pair=keys[0])

    def _data(self, kind: str, at: int) -> None:
        """The picture is sound; what is known of it is not."""
        variant = self.sell(self.shop.take("main"))
        key = {
            "name": f"shop/final neu {variant} ({at}).jpg",
            "no rights": f"agency/{variant}_main.jpg",
            "unlinked": f"shop/IMG_{4711 + at}.jpg",
        }.get(kind, f"shop/{variant}_main.jpg")
        self.put(key, self.shop.bytes(variant))
        if kind == "superseded":
            self.put(f"later/{key}", faults.jpeg(self.shop.open(variant), 80))
        elif kind == "discontinued":
            self.ended.add(variant)
        elif kind == "no alternative text":
            self.nameless.add(variant)
        self.note(kind, at, key, variant)

    def clean(self) -> None:
        """As the studio sent them, and photographs of cameras as pictures of use."""
        for at in range(CLEAN):
            variant = self.sell(self.shop.take("main"))
            for view in self.shop.pictures[variant] if at < len(CAMERA) * 2 else ("main",):
                key = self.put(f"shop/{variant}_{view}.jpg", self.shop.bytes(variant, view))
                self.note("clean", at, key, variant)
            if at < len(CAMERA):
                body = (self.shop.media / "camera" / f"{CAMERA[at]}.jpg").read_bytes()
                self.note("clean", at, self.put(f"shop/{variant}_lifestyle.jpg", body), variant)

    def lists(self) -> None:
        """What stands beside the pictures."""
        for name, kept in (("products.csv", set(self.gtin)), ("left.csv", set(self.gtin) - self.ended)):
            lines = ["sku,gtin,name,colour,parent"]
            for variant in sorted(kept):
                model, colour = variant.split("-")
                named, model = ("", "") if variant in self.nameless else (self.shop.names[model], model)
                lines.append(f'{variant},{self.gtin[variant]},"{named}",{colour},{model}')
            for variant in self.siblings:
                model, colour = variant.split("-")
                lines.append(f'{variant},,"{self.shop.names[model]}",{colour},{model}')
            (self.folder / name).write_text("\n".join(lines) + "\n", "utf-8")
        (self.folder / "naming.yaml").write_text(NAMING, "utf-8")
        (self.folder / "folders.yaml").write_text(FOLDERS, "utf-8")
        with (self.folder / "planted.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([Planted._fields, *self.rows])


def prepare(folder: Path) -> None:
    """Lay out what is dropped."""
    planting = Planting(Shop(Path(os.environ["PACKSHOT_MEDIA"])), folder)
    planting.faulty()
    planting.clean()
    planting.lists()
    print(f"{sum(1 for _ in folder.rglob('*.[jp][pn]g'))} files, {len(planting.gtin)} products")


def planted(folder: Path) -> list[Planted]:
    """As they were laid out."""
    with (folder / "planted.csv").open(encoding="utf-8", newline="") as file:
        return [Planted(**row) for row in csv.DictReader(file)]


def report_use(folder: Path) -> None:
    """A printed catalogue uses those that get a successor later."""
    skus = [row.sku for row in planted(folder) if row.kind == "superseded"]
    items = [{"sku": sku, "place": f"Spring catalogue, page {n}", "channel": "print"} for n, sku in enumerate(skus, 7)]
    print(ask(homes.current(), "POST", "v1/usage", {"items": items}))


def compare(folder: Path, lines: Iterator[str]) -> None:
    """Print share found by kind, and false alarms by rule."""
    found: dict[str, set[str]] = defaultdict(set)
    for finding in map(json.loads, lines):
        found[finding["rule"]].add(finding.get("file") or finding["id"])
    rows = planted(folder)
    print(f"{'kind':30} {'rule':14} {'tuned on':>10} {'held out':>10} {'both':>6}")
    for kind, (rule, *_) in KINDS.items():
        names = set[str]().union(*(found[one] for one in rule.split(", ")))
        shares = [_share(rows, names, kind, part) for part in ("tune", "held", "")]
        print(f"{kind:30} {rule:14} {shares[0][0]:>10} {shares[1][0]:>10} {shares[2][1]:6.2f}")
    clean = [row for row in rows if row.kind == "clean"]
    print(f"\nfalse alarms, of {len(clean)} clean pictures of {len({row.sku for row in clean})} products")
    for rule in sorted(found):
        wrong = [row for row in clean if {row.key, row.sku} & found[rule]]
        if wrong:
            print(f"{rule:14} {len(wrong):3} {len(wrong) / len(clean):6.1%}  {', '.join(one.key for one in wrong[:6])}")


def _share(rows: list[Planted], found: set[str], kind: str, part: str) -> tuple[str, float]:
    """Of a pair one is enough."""
    cases: dict[str, bool] = defaultdict(bool)
    for row in rows:
        if row.kind == kind and part in ("", row.part):
            cases[row.pair or row.key] |= row.found_as in found
    return f"{sum(cases.values())} of {len(cases)}", sum(cases.values()) / len(cases)


if __name__ == "__main__":
    if sys.argv[1:2] == ["prepare"] and len(sys.argv) == 3:
        prepare(Path(sys.argv[2]))
    elif sys.argv[1:2] == ["report-use"] and len(sys.argv) == 3:
        report_use(Path(sys.argv[2]))
    elif sys.argv[1:2] == ["compare"] and len(sys.argv) == 3:
        compare(Path(sys.argv[2]), iter(sys.stdin))
    else:
        sys.exit(__doc__)
