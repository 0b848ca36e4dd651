import {
  type DeviceFault,
  endlessLoop,
  failed,
  heapExceeded,
  notPrintable,
  notText,
  unreadable,
  withoutReceive,
} from "./fault.ts";
import type { Program } from "./vm-options.ts";

/**
 * The Lua text that stands between the host and a device program, the same for Lua 5.1, 5.3 and 5.4. It takes away what
 * boards lack and what would make two runs differ, then returns four functions: `load(code, name)`, `call(line)`,
 * `live()`, the program's live heap in KiB, and `blame(message)`, the handler of its errors' messages.
 *
 * - The names left are those that NodeMCU (Lua 5.1 and 5.3) and LuatOS both have. Random numbers and time come from the board.
 *   Coroutines go too: a hook counts only in the thread it was set in, so a loop inside a coroutine would never be stopped.
 * - A hook every 10,000 instructions stops an endless loop and a runaway heap. Once it has, it runs at every instruction and
 *   fails each of them, so that a `pcall` in the program cannot swallow it.
 * - `xpcall` goes: its message handler runs before the hook's error has unwound, with hooks off, and may never end.
 * - Errors for the host begin with \1 and a word; `luaFault` turns them into sentences.
 */
export function luaGuard(program: Program): string {
  const interval = Math.min(10_000, program.maxInstructionsPerCall);
  return `
local sethook, getinfo, collectgarbage = debug.sethook, debug.getinfo, collectgarbage
local error, type, find, match, sub, rawget, globals = error, type, string.find, string.match, string.sub, rawget, _G
local loadtext = loadstring or load
local rounds = 0
local baseline = 0 -- KiB of the libraries and of this text
local fault, receive

-- Where the program itself stands: the innermost frame that is neither C nor one of the runtime's own texts, "?" if none is left.
local function position()
  for level = 3, 30 do
    local at = getinfo(level, "Sl")
    if not at then break end
    if at.currentline > 0 and sub(at.short_src, 1, 1) ~= "[" then return at.short_src .. ":" .. at.currentline end
  end
  return "?" -- Lua 5.1 forgets who made a tail call.
end

-- The message handler: an error inside the bit module is the caller's.
local function blame(message)
  local what = type(message) == "string" and match(message, '^%[string ".-"%]:%d+: (.*)')
  return what and position() .. ": " .. what or message
end

local function guard()
  if not fault then
    rounds = rounds + 1
    local kind
    if rounds >= ${Math.ceil(program.maxInstructionsPerCall / interval)} then
      kind = "instructions"
    elseif collectgarbage("count") - baseline > ${program.maxHeapBytes / 1024} then
      collectgarbage()
      if collectgarbage("count") - baseline > ${program.maxHeapBytes / 1024} then kind = "heap" end
    end
    if not kind then return end
    fault = "\\1" .. kind .. " " .. position()
    sethook(guard, "", 1)
  end
  error(fault, 0)
end

local function live()
  collectgarbage()
  return collectgarbage("count") - baseline
end

local function load(code, name)
  collectgarbage()
  baseline = collectgarbage("count") - #code / 1024
  local chunk, problem = loadtext(code, "=" .. name)
  if not chunk then error("\\1syntax " .. problem, 0) end
  chunk()
  receive = rawget(globals, "receive")
  if type(receive) ~= "function" then error("\\1missing", 0) end
end

local function call(line)
  rounds = 0
  local answer = receive(line)
  if type(answer) ~= "string" then error("\\1type " .. type(answer), 0) end
  if find(answer, "\\0", 1, true) then error("\\1zero", 0) end
  return answer
end

local function keep(from, names)
  local kept = {}
  for name in names:gmatch("%w+") do kept[name] = true end
  for name in pairs(from) do
    if not kept[name] then from[name] = nil end
  end
end

keep(math, "abs ceil floor huge max maxinteger min mininteger pi pow sqrt tointeger type" .. (_VERSION == "Lua 5.1" and "" or " fmod"))
keep(string, "byte char find format gmatch gsub len lower match rep reverse sub upper")
keep(table, "concat insert move pack remove sort unpack")
keep(_G, "G VERSION assert bit error getmetatable ipairs math next pairs pcall rawequal rawget rawlen rawset select setmetatable string "
  .. "table tonumber tostring type unpack")
${program.maxInstructionsPerCall === Infinity ? "" : `sethook(guard, "", ${interval})`}
return load, call, live, blame
`;
}

/** The fault behind an error message that came out of the guard or of the program. */
export function luaFault(program: Program, message: string): DeviceFault {
  if (!message.startsWith("\x01")) return failed(program, message);
  const [kind, ...words] = message.slice(1).split(" ");
  const detail = words.join(" ");
  switch (kind) {
    case "instructions":
      return endlessLoop(program, detail);
    case "heap":
      return heapExceeded(program, detail);
    case "syntax":
      return unreadable(program, detail);
    case "missing":
      return withoutReceive(program);
    case "type":
      return notText(program, detail);
    case "zero":
      return notPrintable(program);
    default:
      return failed(program, message);
  }
}
