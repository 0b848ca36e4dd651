-- NodeMCU, branch release: what the port uses of tmr, gpio, adc, node, rtctime and file.
fake.int1Pin, fake.buttonPin, fake.levels = 5, 3, { [3] = 1 }
local HAPTIC = 6

function tmr.now()
  return fake.ms * 1000 % 2147483648
end

gpio = { OUTPUT = 1, INPUT = 0, INT = 2, PULLUP = 1, HIGH = 1, LOW = 0 }
local modes = {}
function gpio.mode(pin, mode)
  modes[pin] = mode
end
function gpio.read(pin)
  return fake.levels[pin] or 0
end
function gpio.write(pin, level)
  assert(modes[pin] == gpio.OUTPUT and pin == HAPTIC)
  fake.motor(level)
end
function gpio.trig(pin, kind, callback)
  assert(modes[pin] == gpio.INT and pin > 0)
  fake.watchers[pin] = function(level)
    if kind == "both" or (kind == "up") == (level == 1) then callback(level, tmr.now(), 1) end
  end
end

adc = {}
function adc.read(channel)
  assert(channel == 0)
  return 960
end

node = {}
local seed = 1
function node.random(low, high)
  seed = seed * 16807 % 2147483647
  return low + seed % (high - low + 1)
end

rtctime = {}
function rtctime.get()
  return 0, 0, 0
end

-- file (docs/modules/file.md).
file = { open = fake.open }
function file.putcontents(name, text)
  assert(#name <= 31)
  fake.files[name] = text
  return true
end
