/** What a socket of the modem speaks, as `board/modem.ts` numbers it. TLS is the modem's own, with the certificates that it was given. */
export const TCP = 0;
export const TLS = 1;
export const UDP = 2;
