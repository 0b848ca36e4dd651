/** The board link of a simulated bracelet, written down: what another engine must answer too. */
import { join } from "node:path";
import { linkedRuntime } from "@songbai/sim/runtime/linked";
import { createVm } from "@songbai/sim/runtime/vm";
import { readScenario } from "@songbai/sim/scenario/scenario";
import { simulate } from "@songbai/sim/scenario/simulate";
import { findDevice } from "@songbai/tools/cli/find-device";
import { linkEntry } from "@songbai/tools/cli/runtimes";
import { compile, type Target } from "@songbai/tools/compile/compile";
import { demoHub } from "@songbai/tools/hub/hub";
import { demoCredentials, identityOf } from "@songbai/tools/provision/demo";
import { PROFILE } from "./simulation.ts";

export interface Conversation {
  /** All lines that went to the program. */
  readonly events: readonly string[];
  /** What it answered to each. */
  readonly effects: readonly string[];
}

/** The bracelet behind the board link, for another engine. */
export function linkedBracelet(target: Target): string {
  const { folder, manifest } = findDevice("bracelet");
  return compile({ entryFile: join(folder, "songbai-entry.ts"), entrySource: linkEntry(manifest), target }).code;
}

/** What the bracelet hears and answers in a scenario. */
export async function conversation(scenarioName: string): Promise<Conversation> {
  const device = findDevice("bracelet");
  const code = linkedBracelet("lua53");
  const credentials = demoCredentials(1, device.name);
  const events: string[] = [];
  const effects: string[] = [];
  await simulate({
    scenario: readScenario(scenarioName),
    seed: 1,
    profile: PROFILE,
    identity: identityOf(credentials),
    start: async (hardware) => {
      const vm = await createVm("lua54", { name: device.name, code });
      const call = (line: string) => {
        events.push(line);
        effects.push(vm.call(line));
        return effects.at(-1) as string;
      };
      return linkedRuntime({ call, close: () => vm.close() }, hardware);
    },
    server: demoHub(credentials, 10, () => {}),
  });
  return { events, effects };
}
