/** Where a broker is, for sentences: its address without the user and the password that may stand in it. */
export function placeOf(url: string): string {
  return url.replace(/^([a-z]+:\/\/)[^/]*@/i, "$1");
}
