/**
 * The Songbai record service: sealed records up, answers and commands down, over any phone that can reach the hub. The phone needs no
 * key and learns nothing: records are sealed for the hub, answers and commands by the hub (`record/command.ts`), so it need not be trusted.
 *
 *   service  256d0001-2915-4faf-8d8e-37cc121735e2      in the advertisement
 *   Info     256d0002-…   read                         version (1), here 1 | device id (8, EUI-64, most significant octet first)
 *   Up       256d0003-…   notify, with a CCCD          fragments of sealed records
 *   Down     256d0004-…   write, write without response   fragments of answers and commands
 *
 * A FRAGMENT, both ways, is `number (1) | part (1) | octets`, as long as the MTU lets it be: MTU - 5 octets behind the two, so that the
 * smallest MTU, 23, carries 18. `part` is
 *
 *   bit 7      the last fragment of its message
 *   bit 6      down: a command; its number says nothing. Up: 0
 *   bits 5..0  0 for the first fragment of a message, then one more each: 64 fragments hold 1152 octets at MTU 23
 *
 * UP. A subscribed central gets one record at a time, at most 255 octets, its fragments in order and with nothing between them. Its
 * number is 0 for the first record of a connection and one more, modulo 256, for each that follows. A receiver joins the fragments;
 * what does not go on from the fragment before (another number, another index) makes it forget what it has, and an index 0 begins anew.
 *
 * ANSWER. The central hands the record to the hub and writes what the hub says to Down, with the record's number: octets of
 * `record/acknowledgement.ts`, sealed, at most 64. Only then comes the next record. An answer of no octets (one fragment, `number | 0x80`)
 * says that the hub cannot be had now: the device keeps the record and tries again later, by itself. Without an answer for 30 s
 * it does the same, and an answer that comes later is taken as a command is. A record counts as delivered when the hub's
 * acknowledgement opens and names it, never because a central wrote something.
 *
 * COMMAND. Octets of `record/command.ts`, at most 64, at any time, subscribed or not.
 *
 * RESUME. A connection that ends takes the record under way and the half of a message with it, on both sides. The device
 * sends that record again, the same sealed octets, from its first fragment once a central is subscribed again; the hub
 * knows a record that it has and answers again, so nothing is doubled. The subscription ends with its connection,
 * also for a bonded central: a device keeps no table of centrals.
 *
 * FLOW. Up: the link takes a fragment when it has sent the one before. Down: a write request is answered when its fragment is taken; a
 * write without response is taken or, where it does not fit in, dropped unheard, so prefer the request where it counts. Errors
 * of a write request: 0x0d (Invalid Attribute Value Length) under 2 octets or a message over 64, 0x80 a fragment that does
 * not go on from the one before.
 */
import { OWN } from "./uuid.ts";

export const RECORD_SERVICE: number = OWN | 0x0001;
export const INFO: number = OWN | 0x0002;
export const UP: number = OWN | 0x0003;
export const DOWN: number = OWN | 0x0004;

/** Of the Info characteristic. */
export const RECORD_SERVICE_VERSION = 1;
/** Number and part. */
export const FRAGMENT_HEAD = 2;
export const LAST_FRAGMENT: number = 0x80;
export const COMMAND_MESSAGE: number = 0x40;
export const FRAGMENT_INDEX: number = 0x3f;
/** Octets of the longest message down. */
export const MAX_DOWN = 64;
/** ATT application error: a fragment that does not go on from the one before. */
export const NOT_NEXT_FRAGMENT: number = 0x80;
/** How long a record waits for its answer. */
export const ANSWER_MS = 30000;
