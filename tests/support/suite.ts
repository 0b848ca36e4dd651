/**
 * Whether tests run at length. `npm test` has three minutes, so some of its files try less there than they can; the `debian` suite
 * runs each file that names FULL or RUNTIMES again, whole (jest.config.js).
 */
export const FULL = process.env.SONGBAI_SUITE === "debian";
