import { type TSchema, Type } from "typebox";
import { Instant, LIMITS, Shape } from "../domain/shapes.ts";

/** The fields by which every list is paged. */
export const paging = {
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: LIMITS.page,
      description: `1 to ${LIMITS.page}; 100 where nothing is said`,
    }),
  ),
  cursor: Type.Optional(Type.String({ maxLength: 512, description: "`next` of the page before" })),
};

export const DEFAULT_LIMIT = 100;

export const PageOf = <Item extends TSchema>(item: Item) =>
  Shape({
    items: Type.Array(item),
    next: Type.Union([Type.String(), Type.Null()], {
      description: "the cursor of the next page; null: no more",
    }),
    now: Instant,
  });
