-- The Board that the device program gets. A capability whose part was not loaded is nil: the program sees that it is not there.
local board = {
  clock = {
    uptimeMs = function() return uptime end,
    epochSeconds = epochSeconds,
  },
  timers = timers,
  random = { next = randomInt32 },
  flash = flash,
  log = { event = function(event, value) print("log " .. event .. " " .. value) end },
  accelerometer = accelerometer,
  battery = battery,
  button = button,
  haptic = haptic,
  lora = lora,
}

local function start(program)
  awake(function() program(board) end)
end
