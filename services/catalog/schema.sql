-- The catalogue's view. Dropped and filled again when this file changes: never put here what cannot be rebuilt.
-- Rows as they came (facet, product, product_media, fact, delivery) are guarded by revision; asset and link are functions
-- of them, recomputed whole, so that any order of the same records gives the same rows.

CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA public;
CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public;

CREATE TABLE facet (
  asset_id text NOT NULL, version int NOT NULL, facet text NOT NULL, revision bigint NOT NULL,
  status text NOT NULL, cause text, cure text, owes text[] NOT NULL, written timestamptz NOT NULL, data jsonb NOT NULL,
  PRIMARY KEY (asset_id, version, facet)
);

CREATE TABLE product (
  system text NOT NULL, kind text NOT NULL, id text NOT NULL, revision bigint NOT NULL, status text NOT NULL,
  sku text NOT NULL, gtin text NOT NULL, name text NOT NULL, parent text NOT NULL, axes jsonb NOT NULL,
  category text NOT NULL, attributes jsonb NOT NULL, formerly text[] NOT NULL, written timestamptz NOT NULL,
  brand text NOT NULL GENERATED ALWAYS AS ( -- as the PIM says it, in small letters
    lower(coalesce(attributes ->> 'brand', attributes ->> 'Brand', attributes ->> 'BRAND', ''))) STORED,
  PRIMARY KEY (system, kind, id)
);
CREATE INDEX ON product (brand) WHERE brand <> '';
CREATE INDEX ON product (sku);
CREATE INDEX ON product (lower(sku));
CREATE INDEX ON product (left(md5(sku), 1), sku COLLATE "C") WHERE status = 'active' AND kind = 'product'; -- a part (channels/standing.py)
CREATE INDEX ON product (lpad(gtin, 14, '0')) WHERE gtin <> '';
CREATE INDEX ON product (parent) WHERE parent <> '';
CREATE INDEX ON product USING gin ((sku || ' ' || name || ' ' || gtin || ' ' || parent) gin_trgm_ops);
CREATE INDEX ON product ((coalesce(nullif(parent, ''), sku) COLLATE "C"))
  WHERE status = 'active' AND sku <> '' AND kind IN ('product', 'model');
-- What is for sale and the models of it, by family: a model with its variants, or a product that stands alone.
CREATE VIEW sold AS
  SELECT coalesce(nullif(parent, ''), sku) COLLATE "C" AS family, sku, name, gtin, parent, category, kind, system, axes, brand,
         attributes, sku || ' ' || name || ' ' || gtin || ' ' || parent AS said
  FROM product WHERE status = 'active' AND sku <> '' AND kind IN ('product', 'model');

CREATE TABLE product_media (
  sku text PRIMARY KEY, revision bigint NOT NULL, status text NOT NULL, main text, roles text[] NOT NULL,
  assets text[] NOT NULL, items jsonb NOT NULL, closed jsonb NOT NULL, written timestamptz NOT NULL
);
CREATE INDEX ON product_media USING gin (assets);
CREATE INDEX ON product_media (written);

