/** Anything that JSON can hold. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** An object that JSON can hold: how layers, losses and optimizers describe themselves in a file. */
export type JsonObject = { readonly [key: string]: JsonValue };
