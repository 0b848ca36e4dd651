import { device, minutes, seconds } from "@songbai/sdk/device/device";
import { overLorawan } from "@songbai/sdk/device/over-lorawan";
import { idiv } from "@songbai/sdk/lang/intrinsics";
import { FALL, SOS } from "@songbai/sdk/record/codes";
import { fallDetector } from "@songbai/sdk/sensing/fall/detector";
import { wrist } from "@songbai/sdk/sensing/fall/wrist";
import manifest from "./manifest.json" with { type: "json" };

/** The safety bracelet: feels falls, calls for help, and lets the wearer say that all is well. */
export default device(
  manifest,
  (d) => {
    const falls = fallDetector({ rateHz: d.motion.rateHz, position: wrist }, (fall) =>
      d.alarm.warn({ code: FALL, values: [idiv(fall.impactMg, 100), fall.confidence] }, seconds(20)),
    );
    d.motion.onSamples(falls.feed);

    d.button.onPress(() => d.alarm.cancel());
    d.button.onLongPress(() => {
      d.alarm.confirm();
      d.alarm.raise({ code: SOS, values: [] });
    });

    d.report(minutes(10), () => d.journal([d.battery(), d.status()]));
  },
  { bearers: [overLorawan] },
);
