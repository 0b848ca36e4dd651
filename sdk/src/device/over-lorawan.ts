/** LoRaWAN as the manifest asks for it. */
import type { Bearer } from "../bearer/bearer.ts";
import { cn470 } from "../bearer/lorawan/cn470.ts";
import { frameCodec } from "../bearer/lorawan/frame.ts";
import { lorawan } from "../bearer/lorawan/lorawan.ts";
import { LORAWAN_APPLICATION_KEY, LORAWAN_NETWORK_KEY } from "../identity/block.ts";
import { SESSION_LOST } from "../record/codes.ts";
import { SESSION_COUNTER } from "./device.ts";
import type { Wiring } from "./wiring.ts";

export function overLorawan({ board, manifest, identity, counters }: Wiring): Bearer | undefined {
  const settings = manifest.bearers.lorawan;
  const network = identity.keystore.cipher(LORAWAN_NETWORK_KEY);
  const application = identity.keystore.cipher(LORAWAN_APPLICATION_KEY);
  if (settings === undefined || board.lora === undefined || network === undefined || application === undefined)
    return undefined;
  if (counters.get(SESSION_COUNTER) === 0) {
    board.log.event(SESSION_LOST, 0);
    return undefined;
  }
  return lorawan(board.lora, board.timers, board.random, counters, {
    deviceAddress: identity.fields.deviceAddress,
    codec: frameCodec(network, application),
    region: cn470(settings.subBand),
    dataRate: settings.dataRate,
  });
}
