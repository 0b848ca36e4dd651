/** What the parts of a simulated board accept. The direct board of the simulator and the board link refuse alike. */
import type { AccelerometerSettings } from "../board/accelerometer.ts";
import type { LoraChannel } from "../board/lora.ts";
import { OK, OUT_OF_RANGE, type Result } from "../lang/result.ts";

const MAX_FIFO_SAMPLES = 170;
const MAX_FRAME_BYTES = 255;

export function checkAccelerometer(settings: AccelerometerSettings): Result {
  const { rateHz, rangeG, watermark } = settings;
  const range = rangeG === 2 || rangeG === 4 || rangeG === 8 || rangeG === 16;
  return range && rateHz >= 1 && rateHz <= 400 && watermark >= 1 && watermark <= MAX_FIFO_SAMPLES ? OK : OUT_OF_RANGE;
}

export function checkChannel(channel: LoraChannel): Result {
  const { frequencyHz, spreadingFactor, bandwidthKhz } = channel;
  const isWidth = bandwidthKhz === undefined || bandwidthKhz === 125 || bandwidthKhz === 250 || bandwidthKhz === 500;
  return isWidth && spreadingFactor >= 7 && spreadingFactor <= 12 && frequencyHz > 0 ? OK : OUT_OF_RANGE;
}

export function checkTransmit(length: number, channel: LoraChannel, powerDbm: number): Result {
  if (length < 1 || length > MAX_FRAME_BYTES || powerDbm < -9 || powerDbm > 22) return OUT_OF_RANGE;
  return checkChannel(channel);
}

const MAX_ADVERTISEMENT_BYTES = 31;
const MAX_PDU_BYTES = 247;
const MAX_SEGMENT_BYTES = 512;

export function checkAdvertisement(length: number, intervalMs: number): Result {
  if (intervalMs === 0) return OK;
  const interval = intervalMs >= 20 && intervalMs <= 10240;
  return interval && length >= 0 && length <= MAX_ADVERTISEMENT_BYTES ? OK : OUT_OF_RANGE;
}

export function checkPdu(length: number): Result {
  return length >= 1 && length <= MAX_PDU_BYTES ? OK : OUT_OF_RANGE;
}

export function checkSocket(transport: number, port: number): Result {
  return transport >= 0 && transport <= 2 && port >= 1 && port <= 65535 ? OK : OUT_OF_RANGE;
}

export function checkSegment(length: number): Result {
  return length >= 1 && length <= MAX_SEGMENT_BYTES ? OK : OUT_OF_RANGE;
}
