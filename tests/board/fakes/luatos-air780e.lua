-- LuatOS: what the port uses of mcu, sys, crypto, os, io, i2c, gpio, spi and adc. Integers have 32 bits.
fake.int1Pin, fake.dio1Pin, fake.buttonPin, fake.levels = 24, 30, 22, { [22] = 1 }
local HAPTIC, SELECT = 27, 8

mcu = {}
function mcu.ticks()
  return fake.ms
end

local timers, lastTimer = {}, 0
local library = {
  timerStart = function(fire, ms)
    assert(ms >= 1)
    lastTimer = lastTimer + 1
    timers[lastTimer] = fake.after(ms, fire)
    return lastTimer
  end,
  timerStop = function(id)
    fake.drop(timers[id])
  end,
  run = function() end,
}
function require(name)
  return name == "sys" and library or nil
end

crypto = {}
local seed = 1
function crypto.trng(count)
  local octets = {}
  for i = 1, count do
    seed = seed * 75 % 65537
    octets[i] = string.char(seed % 256)
  end
  return table.concat(octets)
end

os = {}
function os.time()
  return 946684800 + fake.ms // 1000 -- 2000-01-01: not set yet
end

io = {}
function io.open(path, mode)
  assert(string.sub(path, 1, 1) == "/" and string.find(mode, "b", 1, true))
  return fake.open(string.sub(path, 2), mode)
end

i2c = { FAST = 1 }
local register
function i2c.setup(id)
  return id == 1 and 1 or 0
end
function i2c.send(id, address, octets)
  assert(id == 1 and address == 25)
  if type(octets) == "table" then
    fake.writeRegister(octets[1], octets[2])
  else
    register = octets
  end
  return true
end
function i2c.recv(id, address, count)
  assert(id == 1 and address == 25)
  return fake.readRegisters(register, count)
end

gpio = { PULLUP = 1, PULLDOWN = 2, RISING = 0, BOTH = 2 }
local outputs = {}
function gpio.setup(pin, mode, _, irq)
  if type(mode) == "number" then outputs[pin] = mode end
  if type(mode) == "function" then
    fake.watchers[pin] = function(level)
      if irq == gpio.BOTH or level == 1 then mode(level) end
    end
  end
end
function gpio.get(pin)
  return fake.levels[pin] or 0
end
function gpio.set(pin, level)
  assert(outputs[pin])
  outputs[pin] = level
  if pin == HAPTIC then fake.motor(level) end
end

spi = { MSB = 1 }
local answer
function spi.setup(id, select, cpha, cpol, bits, _, order, master)
  assert(id == 0 and select == nil and cpha == 0 and cpol == 0 and bits == 8 and order == spi.MSB and master == 1)
  return 0
end
function spi.send(id, text)
  assert(id == 0 and outputs[SELECT] == 0)
  answer = fake.radio(text)
  return #text
end
function spi.recv(id, count)
  assert(id == 0 and outputs[SELECT] == 0 and #answer == count)
  return answer
end

adc = { CH_VBAT = 9 }
local opened
function adc.open(channel)
  opened = channel
  return true
end
function adc.get(channel)
  return opened == channel and 3900 or -1
end
