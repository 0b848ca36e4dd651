/** As much of cose-js as the tests use. */
declare module "cose-js" {
  export const encrypt: {
    /** Opens a COSE_Encrypt0 or rejects. */
    read(message: Uint8Array, key: Uint8Array, options?: { readonly contextIv?: Uint8Array }): Promise<Buffer>;
  };
}
