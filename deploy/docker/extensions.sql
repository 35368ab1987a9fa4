-- The image's user may make extensions; the services' role (role.sh) may not. Run once, when the database is made.
CREATE EXTENSION IF NOT EXISTS vector;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
