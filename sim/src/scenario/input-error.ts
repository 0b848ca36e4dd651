/** What a user gave cannot be used. The message is one sentence: what is wrong, where, and what would be right. */
export class InputError extends Error {
  override readonly name = "InputError";
}
