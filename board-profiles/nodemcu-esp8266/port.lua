-- NodeMCU on ESP8266, branch release, Lua 5.1: https://nodemcu.readthedocs.io/en/release/modules/{tmr,gpio,i2c,file,adc,rtctime,node}/
-- Modules to build in: adc bit file gpio i2c node rtctime tmr. GPIO interrupts on.
local I2C = 0 -- the only one

-- tmr.now(): microseconds, 31 bits.
local micros = tmr.now

-- tobj:alarm(interval_ms, mode, func): at most 6870947 ms.
local alarmTimer = tmr.create()
local function alarm(ms, fire)
  alarmTimer:unregister()
  alarmTimer:alarm(ms, tmr.ALARM_SINGLE, fire)
end

-- rtctime.get(): seconds and microseconds, 0 while the time is not set.
local function epochSeconds()
  return wrap((rtctime.get()))
end

-- node.random(lower, upper): from the hardware generator.
local function randomInt32()
  return int32Of(node.random(0, 255), node.random(0, 255), node.random(0, 255), node.random(0, 255))
end

local function readFile(name, at, length)
  local fd = file.open(name, "r")
  if not fd then return nil end
  fd:seek("set", at)
  local text = fd:read(length)
  fd:close()
  return text
end

local makeFile = file.putcontents

local function writeFile(name, at, text)
  local fd = file.open(name, "r+")
  fd:seek("set", at)
  fd:write(text)
  fd:close()
end

-- i2c.setup(id, pinSDA, pinSCL, speed): FAST and more are kept by software.
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

-- gpio.trig(pin, type, callback(level, when, eventcount)). Pins are the kit's own numbers; pin 0 has no interrupt.
local function onInterrupt(callback)
  gpio.mode(PINS.accelerometerInterrupt, gpio.INT)
  gpio.trig(PINS.accelerometerInterrupt, "up", callback)
end

local function isPressed()
  return gpio.read(PINS.button) == gpio.LOW
end

local function onButtonEdge(callback)
  gpio.mode(PINS.button, gpio.INT, gpio.PULLUP)
  gpio.trig(PINS.button, "both", callback)
end

gpio.mode(PINS.haptic, gpio.OUTPUT)
local function setMotor(on)
  gpio.write(PINS.haptic, on and gpio.HIGH or gpio.LOW)
end

-- adc.read(0): 0..1023 for 0..1 V; the divider before it makes 1 V of 4.2 V.
local function batteryMv()
  return idiv(adc.read(0) * 4200, 1023)
end
