-- The linker's view: what it needs to match, filled only from compacted topics. Dropped and filled again when this file changes.
-- key: as on `pim.products`, <system>/<kind>/<id>. family: the SKU of its model, or its own.
CREATE TABLE product (
  key text PRIMARY KEY, system text NOT NULL, kind text NOT NULL, revision bigint NOT NULL, active boolean NOT NULL,
  sku text NOT NULL, gtin text NOT NULL, name text NOT NULL, parent text NOT NULL, axes jsonb NOT NULL,
  formerly text[] NOT NULL, groups text[] NOT NULL, -- keys of its category and collections
  files text[] NOT NULL, -- that the PIM names for it
  asins text[] NOT NULL
);
CREATE INDEX ON product (sku);
CREATE INDEX ON product USING gin (formerly) WHERE formerly <> '{}';
CREATE INDEX ON product (parent);
-- Keys of pictures and products are cut by `evidence.py` and `products.py`, in both spellings of umlauts.
-- What names may call an active product (owner: its key), and the family that is brought in by it.
CREATE TABLE product_key (key text NOT NULL, family text NOT NULL, owner text NOT NULL, PRIMARY KEY (key, family, owner));
CREATE INDEX ON product_key (owner);
CREATE TABLE asset (
  asset_id text NOT NULL, version int NOT NULL, revision bigint NOT NULL, name text NOT NULL, facts jsonb NOT NULL,
  run text COLLATE "C" NOT NULL, at text COLLATE "C" NOT NULL, taken text NOT NULL, ruled jsonb,
  sha256 text, arrived timestamptz NOT NULL, joins boolean NOT NULL, -- joins: `editions.py`
  PRIMARY KEY (asset_id, version)
);
-- facts: by where it stands: embedded, sidecar, object, tags.
-- What `asset.ruled` was read by: one row, locked by whoever writes assets or changes the rules. folders: what profiles
-- say of naming, as JSON.
CREATE TABLE naming (rules text NOT NULL, folders text NOT NULL);
INSERT INTO naming VALUES ('', '{}');
-- Frames of one folder and camera, as they were taken.
CREATE INDEX ON asset (run, at);
-- What was read in the picture. named: it holds something that could name a product.
CREATE TABLE reading (
  asset_id text NOT NULL, version int NOT NULL, revision bigint NOT NULL, named boolean NOT NULL, facts jsonb NOT NULL,
  PRIMARY KEY (asset_id, version)
);
-- said: by the file (its name, folders, fields) or by what is read in the picture.
CREATE TABLE asset_key (
  key text NOT NULL, asset_id text NOT NULL, version int NOT NULL, said text NOT NULL,
  PRIMARY KEY (key, asset_id, version, said)
);
CREATE INDEX ON asset_key (asset_id);
-- Which version is live, and which ones a person put out. refused: nothing was ever live, and the newest is refused.
-- available: when it may be shown; open: whether it may as far as was noted, see `available.py`. gone: it was deleted.
CREATE TABLE head (
  asset_id text PRIMARY KEY, revision bigint NOT NULL, live int, out int[] NOT NULL, refused boolean NOT NULL,
  available tstzrange NOT NULL, open boolean NOT NULL, gone boolean NOT NULL,
  limits jsonb -- where alone its rights let it be given
);
CREATE INDEX ON head (asset_id) WHERE available <> '(,)';
CREATE TABLE curation (asset_id text PRIMARY KEY, revision bigint NOT NULL, fields jsonb NOT NULL);
-- What people decided about a product: in which order it shows its media.
CREATE TABLE product_curation (sku text PRIMARY KEY, revision bigint NOT NULL, fields jsonb NOT NULL);
CREATE INDEX ON curation USING gin (fields);
CREATE TABLE linked (
  asset_id text NOT NULL, version int NOT NULL, revision bigint NOT NULL,
  slot text NOT NULL, edition int NOT NULL, PRIMARY KEY (asset_id, version)
);
CREATE INDEX ON linked (slot) WHERE slot <> '';
CREATE TABLE link (
  asset_id text NOT NULL, sku text NOT NULL, version int NOT NULL, role text NOT NULL, confidence real NOT NULL,
  position int NOT NULL, look jsonb NOT NULL, limits jsonb, group_key text, -- of a category or collection
  PRIMARY KEY (asset_id, version, sku)
);
CREATE INDEX ON link (sku);
CREATE INDEX ON link (group_key) WHERE group_key IS NOT NULL;
-- The version whose links count in media: the live one; before any is live, the newest that is linked and not out,
-- unless it is refused: nobody can show it. open: not under embargo, expired or deleted; of those it is the version that
-- would count.
CREATE VIEW shown AS
  SELECT l.asset_id, coalesce(max(h.live), max(l.version) FILTER (
    WHERE coalesce(h.gone, false) OR NOT (l.version = ANY(coalesce(h.out, '{}')) OR coalesce(h.refused, false)))) AS version,
    bool_and(coalesce(h.open AND NOT h.gone, true)) AS open, (array_agg(h.limits))[1] AS rights
  FROM linked l LEFT JOIN head h USING (asset_id) GROUP BY l.asset_id;
-- What the rows of a committed batch touch and nobody has been asked about yet. kind: product (its key), grouped (a
-- product that is in other groups now), key (one that a
-- product had), asset, code (an asset in which something else is read now) or sku.
CREATE TABLE todo (kind text NOT NULL, id text NOT NULL, PRIMARY KEY (kind, id));
