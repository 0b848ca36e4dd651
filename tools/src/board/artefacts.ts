/** The files of a build, as the board wants them: the bundle in one or several scripts, and the start file with the port. */
import type { Bundle } from "../compile/bundle.ts";
import { type FoundBoard, type Profile, portText } from "./profile.ts";
import { splitLua } from "./split.ts";

export interface Artefact {
  readonly name: string;
  readonly text: string;
  readonly bytes: number;
}

export function artefactsOf(device: string, board: FoundBoard, bundle: Bundle): Artefact[] {
  const { profile } = board;
  const { files, port, runtime } = profile;
  if (port === undefined) return [artefact(files.start, bundle.code)];
  const extension = runtime.target === "js" ? "js" : "lua";
  const most = files.largestBytes?.value ?? Number.POSITIVE_INFINITY;
  const isCut = files.layout === "several" && extension === "lua" && Buffer.byteLength(bundle.code) > most;
  const pieces = isCut ? splitLua(bundle, most) : [bundle.code];
  const scripts = pieces.map((text, i) =>
    artefact(pieces.length === 1 ? `${device}.${extension}` : `${device}-${i + 1}.${extension}`, text),
  );
  return [...scripts, artefact(files.start, startText(board, scripts))];
}

function artefact(name: string, text: string): Artefact {
  return { name, text, bytes: Buffer.byteLength(text) };
}

function startText(board: FoundBoard, scripts: readonly Artefact[]): string {
  const { port, runtime } = board.profile;
  if (port === undefined) return "";
  const loads = scripts.map(({ name }) =>
    port.load.replaceAll("{file}", name).replaceAll("{name}", name.replace(/\.\w+$/, "")),
  );
  return `${[
    runtime.target === "js" ? jsConstants(board.profile) : luaConstants(board.profile),
    ...port.files.map((file) => portText(board, file).trimEnd()),
    ...loads,
    port.run,
  ].join("\n")}\n`;
}

/** What the profile says of the board, as the port reads it. */
function constantsOf({ flash, pins = {}, buses = {}, parts = {}, radios = {} }: Profile): Record<string, unknown> {
  const { accelerometer } = parts;
  const sensorBus = buses[accelerometer?.bus ?? ""];
  const radioBus = buses[radios.lora?.bus ?? ""];
  return {
    FLASH: { sizeBytes: flash.sizeBytes, sectorBytes: flash.sectorBytes },
    PINS: pins,
    AXES: accelerometer?.axes,
    ACCELEROMETER_ADDRESS: accelerometer?.address,
    I2C_NUMBER: sensorBus?.number,
    SPI_NUMBER: radioBus?.number,
    RADIO_HZ: radioBus?.hz,
  };
}

function luaConstants(profile: Profile): string {
  return defined(profile, (name, value) => `local ${name} = ${luaValue(value)}`);
}

function jsConstants(profile: Profile): string {
  return defined(profile, (name, value) => `var ${name} = ${JSON.stringify(value)};`);
}

function defined(profile: Profile, line: (name: string, value: unknown) => string): string {
  const known = Object.entries(constantsOf(profile)).filter(([, value]) => value !== undefined);
  return known.map(([name, value]) => line(name, value)).join("\n");
}

function luaValue(value: unknown): string {
  if (Array.isArray(value)) return `{ ${value.map(luaValue).join(", ")} }`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([name, inner]) => `${name} = ${luaValue(inner)}`)
    .join(", ")} }`;
}
