-- `number` stands for the record wherever it is pointed at. Texts compare byte by byte, whatever the locale.
CREATE TABLE record (
  number      bigint   GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id          text     COLLATE "C" NOT NULL,
  kind        integer  NOT NULL,
  version     integer  NOT NULL,
  facts       integer  NOT NULL,
  state       text     COLLATE "C" NOT NULL,
  finding     integer,
  since       bigint,
  due         bigint,
  application text     COLLATE "C" NOT NULL,
  module      text     COLLATE "C",
  owner       text     COLLATE "C",
  type        text     COLLATE "C",
  allocation  text     COLLATE "C",
  tags        uuid[],
  body        text     NOT NULL
);

-- An index row holds 2,704 bytes, a text up to 4,096: what may be long is indexed by its beginning.
CREATE UNIQUE INDEX record_key ON record (id, kind);
CREATE INDEX record_due ON record (due, number) WHERE due IS NOT NULL;
CREATE INDEX record_finding ON record (finding, since, number) WHERE finding IS NOT NULL;

-- What is asked for by value and by age comes in this order from here alone: so a wrong guess at how common a value is
-- among the newest cannot lead through all the others.
CREATE INDEX record_allocation ON record (allocation, (-number)) WHERE allocation IS NOT NULL;
CREATE INDEX record_state ON record (left(state, 100), (-number));
CREATE INDEX record_application ON record (left(application, 100), (-number));

-- Allocations are few among the resources; these hold nothing else.
CREATE INDEX allocation_number ON record (number) WHERE kind = 1;
CREATE INDEX allocation_due ON record (due, number) WHERE kind = 1 AND due IS NOT NULL;

-- A tag is the beginning of its SHA-256: short, whatever its length.
CREATE TABLE tag (
  tag    uuid   NOT NULL,
  record bigint NOT NULL,
  PRIMARY KEY (tag, record)
);

-- The feed: which fact of which record came with which transaction. The fact itself is kept once, in the record.
CREATE TABLE event (
  transaction bigint  NOT NULL,
  record      bigint  NOT NULL,
  fact        integer NOT NULL,
  PRIMARY KEY (transaction, record, fact)
);

-- `epoch` tells this store from any other. `shift` goes on top of transaction ids: see the decision on the feed.
CREATE TABLE meta (
  epoch text   NOT NULL,
  shift bigint NOT NULL,
  probe text
);
ALTER TABLE meta ALTER probe SET STORAGE EXTERNAL;
INSERT INTO meta VALUES (left(gen_random_uuid()::text, 8), 0, NULL);
