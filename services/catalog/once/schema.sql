-- What the API has to know across its processes for a while; no view of the topics, and nothing is lost with it: ids that
-- follow from an Idempotency-Key stay the same (ids.py).
-- id: of who asks and the key; asked: of the request. Without a status it is still at work. body: sealed.
CREATE TABLE answer (
  id text PRIMARY KEY, asked text NOT NULL, at timestamptz NOT NULL, status int, kind text, body bytea
);
CREATE INDEX ON answer (at);
-- Names given lately, until the view has them.
CREATE TABLE name (name text PRIMARY KEY, own text NOT NULL, at timestamptz NOT NULL);
