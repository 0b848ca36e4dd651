-- Clock and Timers: an uptime that stands still during a callback, and one-shot timers over the vendor's one.
--
-- The port gives: elapsedMs(), milliseconds since it was last asked; alarm(ms, fire), which replaces the alarm that is set;
-- LONGEST_ALARM_MS. Every callback of the vendor must run inside `awake`.
local uptime = 0
local queue = {} -- by time, then by order of setting
local lastTimer = 0

local function remaining(timer)
  return wrap(timer.due - uptime)
end

local awake

local function setAlarm()
  local first = queue[1]
  local ms = first and remaining(first) or LONGEST_ALARM_MS
  if ms < 1 then ms = 1 end
  if ms > LONGEST_ALARM_MS then ms = LONGEST_ALARM_MS end
  alarm(ms, function() awake() end)
end

-- Fires what was due on entry; a timer that is set meanwhile waits for the next alarm, as the clock stands still.
local function fireDue()
  local newest = lastTimer
  local i = 1
  while queue[i] and remaining(queue[i]) <= 0 do
    if queue[i].id <= newest then
      table.remove(queue, i).fire()
      i = 1
    else
      i = i + 1
    end
  end
end

function awake(callback, ...)
  uptime = wrap(uptime + elapsedMs())
  if callback then callback(...) end
  fireDue()
  setAlarm()
end

local timers = {}

function timers.after(delayMs, fire)
  lastTimer = lastTimer + 1
  local timer = { id = lastTimer, due = wrap(uptime + delayMs), fire = fire }
  local at = #queue + 1
  while at > 1 and remaining(queue[at - 1]) > delayMs do at = at - 1 end
  table.insert(queue, at, timer)
  return lastTimer
end

function timers.cancel(id)
  for i = 1, #queue do
    if queue[i].id == id then
      table.remove(queue, i)
      return
    end
  end
end
