/** The runtimes that must say what native says; with SONGBAI_BOARD=1 also the emulated board, which takes two minutes for all recordings. */
export const DEVICE_RUNTIMES = [
  "lua51",
  "lua53",
  "lua54",
  "js",
  ...(process.env.SONGBAI_BOARD === "1" ? ["board:reference-m4"] : []),
];
