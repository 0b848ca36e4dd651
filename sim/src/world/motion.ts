/** What a body part's accelerometer would feel: a person, or the recording of one. */
export interface Motion {
  /**
   * Fills `into` with x, y, z, x, y, z …: the true acceleration with gravity in mg, in the axes of the body part, rounded to
   * integers and not clipped (the sensor does that). `count` samples, the first at `startUs` of scenario time (µs, integer,
   * 0 or later), one every `periodUs`. A sample depends on its own time only, not on how a span is cut into calls.
   *
   * Answers how many samples exist: `count`, or fewer once the motion has ended (a recording).
   */
  fill(startUs: number, periodUs: number, count: number, into: Int32Array): number;
}
