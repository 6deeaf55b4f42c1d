-- `number` stands for the record wherever it is pointed at: an integer that grows costs an index next to nothing.
CREATE TABLE record (
  number      INTEGER PRIMARY KEY,
  id          TEXT    NOT NULL,
  kind        INTEGER NOT NULL,
  version     INTEGER NOT NULL,
  state       TEXT    NOT NULL,
  finding     INTEGER,
  since       INTEGER,
  due         INTEGER,
  application TEXT    NOT NULL,
  module      TEXT,
  owner       TEXT,
  type        TEXT,
  allocation  TEXT,
  tags        TEXT,
  body        TEXT    NOT NULL
) STRICT;

CREATE UNIQUE INDEX record_key ON record (id, kind);
CREATE INDEX record_due ON record (due) WHERE due IS NOT NULL;
CREATE INDEX record_finding ON record (finding, since) WHERE finding IS NOT NULL;
CREATE INDEX record_allocation ON record (allocation) WHERE allocation IS NOT NULL;
CREATE INDEX record_state ON record (state, application);
CREATE INDEX record_application ON record (application);

CREATE TABLE tag (
  tag    TEXT    NOT NULL,
  record INTEGER NOT NULL,
  PRIMARY KEY (tag, record)
) STRICT, WITHOUT ROWID;

-- The feed: which fact of which record came next. The fact itself is kept once, in the record.
CREATE TABLE event (
  position INTEGER PRIMARY KEY,
  record   INTEGER NOT NULL,
  fact     INTEGER NOT NULL
) STRICT;
