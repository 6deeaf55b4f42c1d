-- Of a tombstone, when it may go; null of a record.
ALTER TABLE record ADD COLUMN until INTEGER;
CREATE INDEX record_until ON record (until) WHERE until IS NOT NULL;
