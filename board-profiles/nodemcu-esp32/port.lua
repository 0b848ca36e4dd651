-- NodeMCU on ESP32, branch dev-esp32, Lua 5.3 with 32-bit numbers:
-- https://nodemcu.readthedocs.io/en/dev-esp32/modules/{tmr,gpio,i2c,spi,adc,time,node,sodium}/
-- Modules to build in: adc gpio i2c node sodium spi time tmr.
local I2C = i2c.SW -- at once; the hardware buses only queue

-- node.uptime(): microseconds; on 32-bit Lua its low 31 bits, then the rest.
local function micros()
  return (node.uptime())
end

local alarmTimer = tmr.create()
-- tobj:alarm(interval_ms, mode, func).
local function alarm(ms, fire)
  alarmTimer:unregister()
  alarmTimer:alarm(ms, tmr.ALARM_SINGLE, fire)
end

-- time.get(): seconds and microseconds since 1970; before it is set, since boot.
local EARLIEST = 1600000000
local function epochSeconds()
  local seconds = time.get()
  return (seconds < 0 or seconds > EARLIEST) and seconds or 0
end

-- sodium.random.buf(n): the hardware generator; only pseudo-random while Wi-Fi is off. Jitter needs no more.
local function randomInt32()
  return int32Of(string.byte(sodium.random.buf(4), 1, 4))
end

-- dev-esp32 has no file.open any more, but Lua's own io (nodemcu/nodemcu-firmware issue 3608, NodeMCU-Tool issue 89).
local FILE_ROOT = ""

-- i2c.setup(id, pinSDA, pinSCL, speed): the software interface goes up to 100 kHz.
i2c.setup(I2C, PINS.sda, PINS.scl, i2c.SLOW)

local function readRegisters(register, count)
  i2c.start(I2C)
  i2c.address(I2C, ACCELEROMETER_ADDRESS, i2c.TRANSMITTER)
  i2c.write(I2C, register)
  i2c.start(I2C)
  i2c.address(I2C, ACCELEROMETER_ADDRESS, i2c.RECEIVER)
  local text = i2c.read(I2C, count)
  i2c.stop(I2C)
  return text
end

local function writeRegister(register, value)
  i2c.start(I2C)
  i2c.address(I2C, ACCELEROMETER_ADDRESS, i2c.TRANSMITTER)
  i2c.write(I2C, register, value)
  i2c.stop(I2C)
end

-- gpio.config({gpio, dir, pull}), gpio.trig(pin, type, callback(pin, level)).
gpio.config(
  { gpio = { PINS.accelerometerInterrupt, PINS.radioInterrupt, PINS.radioBusy }, dir = gpio.IN },
  { gpio = PINS.button, dir = gpio.IN, pull = gpio.PULL_UP },
  { gpio = PINS.haptic, dir = gpio.OUT }
)

local function onInterrupt(callback)
  gpio.trig(PINS.accelerometerInterrupt, gpio.INTR_UP, callback)
end

local function isPressed()
  return gpio.read(PINS.button) == 0
end

local function onButtonEdge(callback)
  gpio.trig(PINS.button, gpio.INTR_UP_DOWN, callback)
end

local function setMotor(on)
  gpio.write(PINS.haptic, on and 1 or 0)
end

-- spi.master(host, {sclk, mosi, miso}, dma):device({cs, mode, freq}); device:transfer(text) answers as many octets as it sends.
local radio = spi.master(spi.VSPI, { sclk = PINS.sclk, mosi = PINS.mosi, miso = PINS.miso }, 1)
  :device({ cs = PINS.radioSelect, mode = 0, freq = RADIO_HZ })

local function radioTransfer(text, count)
  return string.sub(radio:transfer(text .. string.rep("\0", count)), #text + 1)
end

local function isRadioBusy()
  return gpio.read(PINS.radioBusy) == 1
end

local function onRadioInterrupt(callback)
  gpio.trig(PINS.radioInterrupt, gpio.INTR_UP, callback)
end

-- adc.setup(adc, channel, attenuation): 11 dB reads up to 3.9 V; the divider halves the battery's voltage.
adc.setwidth(adc.ADC1, 12)
adc.setup(adc.ADC1, PINS.batteryChannel, adc.ATTEN_11db)
local function batteryMv()
  return idiv(adc.read(adc.ADC1, PINS.batteryChannel) * 7800, 4095)
end
