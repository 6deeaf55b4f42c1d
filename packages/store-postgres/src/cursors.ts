import { CursorRefused, type Query } from "@drett/core";

/** Where a row stands in an order, as numbers. */
export type Place = readonly number[];

/** Of how many numbers. */
const LENGTHS: { readonly [order in Query["order"]]: number } = {
  newest: 1,
  oldest: 1,
  finding: 3,
  due: 2,
  until: 2,
};

export const writePageCursor = (order: Query["order"], place: Place): string =>
  Buffer.from(JSON.stringify([order, ...place])).toString("base64url");

export function readPageCursor(cursor: string, order: Query["order"]): Place {
  try {
    const [ofOrder, ...place] = JSON.parse(Buffer.from(cursor, "base64url").toString()) as [
      string,
      ...number[],
    ];
    if (ofOrder === order && place.length === LENGTHS[order] && place.every(Number.isSafeInteger))
      return place;
  } catch {}
  throw new CursorRefused("invalid");
}

/** Which event: of which transaction, which fact of which record. All zero: before the first. */
export interface EventPlace {
  readonly transaction: number;
  readonly record: number;
  readonly fact: number;
}

export const BEGINNING: EventPlace = { transaction: 0, record: 0, fact: 0 };
export const isBeginning = ({ transaction }: EventPlace): boolean => transaction === 0;

/** The epoch tells the store from any other. */
export const writeEventCursor = (epoch: string, { transaction, record, fact }: EventPlace): string =>
  [epoch, transaction, record, fact].join("-");

export function readEventCursor(cursor: string, epoch: string): EventPlace {
  const [ofEpoch, ...digits] = cursor.split("-");
  const [transaction = 0, record = 0, fact = 0] = digits.map(Number);
  const isSound = digits.length === 3 && digits.every((it) => /^\d{1,15}$/.test(it)) && fact < 2 ** 31;
  if (ofEpoch !== epoch || !isSound) throw new CursorRefused("invalid");
  return { transaction, record, fact };
}
