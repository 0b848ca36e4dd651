-- Button and Haptic on two pins.
--
-- The port gives: isPressed(); onButtonEdge(callback), called outside `awake` at every edge; setMotor(on).
local DEBOUNCE_MS = 20
local button, haptic = {}, {}
local wasPressed = false
local onChange
local settle, pulse = 0, 0

local function settled()
  settle = 0
  local pressed = isPressed()
  if pressed ~= wasPressed then
    wasPressed = pressed
    if onChange then onChange(pressed) end
  end
end

onButtonEdge(function()
  awake(function()
    timers.cancel(settle)
    settle = timers.after(DEBOUNCE_MS, settled)
  end)
end)

function button.onChange(listener)
  onChange = listener
end

function haptic.buzz(onMs, offMs, times)
  timers.cancel(pulse)
  setMotor(false)
  local left = times
  local function start()
    if left <= 0 then return end
    left = left - 1
    setMotor(true)
    pulse = timers.after(onMs, function()
      setMotor(false)
      if left > 0 then pulse = timers.after(offMs, start) end
    end)
  end
  start()
end
