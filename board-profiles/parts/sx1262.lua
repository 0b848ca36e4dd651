-- Lora: Semtech SX1262 on SPI (data sheet DS.SX1261-2.W.APP rev. 2.1, chapters 13 and 15; the numbers are its opcodes). Lua 5.3.
--
-- The port gives: radioTransfer(text, count), which sends text, then reads `count` octets, in one chip select; isRadioBusy(), the
-- BUSY pin; onRadioInterrupt(callback), called outside `awake` at the rising edge of DIO1.
local TX_DONE, RX_DONE, TIMEOUT = 0x0001, 0x0002, 0x0200
local BUSY_POLLS = 10000
local TX_TIMEOUT_MS = 5000
-- A preamble that came in time stops the chip's timer; a false one must not leave it listening for ever. The longest downlink,
-- 64 octets at SF12, takes 2.8 s.
local LONGEST_FRAME_MS = 3000
-- Doublings of 125 kHz, by bandwidth.
local WIDTHS = { [125] = 0, [250] = 1, [500] = 2 }
-- Nobody sends where the power stays below -80 dBm for 5 ms; GetRssiInst counts half decibels downwards.
local CLEAR_RSSI, CLEAR_MS = 160, 5
local lora = {}
local onSent, onHeard, heardInto, guard, sensing

local function command(...)
  local polls = BUSY_POLLS
  while isRadioBusy() and polls > 0 do polls = polls - 1 end
  radioTransfer(string.char(...), 0)
end

local function ask(count, ...)
  local polls = BUSY_POLLS
  while isRadioBusy() and polls > 0 do polls = polls - 1 end
  return radioTransfer(string.char(...), count)
end

local function register(address, ...)
  command(0x0D, address >> 8, address & 255, ...)
end

-- frequency * 2^25 / 32 MHz in steps that fit int32 (13.4.1).
local function steps(frequencyHz)
  local whole = frequencyHz // 15625
  return whole * 16384 + (frequencyHz - whole * 15625) * 16384 // 15625
end

local function widthOf(channel)
  return WIDTHS[channel.bandwidthKhz or 125]
end

local function setChannel(channel, length, crc, inverted)
  local f, sf, width = steps(channel.frequencyHz), channel.spreadingFactor, widthOf(channel)
  command(0x80, 0) -- SetStandby, RC
  command(0x86, (f >> 24) & 255, (f >> 16) & 255, (f >> 8) & 255, f & 255)
  command(0x8B, sf, 4 + width, 0x01, sf - width >= 11 and 1 or 0) -- bandwidth, 4/5, low data rate optimisation
  command(0x8C, 0, 8, 0, length, crc, inverted) -- preamble 8, explicit header
  register(0x0736, inverted == 1 and 0x09 or 0x0D) -- 15.4: inverted IQ
  command(0x02, 0x03, 0xFF) -- ClearIrqStatus
end

local function timed(opcode, ms)
  local ticks = math.min(ms, 262000) * 64 -- 15.625 us
  command(opcode, (ticks >> 16) & 255, (ticks >> 8) & 255, ticks & 255)
end

local function refused(channel)
  local sf = channel.spreadingFactor
  return not widthOf(channel) or sf < 7 or sf > 12 or channel.frequencyHz < 150000000 or channel.frequencyHz > 960000000
end

local function finishReception(length)
  timers.cancel(guard)
  local listener = onHeard
  onHeard = nil
  if listener then listener(length) end
end

local function frameLength()
  local length, start = string.byte(ask(2, 0x13, 0), 1, 2) -- GetRxBufferStatus
  local text = ask(length, 0x1E, start, 0) -- ReadBuffer
  for i = 1, length do heardInto[i - 1] = string.byte(text, i) end
  return length
end

onRadioInterrupt(function()
  awake(function()
    local high, low = string.byte(ask(2, 0x12, 0), 1, 2) -- GetIrqStatus
    local events = high * 256 + low
    command(0x02, high, low)
    if onSent and events & (TX_DONE | TIMEOUT) ~= 0 then
      local listener = onSent
      onSent = nil
      listener()
    elseif onHeard and events & RX_DONE ~= 0 then
      finishReception(frameLength())
    elseif onHeard and events & TIMEOUT ~= 0 then
      finishReception(-6)
    end
  end)
end)

command(0x80, 0) -- SetStandby, RC
command(0x8A, 1) -- SetPacketType LoRa
command(0x96, 1) -- SetRegulatorMode: DC-DC
command(0x9D, 1) -- SetDIO2AsRfSwitchCtrl
command(0x98, 0x75, 0x81) -- CalibrateImage 470..510 MHz (9.2.1)
command(0x8F, 0, 0) -- SetBufferBaseAddress
register(0x0740, 0x34, 0x44) -- public sync word
register(0x08D8, 0xDE) -- 15.2: better against a mismatched antenna; reset value 0xC8
command(0x9F, 1) -- StopTimerOnPreamble
command(0x08, 0x02, 0x03, 0x02, 0x03, 0, 0, 0, 0) -- TxDone, RxDone, Timeout on DIO1

function lora.transmit(frame, length, channel, powerDbm, onDone)
  if onSent or onHeard or sensing then return -1 end
  if length < 1 or length > 255 or powerDbm < -9 or powerDbm > 22 or refused(channel) then return -2 end
  onSent = onDone
  setChannel(channel, length, 1, 0)
  local quality = string.byte(ask(1, 0x1D, 0x08, 0x89, 0)) -- 15.1: bit 2 is for all bandwidths but 500 kHz
  register(0x0889, widthOf(channel) == 2 and quality & 0xFB or quality | 0x04)
  command(0x95, 0x04, 0x07, 0x00, 0x01) -- SetPaConfig for SX1262 (table 13-21)
  command(0x8E, powerDbm & 255, 0x04) -- SetTxParams, ramp 200 us
  local octets = {}
  for i = 0, length - 1 do octets[i + 1] = string.char(frame[i]) end
  radioTransfer("\x0E\0" .. table.concat(octets), 0) -- WriteBuffer
  timed(0x83, TX_TIMEOUT_MS)
  return 0
end

function lora.receive(into, channel, timeoutMs, onFrame)
  if onSent or onHeard or sensing then return -1 end
  if refused(channel) then return -2 end
  heardInto, onHeard = into, onFrame
  setChannel(channel, 255, 0, 1)
  timed(0x82, timeoutMs)
  guard = timers.after(timeoutMs + LONGEST_FRAME_MS, function()
    command(0x80, 0)
    finishReception(-6)
  end)
  return 0
end

function lora.clear(channel, done)
  if onSent or onHeard or sensing then return -1 end
  if refused(channel) then return -2 end
  sensing = true
  setChannel(channel, 255, 1, 0)
  command(0x82, 0xFF, 0xFF, 0xFF) -- SetRx, until further notice
  local looks = 0
  local function look()
    looks = looks + 1
    local isClear = string.byte(ask(1, 0x15, 0)) > CLEAR_RSSI -- GetRssiInst
    if isClear and looks < CLEAR_MS then
      timers.after(1, look)
      return
    end
    command(0x80, 0)
    sensing = nil
    done(isClear)
  end
  timers.after(1, look)
  return 0
end
