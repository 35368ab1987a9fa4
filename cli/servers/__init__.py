"""The embedded servers of one machine: Kafka, SeaweedFS, PostgreSQL. One file a server, the same methods on each."""
