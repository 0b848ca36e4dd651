-- NodeMCU, branch dev-esp32: what the port uses of node, time, sodium, gpio, spi, adc and io. Integers have 32 bits.
fake.int1Pin, fake.dio1Pin, fake.buttonPin, fake.levels = 34, 26, 0, { [0] = 1 }
local HAPTIC = 25

node = {}
function node.uptime()
  return fake.ms * 1000 & 0x7FFFFFFF, 0
end

time = {}
function time.get()
  return fake.ms // 1000, 0
end

sodium = { random = {} }
local seed = 1
function sodium.random.buf(count)
  local octets = {}
  for i = 1, count do
    seed = seed * 75 % 65537
    octets[i] = string.char(seed % 256)
  end
  return table.concat(octets)
end

gpio = { IN = 0, OUT = 1, PULL_UP = 1, INTR_UP = 1, INTR_UP_DOWN = 3 }
local directions = {}
function gpio.config(...)
  for _, settings in ipairs({ ... }) do
    local pins = type(settings.gpio) == "table" and settings.gpio or { settings.gpio }
    for _, pin in ipairs(pins) do directions[pin] = settings.dir end
  end
end
function gpio.read(pin)
  assert(directions[pin] == gpio.IN)
  return fake.levels[pin] or 0
end
function gpio.write(pin, level)
  assert(directions[pin] == gpio.OUT and pin == HAPTIC)
  fake.motor(level)
end
function gpio.trig(pin, kind, callback)
  assert(directions[pin] == gpio.IN)
  fake.watchers[pin] = function(level)
    if kind == gpio.INTR_UP_DOWN or level == 1 then callback(pin, level) end
  end
end

-- Full duplex: as many octets come back as go out; those of the answer come after the command.
local COMMAND_BYTES = { [0x12] = 2, [0x13] = 2, [0x15] = 2, [0x1D] = 4, [0x1E] = 3 }
spi = { VSPI = 2 }
function spi.master(host, pins)
  assert(host == spi.VSPI and pins.sclk and pins.miso and pins.mosi)
  return {
    device = function(_, settings)
      assert(settings.cs and settings.mode == 0 and settings.freq)
      return {
        transfer = function(_, text)
          local answer = fake.radio(text)
          return string.rep("\0", COMMAND_BYTES[string.byte(text)] or #text - #answer) .. answer
        end,
      }
    end,
  }
end

adc = { ADC1 = 1, ATTEN_11db = 3 }
function adc.setwidth(unit, bits)
  assert(unit == adc.ADC1 and bits == 12)
end
function adc.setup(unit, _, attenuation)
  assert(unit == adc.ADC1 and attenuation == adc.ATTEN_11db)
end
function adc.read(unit, channel)
  assert(unit == adc.ADC1 and channel == 0)
  return 2048
end

io = { open = fake.open }
