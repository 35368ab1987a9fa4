-- What delivery answers from: which version is live, its files, and which media a product shows. Dropped and filled
-- again when this file changes. One row a record, guarded by its revision; files and slots follow from their record.
-- available: when it may be given to anybody; asked at each request (`open_head`).
CREATE TABLE head (
  asset_id text PRIMARY KEY, revision bigint NOT NULL, live int, state text NOT NULL, merged_into text,
  available tstzrange NOT NULL,
  limits jsonb -- where alone its rights let it be given
);
CREATE VIEW open_head AS SELECT * FROM head WHERE live IS NOT NULL AND available @> now();
-- width, height: of the upright original, 0: not told; focal: whether a person's point holds for this version; x, y: the
-- product's middle, as shares of it, where its background is plain.
CREATE TABLE made (
  asset_id text NOT NULL, version int NOT NULL, facet text NOT NULL, revision bigint NOT NULL,
  width int NOT NULL, height int NOT NULL, focal boolean NOT NULL, x float8, y float8,
  PRIMARY KEY (asset_id, version, facet)
);
-- The original of a version, and what a person points at: sizes are made of them. alts: language → alternative text that
-- a person wrote.
CREATE TABLE original (
  asset_id text NOT NULL, version int NOT NULL, revision bigint NOT NULL, sha256 text NOT NULL, media_type text NOT NULL,
  bytes bigint NOT NULL, PRIMARY KEY (asset_id, version)
);
CREATE TABLE focal (asset_id text PRIMARY KEY, revision bigint NOT NULL, x float8, y float8,
  alts jsonb NOT NULL);
-- shows: `whole` of the original, `part` of it, '': it is no still picture. name: of a rendition of several files (HLS, a storyboard) each one's own; '' is the one to begin with.
CREATE TABLE file (
  asset_id text NOT NULL, version int NOT NULL, facet text NOT NULL, name text NOT NULL, preset text NOT NULL,
  channel text NOT NULL, format text NOT NULL, key text NOT NULL, etag text NOT NULL, bytes bigint NOT NULL,
  width int NOT NULL, height int NOT NULL, several boolean NOT NULL,
  shows text NOT NULL,
  PRIMARY KEY (asset_id, version, preset, name, facet),
  FOREIGN KEY (asset_id, version, facet) REFERENCES made ON DELETE CASCADE
);
CREATE INDEX ON file (asset_id, version, facet);
-- items: as they were told, for who asks on behalf of a market, a locale or a channel. closed: what would stand there too,
-- were it not under embargo, expired or deleted.
CREATE TABLE media (
  sku text PRIMARY KEY, revision bigint NOT NULL, active boolean NOT NULL, main text, items jsonb NOT NULL,
  closed jsonb NOT NULL
);
CREATE INDEX ON media (lower(sku)); -- spelling.py
-- The main picture stands under its own role, too, where that is another.
CREATE TABLE slot (
  sku text NOT NULL REFERENCES media ON DELETE CASCADE, role text NOT NULL, position int NOT NULL, asset_id text NOT NULL,
  PRIMARY KEY (sku, role, position)
);
