export interface VmOptions {
  /** Chunk name; positions in messages begin with it. Example: "bracelet". */
  readonly name: string;
  /** Lua text or ES5 text that defines one global function, `receive(line: string): string`. At most 1,000,000 characters. */
  readonly code: string;
  /**
   * What one event may cost, in VM instructions (`js`: jumps and calls), 1 or more; checked about every 10,000. Default
   * 50 million. `Infinity` sets no limit and, in Lua, saves the cost of counting; a runaway heap then stops late or never.
   */
  readonly maxInstructionsPerCall?: number;
  /** Live heap that the program may hold, in bytes. Default 16 MiB. */
  readonly maxHeapBytes?: number;
  /** Rewrites bundle positions, `name:line` in Lua and `name:line:column` in `js`, to TypeScript ones. Gets a whole sentence. */
  readonly locate?: (message: string) => string;
}

/** One running device program. Programs share nothing: any number of them can take turns in one process. */
export interface Vm {
  /**
   * Hands the program one line of printable ASCII, at most 1,000,000 characters, and returns its answer: printable ASCII with
   * line feeds. Throws `DeviceFault` when the program fails; it is then dead, and every later call throws the same fault.
   */
  call(line: string): string;
  /** Live heap of the program in bytes, after collecting garbage, without the VM's own libraries. Absent where unknown. */
  heapBytes?(): number;
  /** Largest live heap of the samples taken after loading, after calls 1, 2, 4 … 1024, and after every 1024th. */
  peakHeapBytes?(): number;
  close(): void;
}

/** What an engine is asked for: `VmOptions` with its defaults filled in. */
export type Program = Required<VmOptions>;
