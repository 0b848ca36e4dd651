-- Accelerometer: ST LIS2DH12 on I2C, its 32-sample FIFO in stream mode, watermark on INT1 (data sheet DocID025056, sections 5.1, 8).
--
-- The port gives: readRegisters(register, count) -> text; writeRegister(register, value); onInterrupt(callback), called outside
-- `awake` at the rising edge of INT1. AXES of the profile: for x, y, z which axis of the part, 1 to 3, negative: turned round.
local CTRL1, CTRL3, CTRL4, CTRL5, OUT_X_L, FIFO_CTRL, FIFO_SRC = 0x20, 0x22, 0x23, 0x24, 0x28, 0x2E, 0x2F
local AUTO_INCREMENT = 0x80
local RATES = { [1] = 0x10, [10] = 0x20, [25] = 0x30, [50] = 0x40, [100] = 0x50, [200] = 0x60, [400] = 0x70 }
-- CTRL4: block update and high resolution, 12 bits; full scale; mg a digit (data sheet, table 4).
local RANGES = { [2] = { 0x88, 1 }, [4] = { 0x98, 2 }, [8] = { 0xA8, 4 }, [16] = { 0xB8, 12 } }
local FIFO_SAMPLES = 32
-- What one read of the bus takes: 5 samples, as NodeMCU's and LuatOS' buffers hold 32 octets safely.
local SAMPLES_A_READ = 5
local accelerometer = {}
local mgDigit, fullScaleMg, watermark, samples, onBatch

-- One axis: 12 bits, left-justified, low octet first.
local function axisOf(text, at)
  local low, high = string.byte(text, at, at + 1)
  local value = high * 16 + idiv(low, 16)
  if value > 2047 then value = value - 4096 end
  value = value * mgDigit
  if value > fullScaleMg then return fullScaleMg end
  if value < -fullScaleMg then return -fullScaleMg end
  return value
end

local function readBatch()
  local done = 0
  while done < watermark do
    local count = math.min(SAMPLES_A_READ, watermark - done)
    local text = readRegisters(OUT_X_L + AUTO_INCREMENT, 6 * count)
    for i = 0, count - 1 do
      for axis = 1, 3 do
        local source = AXES[axis]
        local value = axisOf(text, 6 * i + 2 * (source < 0 and -source or source) - 1)
        samples[3 * (done + i) + axis - 1] = source < 0 and -value or value
      end
    end
    done = done + count
  end
end

onInterrupt(function()
  awake(function()
    -- Level, not edge: what came in while this ran raises no second edge.
    while onBatch and string.byte(readRegisters(FIFO_SRC, 1)) % 32 >= watermark do
      readBatch()
      onBatch(watermark)
    end
  end)
end)

function accelerometer.start(settings, into, listener)
  local rate, range = RATES[settings.rateHz], RANGES[settings.rangeG]
  if not rate or not range or settings.watermark < 1 or settings.watermark >= FIFO_SAMPLES then return -2 end
  watermark, samples, onBatch = settings.watermark, into, listener
  mgDigit, fullScaleMg = range[2], 1000 * settings.rangeG
  writeRegister(CTRL1, 0) -- power-down while settings change
  writeRegister(FIFO_CTRL, 0) -- bypass: empties the FIFO
  writeRegister(CTRL3, 0x04) -- watermark on INT1
  writeRegister(CTRL4, range[1])
  writeRegister(CTRL5, 0x40) -- FIFO on
  writeRegister(FIFO_CTRL, 0x80 + watermark - 1) -- stream; the flag rises when the level exceeds the threshold
  writeRegister(CTRL1, rate + 0x07)
  return 0
end

function accelerometer.stop()
  onBatch = nil
  writeRegister(CTRL1, 0)
end
