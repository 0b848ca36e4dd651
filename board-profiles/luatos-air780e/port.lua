-- LuatOS on Air780E, Lua 5.3 with 32-bit numbers: https://docs.openluat.com and openLuat/LuatOS, luat/modules/luat_lib_*.c.
sys = require("sys") -- a global: the vendor's own scripts expect it

-- mcu.ticks(): a tick a millisecond (mcu.hz()), an unsigned 32-bit number in an int32.
local LONGEST_ALARM_MS = 3600000
local lastTicks = mcu.ticks()
local function elapsedMs()
  local now = mcu.ticks()
  local passed = wrap(now - lastTicks)
  lastTicks = now
  return passed
end

-- sys.timerStart(fire, ms) answers an id for sys.timerStop.
local alarmId
local function alarm(ms, fire)
  if alarmId then sys.timerStop(alarmId) end
  alarmId = sys.timerStart(fire, ms)
end

-- os.time(): UTC once the network or socket.sntp has set it; before that, soon after 1970 or 2000.
local EARLIEST = 1600000000
local function epochSeconds()
  local seconds = os.time()
  return (seconds < 0 or seconds > EARLIEST) and seconds or 0
end

-- crypto.trng(length): text of true random octets.
local function randomInt32()
  return int32Of(string.byte(crypto.trng(4), 1, 4))
end

local FILE_ROOT = "/" -- LittleFS

-- i2c.setup(id, speed), i2c.send(id, address, octets), i2c.recv(id, address, count).
i2c.setup(I2C_NUMBER, i2c.FAST)

local function readRegisters(register, count)
  i2c.send(I2C_NUMBER, ACCELEROMETER_ADDRESS, register)
  return i2c.recv(I2C_NUMBER, ACCELEROMETER_ADDRESS, count)
end

local function writeRegister(register, value)
  i2c.send(I2C_NUMBER, ACCELEROMETER_ADDRESS, { register, value })
end

-- gpio.setup(pin, mode, pull, irq): a function is an interrupt, a number an output with that level, nil an input.
local function onInterrupt(callback)
  gpio.setup(PINS.accelerometerInterrupt, callback, gpio.PULLDOWN, gpio.RISING)
end

local function isPressed()
  return gpio.get(PINS.button) == 0
end

local function onButtonEdge(callback)
  gpio.setup(PINS.button, callback, gpio.PULLUP, gpio.BOTH)
end

gpio.setup(PINS.haptic, 0)
local function setMotor(on)
  gpio.set(PINS.haptic, on and 1 or 0)
end

-- spi.setup(id, cs, CPHA, CPOL, bits, hz, order, master, duplex); spi.send(id, text), spi.recv(id, count). The chip select is ours:
-- a request and its answer are one selection.
spi.setup(SPI_NUMBER, nil, 0, 0, 8, RADIO_HZ, spi.MSB, 1, 0)
gpio.setup(PINS.radioSelect, 1)
gpio.setup(PINS.radioBusy, nil)

local function radioTransfer(text, count)
  gpio.set(PINS.radioSelect, 0)
  spi.send(SPI_NUMBER, text)
  local answer = count > 0 and spi.recv(SPI_NUMBER, count) or ""
  gpio.set(PINS.radioSelect, 1)
  return answer
end

local function isRadioBusy()
  return gpio.get(PINS.radioBusy) == 1
end

local function onRadioInterrupt(callback)
  gpio.setup(PINS.radioInterrupt, callback, gpio.PULLDOWN, gpio.RISING)
end

-- adc.get(channel): mV, -1 when it fails; the channel must be open.
adc.open(adc.CH_VBAT)
local function batteryMv()
  return adc.get(adc.CH_VBAT)
end
