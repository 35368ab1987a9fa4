-- What endpoints are to be told. Dropped and filled again when this file changes: entities, endpoints and what each has
-- been told follow from the topics; `due` follows from those three and is only kept because asking for it is dear.
CREATE TABLE entity (
  entity text PRIMARY KEY, revision bigint NOT NULL,
  shown int,            -- the version that is live, how many media a product shows or files a shoot has; NULL: nothing
  before int,           -- what that was before it changed last
  content text NOT NULL, data jsonb NOT NULL,
  changed timestamptz NOT NULL, changed_by bigint NOT NULL, -- when, and by which revision
  turns timestamptz, head jsonb -- when time makes it another, and of what (turning.py)
);
CREATE INDEX ON entity (turns) WHERE turns IS NOT NULL;
CREATE TABLE endpoint (
  id text PRIMARY KEY, revision bigint NOT NULL, fields jsonb NOT NULL,
  active boolean NOT NULL, about text[] NOT NULL, made timestamptz NOT NULL, touched timestamptz NOT NULL,
  replay_asked timestamptz, replay_since timestamptz, replay_entity text
);
CREATE TABLE told (
  endpoint text NOT NULL, entity text NOT NULL, revision bigint NOT NULL,
  event text NOT NULL, content text NOT NULL, shown int, replay timestamptz,
  PRIMARY KEY (endpoint, entity)
);
CREATE TABLE status (
  endpoint text PRIMARY KEY, revision bigint NOT NULL, failing_since timestamptz, given_up boolean NOT NULL
);
-- No foreign keys: the topics come in any order.
CREATE TABLE due (
  endpoint text NOT NULL, entity text NOT NULL, since timestamptz NOT NULL,
  tries int NOT NULL DEFAULT 0, next timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (endpoint, entity)
);
CREATE INDEX ON due (endpoint, since);
CREATE INDEX ON due (endpoint, tries, since);
CREATE INDEX ON due (endpoint, next);
CREATE INDEX ON due (entity);
CREATE VIEW owed AS
SELECT p.id AS endpoint, e.entity, CASE WHEN t.content IS DISTINCT FROM e.content THEN e.changed ELSE p.replay_asked END AS since
FROM endpoint p JOIN entity e ON split_part(e.entity, '/', 1) = ANY (p.about)
LEFT JOIN told t ON t.endpoint = p.id AND t.entity = e.entity
WHERE p.active AND (
  (t.content <> e.content OR (t.content IS NULL AND e.changed >= p.made))
  OR (e.changed >= p.replay_since AND e.entity = coalesce(p.replay_entity, e.entity)
      AND t.replay IS DISTINCT FROM p.replay_asked)
);
