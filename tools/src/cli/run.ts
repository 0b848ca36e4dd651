/** songbai run: one device, one scenario, one runtime; what came of it. */

import { createRequire } from "node:module";
import type { Manifest } from "@songbai/sdk/device/manifest";
import { type HciSocket, hciSocket } from "@songbai/sim/air/ble/hci-socket";
import { hostSockets } from "@songbai/sim/air/cell/host-sockets";
import { type UdpGateway, udpGateway } from "@songbai/sim/air/udp-gateway";
import { InputError } from "@songbai/sim/scenario/input-error";
import { readScenario, recordingScenario, type Scenario, scenarioNames } from "@songbai/sim/scenario/scenario";
import { type BoardProfile, simulate } from "@songbai/sim/scenario/simulate";
import { readRecording } from "@songbai/sim/world/recording";
import type { Command } from "commander";
import { DESK_BOARD, runDesk } from "../desk/command.ts";
import { hub } from "../hub/hub.ts";
import { connectPlatform } from "../hub/platform/platform.ts";
import { fileStore, memoryStore, type Store } from "../hub/store/store.ts";
import { demoCredentials, identityOf } from "../provision/demo.ts";
import { deviceNames, type FoundDevice, findDevice, isContinuous } from "./find-device.ts";
import { integerOption } from "./options.ts";
import { meterOf } from "./progress.ts";
import { provisionedIdentity } from "./provisioned.ts";
import { resultOf } from "./result.ts";
import { BOARD_RUNTIMES, prepareRuntime, RUNTIMES } from "./runtimes.ts";
import { printSummary } from "./summary.ts";
import { writeResult } from "./write-result.ts";

interface RunOptions {
  scenario?: string;
  recording?: string;
  runtime: string;
  seed?: string;
  speed: string;
  board?: string;
  port?: string;
  duration?: string;
  flash?: string;
  mqtt?: string;
  identity?: string;
  data?: string;
  gateway?: string;
  bleHci?: string;
  broker?: string;
  out?: string;
  json?: boolean;
}

const BOARD_HELP = `
Emulated boards, for --runtime:
${BOARD_RUNTIMES.map((name) => `  ${name}`).join("\n")}
They need what board-profiles/reference-m4/build.sh installs and builds, on Debian: an Arm compiler, QEMU, the firmware.`;

export function addRun(program: Command): void {
  program
    .command("run")
    .description("simulate a device in a scenario and say what came of it")
    .argument("<device>", `one of ${deviceNames().join(", ")}, or a folder with main.ts and manifest.json`)
    .option("--scenario <name|file>", `one of ${scenarioNames().join(", ")}, or a YAML or JSON file (default fall-at-home)`)
    .option("--recording <file>", "play a recorded accelerometer (CSV) instead of a scenario")
    .option("--runtime <name>", `one of ${RUNTIMES.join(", ")}, or an emulated board, see below`, "native")
    .option("--seed <number>", "seed of everything random, 0 to 2147483647")
    .option("--speed <max|number>", "times real time", "max")
    .option("--board <name>", `${DESK_BOARD}: in real time on a board that lies on the desk, instead of a scenario`)
    .option("--port <path>", "serial port of that board, such as /dev/ttyACM0 or COM3")
    .option("--duration <time>", "how long on that board, such as 90s or 5min (default 60s)")
    .option("--flash <file>", "file that keeps that board's flash from run to run (default: none does)")
    .option("--mqtt <url>", "broker to publish to (default: an embedded one)")
    .option("--data <dir>", "keep the hub's store there from run to run; see songbai hub (default: in memory)")
    .option("--identity <file>", "run a device that songbai provision made and --data knows (default: one with demo keys)")
    .option(
      "--gateway <host:port>",
      "send what is heard to a network server there, by the Semtech UDP protocol, not to the hub here",
    )
    .option(
      "--ble-hci <path>",
      "a Unix socket with Bluetooth controllers (HCI, H4) near the device, for programs that scan and connect; in real time unless --speed says otherwise",
    )
    .option(
      "--broker <host:port>",
      "in real time: the device's own MQTT client talks to a broker there; see songbai hub --broker",
    )
    .option("--out <dir>", "write transcript.cbor and result.json there")
    .option("--json", "print one JSON object and nothing else")
    .addHelpText("after", BOARD_HELP)
    .addHelpText("after", "\nExample:\n  songbai run bracelet --scenario fall-at-home --runtime lua53 --seed 1 --json")
    .action(async (device: string, options: RunOptions) => {
      process.exitCode = await (onDesk(options) ? runDesk(findDevice(device), options) : run(device, options));
    });
}

