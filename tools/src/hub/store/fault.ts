/** The hub's store cannot be used, or could not keep what it was given. The message says what to do. */
export class StoreFault extends Error {}
