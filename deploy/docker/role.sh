# As whom the services sign in: they make schemas of their own in this database, and nothing else. The image's own user
# may do everything; its password is in no service. Run once, when the database is made.
psql -q -v ON_ERROR_STOP=1 -v password="$PACKSHOT_DATABASE_PASSWORD" -U "$POSTGRES_USER" -d "$POSTGRES_DB" <<'SQL'
CREATE ROLE packshot LOGIN PASSWORD :'password';
GRANT CREATE ON DATABASE packshot TO packshot;
SQL