/** How far a host on --ble-hci is from the device where the scenario says nothing of a phone, metres. */
const HOST_M = 2;

/** Whether the device runs on the desk; options of the desk and of the simulator do not mix. */
function onDesk(options: RunOptions): boolean {
  const given = (names: readonly (keyof RunOptions)[]) => names.find((name) => options[name] !== undefined);
  if (options.board === undefined) {
    const desk = given(["port", "duration", "flash"]);
    if (desk !== undefined) throw new InputError(`--${desk} is for a board on the desk; add --board ${DESK_BOARD}.`);
    return false;
  }
  if (options.board !== DESK_BOARD) {
    throw new InputError(
      `songbai run has no board "${options.board}" on the desk; there is ${DESK_BOARD}, or name a --runtime.`,
    );
  }
  const runtime = options.runtime === "native" ? undefined : "runtime";
  const speed = options.speed === "max" ? undefined : "speed";
  const simulated = given(["scenario", "recording", "identity", "gateway", "bleHci", "broker"]) ?? runtime ?? speed;
  if (simulated !== undefined) {
    throw new InputError(
      `--${simulated === "bleHci" ? "ble-hci" : simulated} is for the simulator; a board on the desk feels its own motion, in real time, and runs native.`,
    );
  }
  return true;
}

function scenarioOf(device: string, options: RunOptions): Scenario {
  if (options.recording !== undefined) {
    if (options.scenario !== undefined) throw new InputError("Name either --scenario or --recording, not both.");
    return recordingScenario(options.recording, device, readRecording(options.recording).durationUs / 1e6);
  }
  const scenario = readScenario(options.scenario ?? "fall-at-home");
  if (scenario.device !== device) {
    throw new InputError(
      `The scenario ${scenario.name} is about the device "${scenario.device}", not "${device}"; run songbai run ${scenario.device}.`,
    );
  }
  return scenario;
}

function paceOf(speed: string): () => number {
  if (speed === "max") return () => Number.POSITIVE_INFINITY;
  const factor = Number(speed);
  if (!(factor > 0)) throw new InputError(`--speed ${speed} is no speed; give max, 1 or another number above 0.`);
  return () => factor;
}

