/** Numbers of the Host Controller Interface (Core Specification 5.4, volume 4, part E) that more than one file needs. */

/** H4 packet types (volume 4, part A, section 2). */
export const COMMAND = 1;
export const ACL = 2;
export const SCO = 3;
export const EVENT = 4;
export const ISO = 5;

/** Error codes (volume 1, part F, section 1.3). */
export const SUCCESS = 0x00;
export const UNKNOWN_COMMAND = 0x01;
export const UNKNOWN_CONNECTION = 0x02;
export const KEY_MISSING = 0x06;
export const CONNECTION_TIMEOUT = 0x08;
export const COMMAND_DISALLOWED = 0x0c;
export const INVALID_PARAMETERS = 0x12;
export const REMOTE_USER_TERMINATED = 0x13;
export const LOCAL_HOST_TERMINATED = 0x16;
export const MIC_FAILURE = 0x3d;

/** Largest payload of a link-layer data PDU, octets: before and after the ends have agreed on more (volume 6, part B, 2.4 and 4.5.10). */
export const LEAST_DATA = 27;
export const MOST_DATA = 251;
