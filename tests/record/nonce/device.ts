// Portable TypeScript: a device that journals at each press, and takes a new key at each long one.
import { device } from "@songbai/sdk/device/device";
import { overLorawan } from "@songbai/sdk/device/over-lorawan";
import { BATTERY, SOS } from "@songbai/sdk/record/codes";

const MANIFEST = { id: "nonce", sensors: {}, bearers: { lorawan: { subBand: 10, dataRate: 3 } } };

export const program = device(
  MANIFEST,
  (d) => {
    let presses = 0;
    d.button.onPress(() => {
      presses += 1;
      if (presses % 4 === 0) d.alarm.raise({ code: SOS, values: [] });
      else d.journal([{ code: BATTERY, values: [presses] }]);
    });
    d.button.onLongPress(() => {
      d.renewKey();
    });
  },
  { bearers: [overLorawan] },
);
