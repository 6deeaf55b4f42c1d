/**
 * PostgreSQL arrays in its binary form: nothing to escape, and half the work of the textual form.
 * See array_recv in https://github.com/postgres/postgres/blob/master/src/backend/utils/adt/arrayfuncs.c.
 */

type Values<Value> = readonly (Value | null)[];

/** Of each element type: its number in pg_type, how long an element is, and how to write one. */
interface ElementType<Value> {
  readonly oid: number;
  readonly lengthOf: (value: Value) => number;
  readonly write: (value: Value, buffer: Buffer, place: number) => void;
}

const TEXT: ElementType<string> = {
  oid: 25,
  lengthOf: (value) => Buffer.byteLength(value),
  write: (value, buffer, place) => buffer.write(value, place),
};
const INTEGER: ElementType<number> = {
  oid: 23,
  lengthOf: () => 4,
  write: (value, buffer, place) => buffer.writeInt32BE(value, place),
};
const BIGINT: ElementType<number> = {
  oid: 20,
  lengthOf: () => 8,
  write: (value, buffer, place) => {
    buffer.writeInt32BE(Math.floor(value / 2 ** 32), place);
    buffer.writeUInt32BE(value - Math.floor(value / 2 ** 32) * 2 ** 32, place + 4);
  },
};
const UUID: ElementType<Buffer> = {
  oid: 2950,
  lengthOf: () => 16,
  write: (value, buffer, place) => value.copy(buffer, place),
};

export const texts = (values: Values<string>): Buffer => arrayOf(TEXT, values);
export const integers = (values: Values<number>): Buffer => arrayOf(INTEGER, values);
export const bigints = (values: Values<number>): Buffer => arrayOf(BIGINT, values);
export const uuids = (values: Values<Buffer>): Buffer => arrayOf(UUID, values);

const HEADER = 20;
const LENGTH = 4;
const NULL = -1;

function arrayOf<Value>({ oid, lengthOf, write }: ElementType<Value>, values: Values<Value>): Buffer {
  const lengths = values.map((value) => (value === null ? NULL : lengthOf(value)));
  const size = lengths.reduce((sum, length) => sum + LENGTH + Math.max(0, length), HEADER);
  const buffer = Buffer.allocUnsafe(size);
  const [dimensions, mayHoldNull, lowerBound] = [1, 1, 1];
  for (const [place, number] of [dimensions, mayHoldNull, oid, values.length, lowerBound].entries()) {
    buffer.writeInt32BE(number, place * 4);
  }
  let place = HEADER;
  for (const [index, value] of values.entries()) {
    const length = lengths[index] as number;
    buffer.writeInt32BE(length, place);
    if (value !== null) write(value, buffer, place + LENGTH);
    place += LENGTH + Math.max(0, length);
  }
  return buffer;
}
