/** Observation codes (their meaning is in `observations.ts`) and what a device notes of itself in its log. */

export const FALL = 1;
export const SOS = 2;
export const CANCELLED = 3;
export const BATTERY = 4;
export const STATUS = 5;
export const COMMAND = 6;
export const HEART_RATE = 7;
export const BEAT = 8;
export const OXYGEN = 9;
export const TEMPERATURE = 10;
export const BLOOD_PRESSURE = 11;
export const GLUCOSE = 12;
export const WEIGHT = 13;
export const BODY_COMPOSITION = 14;
export const PACE = 15;

// Log events; `value` is said beside each.
/** The program runs; value: 0. */
export const BOOTED = 1;
/** There is no identity on flash, so the device does nothing; value: 0. */
export const NO_IDENTITY = 2;
/** An alarm was detected, whether the wearer may cancel it or not; value: observation code. */
export const ALARM_DETECTED = 3;
/** The wearer cancelled it; value: observation code. */
export const ALARM_CANCELLED = 4;
/** An alarm went to the outbox; value: its sequence number. */
export const ALARM_RAISED = 5;
/** The far end has it; value: its sequence number. */
export const ALARM_DELIVERED = 6;
/** A record was journalled; value: its sequence number. */
export const JOURNALLED = 7;
/** A record could not be journalled; value: the result code. */
export const JOURNAL_FAILED = 8;
/** No acknowledgement came, the record will be sent again; value: attempts so far. */
export const SEND_RETRY = 9;
/** Records were rotated out before they were delivered; value: how many since boot. */
export const RECORDS_DROPPED = 10;
/** A new key epoch began, as it was due or asked for; value: its number. */
export const EPOCH_BEGUN = 11;
/** A LoRaWAN network has let it join; value: its address there. */
export const LORAWAN_JOINED = 12;
/** The LoRaWAN region of the manifest is not the one that the program was built with: it does not use the radio; value: 0. */
export const REGION_DIFFERS = 13;
/** A command came from the platform, was done or not, and is answered; value: its number. */
export const COMMANDED = 14;
