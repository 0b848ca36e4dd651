// Portable TypeScript: the same under suite 2.
import { device } from "@songbai/sdk/device/device";
import { SM4_CCM } from "@songbai/sdk/identity/sm4-ccm";
import { BATTERY } from "@songbai/sdk/record/codes";

const MANIFEST = { id: "nonce", sensors: {}, bearers: {} };

export const program = device(
  MANIFEST,
  (d) => {
    let presses = 0;
    d.button.onPress(() => {
      presses += 1;
      d.journal([{ code: BATTERY, values: [presses] }]);
    });
    d.button.onLongPress(() => {
      d.renewKey();
    });
  },
  { bearers: [], suite: SM4_CCM },
);
