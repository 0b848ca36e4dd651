-- Milliseconds from a counter of microseconds that goes back to 0 after 31 bits, 35 minutes. The port gives micros().
local LONGEST_ALARM_MS = 1800000 -- so that it is looked at before it goes round
local lastMicros = micros()
local restMicros = 0

local function elapsedMs()
  local now = micros()
  local passed = now - lastMicros
  if passed < 0 then passed = passed + 2147483647 + 1 end
  lastMicros = now
  passed = passed + restMicros
  local ms = idiv(passed, 1000)
  restMicros = passed - ms * 1000
  return ms
end
