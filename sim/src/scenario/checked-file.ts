/** Reads the JSON and YAML files that users write, and says in one sentence what is wrong with them. */
import { readFileSync } from "node:fs";
import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { isMap, isScalar, LineCounter, parse, parseDocument, YAMLParseError } from "yaml";
import { InputError } from "./input-error.ts";

const ajv = new Ajv({ allErrors: false, strict: true, strictTypes: false, verbose: true });
const validators = new Map<object, ValidateFunction>();

/** The text of a file; an unreadable one is an `InputError`. `what` names its kind, such as "scenario". */
export function readText(file: string, what: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new InputError(missing ? `There is no ${what} file ${file}.` : `The ${what} file ${file} cannot be read.`);
  }
}

/** The value in a YAML or JSON file, checked against its schema. Unknown keys are errors. */
export function readChecked<T>(file: string, what: string, schema: object): T {
  let value: unknown;
  const text = readText(file, what);
  try {
    value = parse(text, { prettyErrors: true });
  } catch (error) {
    const line = error instanceof YAMLParseError ? error.linePos?.[0].line : undefined;
    const reason = (error as Error).message.split(/ at line|\n/)[0];
    throw new InputError(`${file}${line === undefined ? "" : `:${line}`} is neither JSON nor YAML: ${reason}.`);
  }
  return checked<T>(value, file, schema);
}

/** The value itself, once its schema has no objection. */
export function checked<T>(value: unknown, file: string, schema: object): T {
  let validate = validators.get(schema);
  if (validate === undefined) {
    validate = ajv.compile(schema);
    validators.set(schema, validate);
  }
  if (!validate(value)) throw new InputError(sentence(file, (validate.errors as ErrorObject[])[0]));
  return value as T;
}

function sentence(file: string, error: ErrorObject): string {
  const path = error.instancePath === "" ? "" : ` at ${error.instancePath.slice(1).replaceAll("/", ".")}`;
  const found = JSON.stringify(error.data);
  switch (error.keyword) {
    case "additionalProperties": {
      const known = Object.keys((error.parentSchema as { properties?: object }).properties ?? {}).join(", ");
      return `${file}${path}: the key "${error.params.additionalProperty}" is unknown; known are ${known}.`;
    }
    case "required":
      return `${file}${path}: the key "${error.params.missingProperty}" is missing.`;
    case "enum":
      return `${file}${path}: ${found} is not one of ${error.params.allowedValues.join(", ")}.`;
    case "type":
      return `${file}${path}: ${found ?? "nothing"} is not of type ${error.params.type}.`;
    default: {
      const hint = (error.parentSchema as { description?: string }).description;
      return `${file}${path}: ${found} ${error.message}${hint === undefined ? "" : ` (${hint})`}.`;
    }
  }
}

/** The line on which the value at a path of keys begins its key, such as `["bearers", "lorawan"]`; 1 when it is not there. */
export function lineOf(file: string, path: readonly string[]): number {
  const lines = new LineCounter();
  let node: unknown = parseDocument(readText(file, "manifest"), { lineCounter: lines }).contents;
  let line = 1;
  for (const key of path) {
    const pair = isMap(node) ? node.items.find((item) => isScalar(item.key) && item.key.value === key) : undefined;
    if (pair === undefined || !isScalar(pair.key)) return line;
    line = lines.linePos(pair.key.range?.[0] ?? 0).line;
    node = pair.value;
  }
  return line;
}
