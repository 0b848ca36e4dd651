/** Says on stderr what takes a moment, where somebody looks; the answer wipes it away. */
export function working(what: string): (done?: string) => void {
  if (!process.stderr.isTTY) return () => {};
  process.stderr.write(`${what} ...`);
  return (done) => process.stderr.write(done === undefined ? "\r\x1b[K" : `\r\x1b[K${what}: ${done}`);
}