-- How products stood on channels when they were last looked at (channels/tally.py), by place (`amazon`, `amazon/de`): for
-- lists. It comes again with the next round, and is no part of the canonical dump. stands: `amazon=blocked`, the worst of
-- a channel's places, to be found by. blocked: by place, pictures that its rules block there; since: when any of it last changed.
CREATE TABLE verdict (
  sku text PRIMARY KEY, states jsonb NOT NULL, stands text[] NOT NULL, blocked jsonb NOT NULL DEFAULT '{}',
  since timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON verdict USING gin (stands);

CREATE TABLE fact (
  kind text NOT NULL, id text NOT NULL, revision bigint NOT NULL, fields jsonb NOT NULL, refused jsonb NOT NULL,
  written timestamptz NOT NULL,
  PRIMARY KEY (kind, id)
);
CREATE INDEX ON fact (written, id) WHERE kind = 'download';
CREATE INDEX ON fact USING gin ((fields -> 'assets')) WHERE kind = 'download';
CREATE INDEX ON fact (written, id) WHERE kind = 'action';
CREATE INDEX ON fact ((fields ->> 'asset')) WHERE kind = 'action';
CREATE INDEX ON fact ((fields ->> 'key')) WHERE kind = 'action';
CREATE INDEX ON fact ((fields ->> 'key')) WHERE kind = 'import';
CREATE INDEX ON fact (written) WHERE kind = 'import' AND NOT fields ? 'status'; -- what is still to be fetched
CREATE INDEX ON fact (id) WHERE kind = 'recall';
CREATE INDEX fact_to_do ON fact (id) WHERE kind = 'recall' AND NOT fields ? 'done';
CREATE INDEX ON facet (asset_id) WHERE facet = 'head' AND data ->> 'state' = 'purged';
CREATE INDEX ON facet ((data ->> 'merged_into')) WHERE facet = 'head' AND data ->> 'merged_into' IS NOT NULL;

CREATE TABLE delivery (
  target text NOT NULL, entity text NOT NULL, revision bigint NOT NULL, status text NOT NULL, cause text, cure text,
  changed jsonb NOT NULL, lag jsonb, written timestamptz NOT NULL, -- changed: places that others changed
  PRIMARY KEY (target, entity)
);
CREATE INDEX ON delivery (entity);

-- Pictures that a feed gave when its channel (or somebody, `<feed>@<who>`) fetched it last. The record of each run is an object (feeds/runs.py);
-- feeds/refilled.py fills this from the newest ones where it was made anew.
CREATE TABLE handed (
  feed text NOT NULL, sku text NOT NULL, asset_id text NOT NULL, version int NOT NULL,
  at timestamptz NOT NULL,
  market text NOT NULL, channel text NOT NULL, -- whom it was for, where anybody was named
  PRIMARY KEY (feed, sku, asset_id)
);
CREATE INDEX ON handed (asset_id);

-- What delivery sent, month by month: added up from its objects (schemas/sent.py), each of which is taken once. It comes
-- again from them after a rebuild, and is no part of the canonical dump.
CREATE TABLE sent (
  month text NOT NULL, asset_id text NOT NULL, version int NOT NULL, preset text NOT NULL, channel text NOT NULL,
  requests bigint NOT NULL, bytes bigint NOT NULL,
  PRIMARY KEY (month, asset_id, version, preset, channel)
);
CREATE INDEX ON sent (asset_id, month);
CREATE TABLE sent_taken (key text PRIMARY KEY);

-- What the grid shows of an asset: the newest version's state, and the content of the version that has a picture.
-- Every list is of `asset`. What serves another asset as its own file for a preset is in `own_file`, and in no list;
-- who asks for one asset by its id asks `every_asset`, of which both are parts.
CREATE TABLE every_asset (
  id text NOT NULL, newest int NOT NULL, live int, shown int NOT NULL,
  name text NOT NULL, key text NOT NULL, folder text NOT NULL, kind text NOT NULL, media_type text NOT NULL,
  state text NOT NULL, stage text NOT NULL, cause text, cure text,
  arrived timestamptz, bytes bigint NOT NULL, sha256 text, width int NOT NULL, height int NOT NULL,
  thumbnail text, renditions int NOT NULL,
  labels text[] NOT NULL, colours text[] NOT NULL, background text NOT NULL, quality int,
  skus text[] NOT NULL, roles text[] NOT NULL, suggestions int NOT NULL, conflicts int NOT NULL,
  slot text NOT NULL, edition int NOT NULL, -- the place that its name gives it, and which edition (editions.py)
  question text NOT NULL, -- cause of what a person is asked about its links (causes.py), or empty
  gone boolean NOT NULL,
  approves boolean NOT NULL, -- its newest version waits to be approved
  rejected boolean NOT NULL DEFAULT false, -- somebody rejected it: it waits for another picture
  at_work boolean NOT NULL, -- what it shows may still change by itself (state.py)
  available_from timestamptz, available_until timestamptz, -- when anybody is given it, where that is limited
  limits jsonb, barred text, archived boolean NOT NULL DEFAULT false, -- where alone; why nobody is; that is why
  brand text NOT NULL, market text NOT NULL, -- of its folder's profile
  channels text[] NOT NULL, -- that it has renditions for
  codes text[] NOT NULL, -- barcodes in it and GTINs of its products (card.code)
  judged jsonb NOT NULL DEFAULT '{}', -- what the audit asks and SQL cannot tell (audits/judged.py)
  live_as jsonb, -- what of that, and of its size and links, holds for the live version, where another is shown
  own jsonb NOT NULL DEFAULT '{}', -- values of fields that people defined
  categories text[] NOT NULL DEFAULT '{}', -- of its products
  words text NOT NULL, search tsvector NOT NULL, -- names, SKUs, labels, what people wrote about it, legible text
  phrases text[] NOT NULL, -- what is found by meaning
  tones int[] NOT NULL DEFAULT '{}', -- its colours, as cells of the colour space (tones.py)
  thumbnail_at timestamptz, ready_at timestamptz,
  serves text, preset text -- the asset that its name says it was given for, and for which preset of it
);
CREATE TABLE asset (PRIMARY KEY (id)) INHERITS (every_asset);
CREATE TABLE own_file (PRIMARY KEY (id)) INHERITS (every_asset);
CREATE INDEX ON own_file (serves);
CREATE INDEX ON asset (serves) WHERE serves IS NOT NULL; -- that asset is not there, or not any more
CREATE INDEX ON asset (arrived DESC, id DESC);
CREATE INDEX ON asset (coalesce(arrived, 'epoch'::timestamptz) DESC, id DESC); -- the list's order
CREATE INDEX ON asset (ready_at DESC);
CREATE INDEX ON asset (available_until) WHERE available_until IS NOT NULL;
CREATE INDEX ON asset (state);
CREATE INDEX ON asset (question) WHERE question <> '';
CREATE INDEX ON asset (slot) WHERE slot <> '';
CREATE INDEX ON asset (id) WHERE skus = '{}' AND question = '';
CREATE INDEX ON asset (id) WHERE live IS NULL;
CREATE INDEX ON asset (id) WHERE live_as IS NOT NULL;
CREATE INDEX ON asset (id) WHERE rejected;
CREATE INDEX ON asset (id) WHERE judged ? 'origin';
CREATE INDEX ON asset (id) WHERE gone;
CREATE INDEX ON asset (id) WHERE limits IS NOT NULL;
CREATE INDEX ON asset (available_from) WHERE available_from IS NOT NULL;
CREATE INDEX ON asset (folder text_pattern_ops);
CREATE INDEX ON asset (folder) WHERE at_work;
CREATE INDEX ON asset (sha256);
CREATE INDEX ON asset ((coalesce(live_as ->> 'sha256', sha256)));
CREATE INDEX ON asset (quality);
CREATE INDEX ON asset (width);
CREATE INDEX ON asset (height);
-- One for all that is asked for together: of words under a filter, only what has both is looked up.
CREATE INDEX ON asset USING gin (search, labels, colours, roles, skus, codes, phrases);
CREATE INDEX ON asset USING gin (own);
CREATE INDEX ON asset USING gin (words gin_trgm_ops);
CREATE INDEX ON asset USING gin (tones);

-- Whether any picture matches. The newest are looked at first: of what many match, the index would put together all.
-- The planner takes what is rare for frequent, and would read the whole table to find none.
CREATE FUNCTION found(query tsquery) RETURNS boolean LANGUAGE plpgsql STABLE SET enable_seqscan = off AS $$
BEGIN
  RETURN EXISTS (
    SELECT FROM (
      SELECT search FROM catalog.asset ORDER BY coalesce(arrived, 'epoch'::timestamptz) DESC, id DESC LIMIT 400) newest
    WHERE search @@ query)
  OR EXISTS (SELECT FROM catalog.asset WHERE search @@ query);
END $$;

-- Every word of pictures, for typing errors. One that nothing has any more is harmless: it finds nothing.
CREATE TABLE word (text text PRIMARY KEY);
CREATE INDEX ON word USING gin (text gin_trgm_ops);

-- What is said of pictures, each phrase once, as numbers: services/catalog/meaning fills them in when nothing else is
-- to do. Progress and not a fact, as `likeness` is: no part of the canonical dump.
CREATE TABLE phrase (text text PRIMARY KEY, model text, vector halfvec(384)); -- without a vector: not embeddable
CREATE INDEX ON phrase (text) WHERE model IS NULL;
CREATE INDEX ON phrase USING hnsw (vector halfvec_ip_ops);

-- The phrases nearest to a question, the nearest first.
CREATE FUNCTION nearest(question halfvec, of_model text, most int) RETURNS TABLE (text text, likeness float8)
LANGUAGE sql STABLE SET hnsw.ef_search = 100 AS $$
  SELECT p.text, -(p.vector <#> question) FROM catalog.phrase p WHERE p.model = of_model AND p.vector IS NOT NULL
  ORDER BY p.vector <#> question LIMIT most
$$;

-- Folders that files lie in, each a shoot: when the newest of its files came, and since when it may have something to
-- report (shoots/settling.py). Follows from `asset` but for the clock, and is no part of the canonical dump.
CREATE TABLE shoot (folder text PRIMARY KEY, latest timestamptz NOT NULL, touched timestamptz NOT NULL, due boolean NOT NULL);
CREATE INDEX ON shoot (latest DESC, folder DESC);
CREATE INDEX ON shoot (touched) WHERE due;

CREATE TABLE link (
  asset_id text NOT NULL, version int NOT NULL, sku text NOT NULL, role text NOT NULL, confidence double precision NOT NULL,
  standing text NOT NULL, evidence jsonb NOT NULL,
  PRIMARY KEY (asset_id, sku, role)
);
CREATE INDEX ON link (sku);

-- Which pictures people put together (schemas/collection.py): of each collection's fact, recomputed whole. Where a
-- picture's file was moved meanwhile, the asset that goes on is in it.
CREATE TABLE member (
  collection text NOT NULL, asset_id text NOT NULL, rank bigint NOT NULL,
  PRIMARY KEY (collection, asset_id)
);
CREATE INDEX ON member (asset_id);
CREATE VIEW collected AS
  SELECT m.collection, coalesce(h.data ->> 'merged_into', m.asset_id) AS asset_id, min(m.rank) AS rank
  FROM member m LEFT JOIN facet h ON (h.asset_id, h.version, h.facet) = (m.asset_id, 0, 'head')
  GROUP BY 1, 2;

-- Pictures as the shop has them: the live version, also while another waits, is worked on or was refused; where none is
-- live yet, the one that is shown. One SELECT of one table: a UNION of both could not be joined by the table's indexes.
CREATE VIEW in_shop AS
  SELECT id, CASE WHEN live_as IS NULL THEN shown ELSE live END AS version, live, key, name, folder, kind, state, gone,
         question, conflicts, channels, limits, coalesce((live_as ->> 'arrived')::timestamptz, arrived) AS arrived,
         coalesce((live_as ->> 'width')::int, width) AS width, coalesce((live_as ->> 'height')::int, height) AS height,
         coalesce(live_as ->> 'sha256', sha256) AS sha256, coalesce(live_as ->> 'background', background) AS background,
         coalesce((live_as ->> 'bytes')::bigint, bytes) AS bytes,
         CASE WHEN live_as IS NULL THEN quality ELSE (live_as ->> 'quality')::int END AS quality,
         CASE WHEN live_as IS NULL THEN skus ELSE ARRAY(SELECT jsonb_array_elements_text(live_as -> 'skus')) END AS skus,
         CASE WHEN live_as IS NULL THEN roles ELSE ARRAY(SELECT jsonb_array_elements_text(live_as -> 'roles')) END AS roles,
         coalesce(live_as -> 'judged', judged) AS judged
  FROM asset;

-- Stored, and nobody that we know of has asked for it: given by no feed, in no collection, reported nowhere, in no open
-- share link, neither sent nor downloaded in this month or the two before. Of no use at all where it is linked to nothing.
CREATE VIEW untouched AS
  SELECT a.id, a.name, a.kind, a.bytes, a.arrived, a.question, a.skus, since.month FROM asset a
  CROSS JOIN (SELECT to_char(now() AT TIME ZONE 'UTC' - interval '2 months', 'YYYY-MM') AS month) since
  WHERE NOT a.gone AND (a.live IS NOT NULL OR a.state IN ('ready', 'complete'))
    AND a.arrived < now() - interval '90 days'
    AND NOT EXISTS (SELECT FROM handed h WHERE h.asset_id = a.id)
    AND NOT EXISTS (SELECT FROM member m WHERE m.asset_id = a.id)
    AND NOT EXISTS (SELECT FROM sent s WHERE s.asset_id = a.id AND s.month >= since.month)
    AND NOT EXISTS (SELECT FROM facet c, jsonb_object_keys(c.data -> 'fields') u
      WHERE c.asset_id = a.id AND c.version = 0 AND c.facet = 'curation' AND starts_with(u, 'used:'))
    AND NOT EXISTS (SELECT FROM fact d WHERE d.kind = 'download' AND d.fields -> 'assets' ? a.id
      AND to_char(d.written AT TIME ZONE 'UTC', 'YYYY-MM') >= since.month)
    AND NOT EXISTS (SELECT FROM fact l CROSS JOIN LATERAL jsonb_array_elements_text(l.fields -> 'assets') shared
      WHERE l.kind = 'share' AND shared = a.id
        AND l.fields -> 'revoked' IS DISTINCT FROM 'true' AND (l.fields ->> 'expires')::timestamptz > now());
CREATE VIEW unused AS SELECT id, name, bytes, arrived, question FROM untouched WHERE skus = '{}';

-- How pictures look, and which are one photograph. A row is due as soon as a card shows a picture with a signature;
-- services/catalog/comparing.py fills it from the bucket when nothing else is to do. What has been compared so far is
-- progress, not a fact: it is no part of the canonical dump, and comes again by itself after a rebuild.
CREATE TABLE likeness (
  asset_id text PRIMARY KEY, version int NOT NULL, likeness_key text NOT NULL, embedding_key text,
  arrived timestamptz NOT NULL, compared boolean NOT NULL DEFAULT false, problem text,
  hash bigint, mirrored bigint, -- perceptual hashes of the picture and of its mirror image
  model text, vector halfvec, signature bytea
);
ALTER TABLE likeness ALTER vector SET STORAGE MAIN; -- in the row: every search reads all of them
CREATE INDEX ON likeness (arrived DESC, asset_id) WHERE NOT compared;
-- Of our own model's vectors; those of another length are compared one by one.
CREATE INDEX ON likeness USING hnsw ((vector::halfvec(1280)) halfvec_cosine_ops) WHERE vector_dims(vector) = 1280;
CREATE VIEW likeness_due AS
  SELECT a.id AS asset_id, a.version, t.data ->> 'likeness_key' AS likeness_key,
         t.data ->> 'embedding_key' AS embedding_key, coalesce(a.arrived, 'epoch'::timestamptz) AS arrived
  FROM in_shop a JOIN facet t ON t.asset_id = a.id AND t.version = a.version AND t.facet = 'tags'
  WHERE t.status = 'done' AND t.data ->> 'likeness_key' IS NOT NULL;

-- What pictures that nothing names may show (lookalikes.py): the question's cause, or empty, and its options; looked for
-- when so many pictures were linked.
CREATE TABLE lookalike (
  asset_id text PRIMARY KEY REFERENCES likeness ON DELETE CASCADE, linked bigint NOT NULL, cause text NOT NULL,
  options jsonb NOT NULL
);
-- Pictures that people searched by and that are in no library: their numbers alone, for a month.
CREATE TABLE shown_picture (
  id text PRIMARY KEY, model text NOT NULL, vector halfvec NOT NULL, seen timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON shown_picture (seen);

-- Where fields that people defined are required: a category and all below it, or everywhere.
CREATE VIEW required_field AS
  SELECT f.id AS name, f.fields ->> 'title' AS title, category
  FROM fact f CROSS JOIN LATERAL jsonb_array_elements_text(f.fields -> 'required_for') category
  WHERE f.kind = 'field' AND NOT f.fields ? 'removed';
CREATE VIEW missing_field AS
  SELECT DISTINCT a.id AS asset_id, r.name, r.title FROM required_field r JOIN asset a ON NOT a.own ? r.name AND (
    r.category = '*' OR r.category = ANY(a.categories)
    OR EXISTS (SELECT FROM unnest(a.categories) lies WHERE starts_with(lies, r.category || '/')));
-- Whether limits leave that market or channel out; '' is none that anybody named, `marketplace/amazon` are names of one
-- (schemas/limits.py: shut_out).
CREATE FUNCTION shut_out(limits jsonb, market text, channel text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT EXISTS (
    SELECT FROM (VALUES ('markets', market), ('channels', channel)) asked(kind, name)
    WHERE btrim(name) <> '' AND jsonb_typeof(limits -> kind) = 'array' AND limits -> kind <> '[]' AND NOT EXISTS (
      SELECT FROM jsonb_array_elements_text(limits -> kind) own
      WHERE replace(lower(btrim(own)), '_', '-') = replace(lower(btrim(name)), '_', '-')
        OR kind = 'channels' AND replace(lower(btrim(own)), '_', '-')
          = ANY(string_to_array(replace(lower(btrim(name)), '_', '-'), '/'))))
$$;
-- What feeds gave and would not give now, people's (`<feed>@<who>`) too. because: the first that is so of: `gone`; its
-- rights (`barred`, `expired`, `embargo`, `barred there`); `withdrawn` (no version is live); its product's media
-- (`unlinked`; `absent`: they are on their way, or the PIM removed it; `limited`); `rejected` (a person said so of that
-- channel), `blocked` (the channel's rules, since it was given), `replaced` (another version is live), `closed` (the
-- rules block its product). of_channel: whose rules and words these are; of the copies of a drop its channel's, which
-- is the last name of whom they were for; of a drop itself nobody's, as it is judged anew every few minutes.
CREATE VIEW stray AS
  SELECT h.*, a.name, a.live, w.because, c.name AS of_channel FROM handed h LEFT JOIN asset a ON a.id = h.asset_id
  CROSS JOIN LATERAL (SELECT CASE WHEN NOT starts_with(h.feed, 'drop.') THEN split_part(h.feed, '.', 1)
    WHEN position('@' IN h.feed) > 0 THEN split_part(h.channel, '/', -1) ELSE '' END AS name) c
  LEFT JOIN LATERAL (
    SELECT bool_or(jsonb_typeof(item -> 'limits') IS DISTINCT FROM 'object'
      OR NOT shut_out(item -> 'limits', h.market, h.channel)) AS given
    FROM product_media m, jsonb_array_elements(m.items) item
    WHERE m.sku = h.sku AND m.status = 'active' AND item ->> 'asset_id' = h.asset_id) medium ON true
  LEFT JOIN verdict v ON v.sku = h.sku AND v.since > h.at
  LEFT JOIN LATERAL ( -- places are called as limits write their market: `amazon/DE`, `amazon/de_DE`
    SELECT name FROM jsonb_object_keys(v.states) name
    WHERE h.market <> '' AND replace(lower(name), '_', '-') = replace(lower(c.name || '/' || h.market), '_', '-')
    LIMIT 1) place ON true
  CROSS JOIN LATERAL (SELECT CASE
    WHEN a.id IS NULL OR a.state = 'purged' THEN 'gone'
    WHEN a.barred IS NOT NULL THEN 'barred'
    WHEN a.available_until <= now() THEN 'expired'
    WHEN a.available_from > now() THEN 'embargo'
    WHEN a.live IS NULL THEN 'withdrawn'
    WHEN a.limits IS NOT NULL AND shut_out(a.limits, h.market, h.channel) THEN 'barred there' -- to call it costs most
    WHEN medium.given IS NULL AND EXISTS (SELECT FROM product p WHERE p.sku = h.sku AND p.status = 'active')
      AND NOT EXISTS (SELECT FROM link l WHERE l.asset_id = a.id AND l.standing IN ('linked', 'confirmed') AND (
        l.sku = h.sku OR l.sku IN (SELECT parent FROM product WHERE sku = h.sku)
        OR NOT EXISTS (SELECT FROM product WHERE sku = l.sku))) THEN 'unlinked'
    WHEN medium.given IS NULL THEN 'absent'
    WHEN NOT medium.given THEN 'limited'
    WHEN EXISTS (
      SELECT FROM facet k WHERE (k.asset_id, k.version, k.facet) = (a.id, 0, 'curation')
        AND k.data #>> ARRAY['fields', 'fits:' || a.live || ':' || c.name] = 'rejected') THEN 'rejected'
    WHEN v.blocked -> coalesce(place.name, c.name) ? a.id THEN 'blocked'
    WHEN a.live <> h.version THEN 'replaced'
    WHEN v.states ->> coalesce(place.name, c.name) = 'blocked' THEN 'closed' END AS because) w
  WHERE w.because IS NOT NULL;
-- Of these what a channel itself has, until it fetches its feed again.
CREATE VIEW to_recall AS
  SELECT feed, sku, asset_id, version, at, coalesce(name, '') AS name, CASE because
      WHEN 'gone' THEN 'withdrawn' WHEN 'barred' THEN 'withdrawn' WHEN 'embargo' THEN 'under embargo' WHEN 'barred there' THEN 'limited to other markets or channels'
      WHEN 'limited' THEN 'limited to other markets or channels' WHEN 'unlinked' THEN 'no picture of this product any more'
      WHEN 'absent' THEN 'no picture of this product any more' WHEN 'rejected' THEN 'said not to fit there'
      WHEN 'blocked' THEN 'blocked there by the rules' WHEN 'closed' THEN 'its product is blocked there by the rules'
      ELSE because END AS why
  FROM stray WHERE position('@' IN feed) = 0;
-- What may not be given any more, by rights or because somebody purged it.
CREATE VIEW closed AS
  WITH held AS (
    SELECT id, name, coalesce(barred, 'It has expired.') AS why FROM asset WHERE available_until <= now()
    UNION ALL
    SELECT id, name, 'It is under an embargo.' FROM asset
    WHERE available_from > now() AND (available_until <= now()) IS NOT TRUE
  )
  SELECT * FROM held
  UNION ALL -- what was taken of a file before another went on with it: an edition, a better copy, one that was moved
  SELECT m.asset_id, held.name, held.why FROM facet m JOIN held ON m.data ->> 'merged_into' = held.id
  WHERE m.facet = 'head' AND m.data ->> 'merged_into' IS NOT NULL
  UNION ALL
  SELECT h.asset_id, coalesce(regexp_replace(f.key, '.*/', ''), h.asset_id), 'It was purged.' FROM facet h LEFT JOIN LATERAL (
    SELECT data ->> 'key' AS key FROM facet WHERE asset_id = h.asset_id AND facet = 'file' ORDER BY version DESC LIMIT 1) f
    ON true WHERE h.facet = 'head' AND h.data ->> 'state' = 'purged' AND h.data ->> 'merged_into' IS NULL;
-- What may be given, and not everywhere: not where its limits leave a market or channel out.
CREATE VIEW narrowed AS
  WITH held AS (
    SELECT id, name, limits FROM asset
    WHERE limits IS NOT NULL AND (available_until <= now() OR available_from > now()) IS NOT TRUE
  )
  SELECT * FROM held
  UNION ALL
  SELECT m.asset_id, held.name, held.limits FROM facet m JOIN held ON m.data ->> 'merged_into' = held.id
  WHERE m.facet = 'head' AND m.data ->> 'merged_into' IS NOT NULL;
-- Copies of it that people have to see to (schemas/recall.py), as long as it may not be given, or not there, or was given
-- as something else than it is now.
CREATE VIEW task AS
  SELECT t.id, t.fields, (t.fields ->> 'taken')::timestamptz AS taken, t.fields ? 'done' AS done
  FROM fact t WHERE t.kind = 'recall' AND CASE WHEN t.fields ->> 'because' IS NOT NULL THEN EXISTS (
    SELECT FROM stray s WHERE s.asset_id = t.fields ->> 'asset' AND s.feed = t.fields ->> 'feed'
      AND s.because = t.fields ->> 'because') ELSE NOT EXISTS (
    SELECT FROM asset a WHERE a.id = coalesce((SELECT m.data ->> 'merged_into' FROM facet m
        WHERE (m.asset_id, m.version, m.facet) = (t.fields ->> 'asset', 0, 'head')), t.fields ->> 'asset')
      AND (a.available_until <= now() OR a.available_from > now()) IS NOT TRUE
      AND (a.limits IS NULL
        OR NOT shut_out(a.limits, coalesce(t.fields ->> 'market', ''), coalesce(t.fields ->> 'channel', '')))) END;
CREATE TABLE same_pair (
  one text NOT NULL REFERENCES likeness ON DELETE CASCADE, other text NOT NULL REFERENCES likeness ON DELETE CASCADE,
  mirrored boolean NOT NULL, shared real NOT NULL,
  PRIMARY KEY (one, other)
);
CREATE INDEX ON same_pair (other);
CREATE VIEW same_photograph AS
  SELECT one AS asset_id, other, mirrored, shared FROM same_pair
  UNION ALL SELECT other, one, mirrored, shared FROM same_pair;

-- The models of products, or themselves where they have none: what may share a photograph.
CREATE FUNCTION families(skus text[]) RETURNS text[] LANGUAGE sql STABLE AS $$
  SELECT coalesce(array_agg(DISTINCT coalesce(p.parent, s)), '{}') FROM unnest(skus) s
  LEFT JOIN catalog.product p ON p.sku = s AND p.status = 'active' AND p.parent <> ''
$$;
-- Files of one photograph, the same bytes or edited, both there: `apart` where they show products that have nothing to
-- do with each other.
CREATE VIEW copies AS
  SELECT *, skus <> '{}' AND other_skus <> '{}' AND NOT skus && other_skus
    AND NOT catalog.families(skus) && catalog.families(other_skus) AS apart
  FROM (
    SELECT a.id, o.id AS other, o.key AS other_key, a.skus, o.skus AS other_skus, a.roles, o.roles AS other_roles,
           p.same_bytes, p.mirrored
    FROM (
      SELECT a.id AS one, o.id AS two, true AS same_bytes, false AS mirrored
      FROM in_shop a JOIN in_shop o USING (sha256) WHERE a.id <> o.id
      UNION ALL SELECT s.asset_id, s.other, false, s.mirrored FROM same_photograph s
      JOIN in_shop a ON a.id = s.asset_id JOIN in_shop o ON o.id = s.other WHERE a.sha256 <> o.sha256
    ) p
    JOIN in_shop a ON a.id = p.one JOIN in_shop o ON o.id = p.two
    WHERE (a.live IS NOT NULL OR a.state IN ('ready', 'complete')) AND NOT a.gone
      AND (o.live IS NOT NULL OR o.state IN ('ready', 'complete')) AND NOT o.gone
  ) pair;
-- A picture as the audit's rules ask for it (audits/rules.yaml): as the shop has it.
CREATE VIEW picture AS
  SELECT a.id, a.key, a.name, a.folder, a.kind, a.state, a.skus, a.roles, a.width, a.height, a.sha256, a.arrived, a.background,
         a.question, a.conflicts, a.channels, a.limits,
         w.there, (a.live IS NOT NULL OR w.there) AND a.skus <> '{}' AND a.kind = 'image' AS linked,
         (t.data #>> '{quality,parts,sharpness}')::int AS sharpness,
         (t.data #>> '{quality,parts,exposure}')::int AS exposure,
         coalesce((t.data #>> '{quality,clipped_highlights}')::real, 0) AS burnt,
         (t.data #>> '{quality,parts,compression}')::int AS compression,
         (t.data #>> '{quality,parts,cast}')::int AS neutrality,
         ARRAY(SELECT jsonb_array_elements_text(coalesce(c.seen -> 'cut_off', '[]'))) AS cut_off,
         (c.seen ->> 'people')::boolean AS people, (l.data #>> '{detail,fine}')::int AS fine, a.judged,
         coalesce(l.data -> 'barcodes', '[]') AS barcodes,
         coalesce(f.data #>> '{profile,rights}', '') AS rights, coalesce(
           nullif(u.data #> '{fields,licence}', 'null'), nullif(f.data #> '{profile,licence}', 'null')) AS licence,
         coalesce(u.data #>> '{fields,consent,status}', f.data #>> '{profile,consent,status}', 'unknown') AS consent
  FROM in_shop a
  LEFT JOIN facet f ON (f.asset_id, f.version, f.facet) = (a.id, a.version, 'file')
  LEFT JOIN facet u ON (u.asset_id, u.version, u.facet) = (a.id, 0, 'curation')
  LEFT JOIN facet t ON (t.asset_id, t.version, t.facet) = (a.id, a.version, 'tags') AND t.status = 'done'
  LEFT JOIN facet l ON (l.asset_id, l.version, l.facet) = (a.id, a.version, 'tags.later') AND l.status = 'done'
  CROSS JOIN LATERAL (SELECT (a.live IS NOT NULL OR a.state IN ('ready', 'complete')) AND NOT a.gone AS there) w
  CROSS JOIN LATERAL (
    SELECT coalesce(t.data -> 'composition', '{}') || coalesce(l.data -> 'composition', '{}') AS seen) c;
-- Pictures that nothing is linked to, of whose name a product's SKU is a part that the PIM removed: the linker lets go of
-- what a removed product had. Not of a number that may be a year. OFFSET 0: one look into the index for each such product;
-- the planner would compare all of them with all pictures.
CREATE VIEW outlived AS
  WITH removed AS MATERIALIZED (
    SELECT DISTINCT r.sku, plainto_tsquery('simple', regexp_replace(public.unaccent(r.sku), '[^[:alnum:]]+', ' ', 'g')) AS said
    FROM product r
    WHERE r.status <> 'active' AND r.kind IN ('product', 'model') AND length(r.sku) > 3 AND r.sku !~ '^[0-9]{1,5}$'
      AND NOT EXISTS (SELECT FROM product p WHERE p.sku = r.sku AND p.status = 'active')
  ), named AS MATERIALIZED (
    SELECT n.id, r.sku FROM removed r
    CROSS JOIN LATERAL (SELECT id, key FROM asset WHERE search @@ r.said OFFSET 0) n
    WHERE position(lower(r.sku) IN lower(n.key)) > 0
  ) SELECT DISTINCT ON (a.id) a.id, n.sku FROM named n
  JOIN picture a ON a.id = n.id AND a.there AND a.kind = 'image' AND a.skus = '{}' AND a.question = ''
  ORDER BY a.id, length(n.sku) DESC, n.sku;

-- All that waits for a person's word about links. Whoever has said anything about a picture's links is not asked by
-- likeness.
CREATE VIEW asking AS
  SELECT id AS asset_id, question AS cause, arrived, NULL::jsonb AS options FROM asset WHERE question <> ''
  UNION ALL
  SELECT a.id, k.cause, a.arrived, k.options FROM lookalike k JOIN asset a ON a.id = k.asset_id
  WHERE k.cause <> '' AND a.skus = '{}' AND a.question = '' AND NOT a.gone AND NOT EXISTS (
    SELECT FROM facet c, jsonb_object_keys(c.data -> 'fields') said
    WHERE (c.asset_id, c.version, c.facet) = (a.id, 0, 'curation') AND said LIKE 'link:%');

-- Which files ask to be the next version of the picture (holder) whose place their name gives them, too.
CREATE TABLE edition_asked (asset_id text PRIMARY KEY, holder text NOT NULL, slot text NOT NULL, cause text NOT NULL);
CREATE INDEX ON edition_asked (slot);
CREATE INDEX ON edition_asked (cause);