async function run(deviceName: string, options: RunOptions): Promise<number> {
  const device = findDevice(deviceName);
  const scenario = scenarioOf(device.name, options);
  const played = playedBy(scenario, options);
  const seed = options.seed === undefined ? scenario.seed : integerOption("--seed", options.seed, 0, 2147483647);
  const broker = brokerOf(device.manifest, options);
  const pace = paceOf((options.bleHci ?? broker) !== undefined && options.speed === "max" ? "1" : options.speed);
  if (options.bleHci !== undefined && device.manifest.bearers.ble === undefined) {
    throw new InputError(`--ble-hci is for devices with BLE; the manifest of ${device.name} names no bearer "ble".`);
  }
  const elsewhere = options.gateway === undefined ? undefined : endpointOf("--gateway", options.gateway);
  const profile = createRequire(import.meta.url)("@songbai/board-profiles/simulator/profile.json") as BoardProfile;
  const store = options.data === undefined ? memoryStore() : fileStore(options.data);
  const platform = await connectPlatform(options.mqtt);
  const subBand = device.manifest.bearers.lorawan?.subBand ?? 0;
  let gateway: UdpGateway | undefined;
  let hosts: HciSocket | undefined;
  try {
    const identity =
      options.identity === undefined ? demoIdentity(store, seed, device) : provisionedIdentity(options.identity, store);
    const runtime = await prepareRuntime(device, options.runtime);
    const log = (sentence: string) => process.stderr.write(`${sentence}\n`);
    // Every run begins with a join: no news beside the one object of --json.
    const far = hub({ store, subBand, publish: platform.publish, ...(options.json === true ? {} : { log }) });
    far.resume();
    if (elsewhere !== undefined) gateway = await udpGateway({ ...elsewhere, subBand, log });
    if (options.bleHci !== undefined) {
      hosts = await hciSocket(options.bleHci);
      log(`Bluetooth controllers (HCI, H4) are at ${options.bleHci}; each connection is one.`);
    }
    const progress = meterOf(scenario, options.json === true);
    const result = await simulate({
      scenario: played,
      seed,
      profile,
      identity,
      start: runtime.start,
      server: gateway ?? { uplink: (reception, timeS) => far.uplink(reception, scenario.startEpochS + timeS) },
      records: far,
      joinBle: (air) => hosts?.join(air, seed, scenario.phone?.distanceM ?? HOST_M),
      ...(broker === undefined ? {} : { cellServers: hostSockets({ to: broker, plain: true }) }),
      psm: device.manifest.bearers.cellular?.psm,
      edrx: device.manifest.bearers.cellular?.edrx,
      keepTranscript: options.out !== undefined,
      pace,
      watch: { progress: progress.show },
    });
    progress.done();
    if (gateway !== undefined) log(`What was delivered is for the network server at ${options.gateway} to say.`);
    const published = await platform.settle();
    if (published.unsent === 0) far.settled();
    const object = resultOf(device.name, scenario, options.runtime, seed, result, published);
    if (options.out !== undefined) writeResult(options.out, object, result.transcript);
    if (options.json === true) process.stdout.write(`${JSON.stringify(object)}\n`);
    else printSummary(object, scenario);
    return object.verdict === "pass" ? 0 : 1;
  } finally {
    gateway?.close();
    hosts?.close();
    await platform.close();
    store.close();
  }
}

/** The scenario without what somebody outside does in its stead: what became of a record is then theirs to say. */
function playedBy(scenario: Scenario, { gateway, bleHci, broker }: RunOptions): Scenario {
  if ((gateway ?? bleHci ?? broker) === undefined) return scenario;
  const { phone, ...rest } = scenario;
  return { ...rest, ...(bleHci !== undefined || phone === undefined ? {} : { phone }), expect: [] };
}

/** Where --broker is. The device is brought to it whatever its manifest says, without TLS. */
function brokerOf({ bearers }: Manifest, { broker, speed }: RunOptions): { host: string; port: number } | undefined {
  if (broker === undefined) return undefined;
  if (bearers.cellular?.protocol !== "mqtt") {
    throw new InputError("--broker is for a device whose manifest has MQTT: bearers.cellular.protocol is not mqtt.");
  }
  if (speed !== "max" && speed !== "1") {
    throw new InputError(`--speed ${speed} does not go with --broker: a real broker lives in real time.`);
  }
  return endpointOf("--broker", broker);
}

/** Host and port of an option; an IPv6 address stands in brackets. */
function endpointOf(option: string, text: string): { host: string; port: number } {
  const parts = /^(?:\[(.+)\]|([^:]+)):(\d+)$/.exec(text);
  if (parts === null) throw new InputError(`${option} ${text} is not a host and a port, such as 127.0.0.1:1700.`);
  return { host: parts[1] ?? parts[2], port: integerOption(option, parts[3], 1, 65535) };
}

/** A device of the simulator begins with empty flash. If the store has heard it before, it needs an epoch of its own. */
function demoIdentity(store: Store, seed: number, found: FoundDevice): Uint8Array {
  const first = demoCredentials(seed, found.name);
  const known = store.device(first.deviceId);
  const credentials = known === undefined ? first : demoCredentials(seed, found.name, known.epoch + 1);
  store.enrol({ ...credentials, continuous: isContinuous(found) });
  return identityOf(credentials);
}
