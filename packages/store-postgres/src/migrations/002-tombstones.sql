-- Of a tombstone, when it may go; null of a record.
ALTER TABLE record ADD until bigint;
CREATE INDEX record_until ON record (until, number) WHERE until IS NOT NULL;

-- The last event that was taken out of the feed; all zero: none was.
ALTER TABLE meta
  ADD trimmed_transaction bigint  NOT NULL DEFAULT 0,
  ADD trimmed_record      bigint  NOT NULL DEFAULT 0,
  ADD trimmed_fact        integer NOT NULL DEFAULT 0;
