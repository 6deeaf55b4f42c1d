/** A setting that cannot be used; the message says which, where it stands, and what to do. */
export class ConfigRefused extends Error {
  override readonly name = "ConfigRefused";
}
