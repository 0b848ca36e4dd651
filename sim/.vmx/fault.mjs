class DeviceFault extends Error {
  name = "DeviceFault";
}
function endlessLoop(program, where, unit = "instructions") {
  const limit = program.maxInstructionsPerCall.toLocaleString("en-US");
  return fault(program, `ran ${limit} ${unit} in one event without coming to rest (endless loop?)${lastAt(where)}`);
}
function heapExceeded(program, where = "") {
  return fault(program, `needs more than ${heapSize(program.maxHeapBytes)} of heap${lastAt(where)}`);
}
function failed(program, message) {
  return fault(program, `failed: ${message}`);
}
function unreadable(program, message) {
  return fault(program, `cannot be read: ${message}`);
}
function withoutReceive(program) {
  return fault(program, "defines no global function receive(line)");
}
function notText(program, type) {
  return fault(program, `returned a value of type ${type} from receive(line) instead of text`);
}
function notPrintable(program) {
  return fault(program, "returned text from receive(line) that is not printable ASCII");
}
function fault(program, what) {
  return new DeviceFault(program.locate(`The device program ${what}.`));
}
function lastAt(where) {
  return where === "" ? "" : `, last at ${where}`;
}
function heapSize(bytes) {
  return bytes % 2 ** 20 === 0 ? `${bytes / 2 ** 20} MiB` : `${Math.round(bytes / 1024)} KiB`;
}
export {
  DeviceFault,
  endlessLoop,
  failed,
  heapExceeded,
  notPrintable,
  notText,
  unreadable,
  withoutReceive
};
