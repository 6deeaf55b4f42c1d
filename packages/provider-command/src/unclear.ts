/** Ends a call: nothing can be told, for this reason. */
export class Unclear extends Error {
  override readonly name = "Unclear";
}
