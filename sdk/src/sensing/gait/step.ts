/** A step of one foot: it left the ground and came down. One object is reused: copy what is to be kept. Times in ms. */
export interface Step {
  /** How long before the last sample of the batch in work the heel came down. */
  agoMs: number;
  /** In the air: toe-off to heel strike. */
  swingMs: number;
  /** From this foot's last heel strike to this one; `UNKNOWN` at the first, behind a gap and where somebody stood between. */
  strideMs: number;
  /** On the ground before the swing, `UNKNOWN` with the stride. */
  stanceMs: number;
  /** How far the foot turned about the vertical since its last step, degrees, to the left positive; `UNKNOWN` without a gyroscope. */
  turnDeg: number;
  /** Mean force of the stance before the swing, 0.1 N; this and what follows `UNKNOWN` without force cells. */
  loadDn: number;
  /** Where that force stood on average, mm as the cells' places are given: towards the toes. */
  forwardMm: number;
  /** To the side. */
  sideMm: number;
  /** How far it travelled towards the toes, mm. */
  travelMm: number;
}

export type OnStep = (step: Step) => void;

/** From heel strike to heel strike of one foot: what is longer holds a rest. */
export const STRIDE_MOST_MS = 2500;
