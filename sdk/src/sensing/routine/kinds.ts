/** What a sensor of the home is. */

/** A motion detector: on when it sees somebody. */
export const MOTION = 0;
/** A contact at the fridge, a cupboard, a drawer: on when open. */
export const CONTACT = 1;
/** The contact at the entrance door: on when open. */
export const DOOR = 2;
/** An appliance: on when somebody switched it on. */
export const APPLIANCE = 3;

/** What the routine tells. */

/** Somebody probably went out: the door was closed, and for ten minutes nobody moved. */
export const AWAY = 0;
/** Somebody was out from `from` to `until`. */
export const OUTING = 1;
/** Nobody moved at home since `from`, for longer than this home knows at this hour: go and see. */
export const INACTIVE = 2;
/** Somebody moves again behind `INACTIVE`. */
export const ACTIVE = 3;
/** The entrance door opened between eleven and five, at an hour at which it never does. */
export const NIGHT_DOOR = 4;
