import { device } from "@songbai/sdk/device/device";
import { overBle } from "@songbai/sdk/device/over-ble";
import { overMqtt } from "@songbai/sdk/device/over-cellular";
import { STATUS } from "@songbai/sdk/record/codes";
import manifest from "./manifest.json" with { type: "json" };

const REPORTS = 10000;
/** So many fit a day but for its last half hour. */
const PERIOD_MS = 8450;

/** Reports, each with its number, until it has made as many as it should. */
export default device(
  manifest,
  (d) => {
    let made = 0;
    d.every(PERIOD_MS, () => {
      made += 1;
      if (made <= REPORTS) d.journal([{ code: STATUS, values: [made, 0] }]);
    });
  },
  { bearers: [overBle, overMqtt] },
);
