// A portable program around activity: a line of words is samples, answered with "steps,cadence,doubt" and, after a semicolon, the
// minutes that ended in it; "!" loses samples.
import { allocInts, decimal, idiv, readSamples, textLength } from "@songbai/sdk/lang/intrinsics";
import { type Activity, activity } from "@songbai/sdk/sensing/activity/activity";

const batch = allocInts(300);
let minutes = "";

function fresh(): Activity {
  // Nobody's body: the steps know nothing of it, the energy is that of such a person.
  return activity({ rateHz: 25, body: { height: 165, mass: 60, age: 70, female: false } }, (minute) => {
    minutes += `;${decimal(minute.value)},${decimal(minute.quality)},${decimal(minute.doubt)},${decimal(minute.cadence)}`;
    minutes += `,${decimal(minute.met)},${decimal(minute.energy)},${decimal(minute.sedentary)}`;
  });
}

let sense = fresh();

export function receive(line: string): string {
  minutes = "";
  if (line === "") sense = fresh();
  else if (line === "!") sense.restart();
  else {
    const count = idiv(textLength(line), 9);
    readSamples(line, 0, batch, 3 * count);
    sense.feed(batch, count);
  }
  return `${decimal(sense.steps())},${decimal(sense.cadence())},${decimal(sense.doubt())}${minutes}`;
}
