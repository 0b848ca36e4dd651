import {
  endlessLoop,
  failed,
  heapExceeded,
  notPrintable,
  notText,
  unreadable,
  withoutReceive
} from "./fault.mjs";
function luaGuard(program) {
  const interval = Math.min(1e4, program.maxInstructionsPerCall);
  return `
local sethook, getinfo, collectgarbage = debug.sethook, debug.getinfo, collectgarbage
local error, type, find, rawget, globals = error, type, string.find, rawget, _G
local loadtext = loadstring or load
local rounds, baseline = 0, 0
local fault, receive

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
    local at = getinfo(2, "Sl")
    fault = "\\1" .. kind .. " " .. at.short_src .. ":" .. at.currentline
    sethook(guard, "", 1)
  end
  error(fault, 0)
end

local function live()
  collectgarbage()
  return collectgarbage("count") - baseline
end

local function load(code, name)
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
  .. "table tonumber tostring type unpack xpcall")
${program.maxInstructionsPerCall === Infinity ? "" : `sethook(guard, "", ${interval})`}
baseline = live()
return load, call, live
`;
}
function luaFault(program, message) {
  const [, kind, detail = ""] = /^\x01(\w+) ?(.*)/s.exec(message) ?? [];
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
export {
  luaFault,
  luaGuard
};
