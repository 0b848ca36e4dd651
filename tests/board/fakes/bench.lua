-- What lies on the bench of every fake Lua board: time, pins, files, an LIS2DH12 and an SX1262. The vendor's names come after this.
fake = { ms = 0, alarms = {}, lines = {}, levels = {}, watchers = {}, files = {}, registers = {}, fifo = {}, irq = 0, rssi = 240, quality = 0 }

function print(text)
  fake.lines[#fake.lines + 1] = text
end

function dofile() end -- the bundle has run already

function fake.after(ms, fire)
  local alarm = { due = fake.ms + ms, fire = fire }
  fake.alarms[#fake.alarms + 1] = alarm
  return alarm
end

function fake.drop(alarm)
  for i = 1, #fake.alarms do
    if fake.alarms[i] == alarm then
      table.remove(fake.alarms, i)
      return
    end
  end
end

function fake.pass(ms)
  local finish = fake.ms + ms
  while true do
    local first
    for i = 1, #fake.alarms do
      local alarm = fake.alarms[i]
      if alarm.due <= finish and (not first or alarm.due < first.due) then first = alarm end
    end
    if not first then break end
    if first.due > fake.ms then fake.ms = first.due end
    fake.drop(first)
    first.fire()
  end
  fake.ms = finish
end

-- A pin as the world sets it; edges are told to who watches.
function fake.set(pin, level)
  if (fake.levels[pin] or 0) == level then return end
  fake.levels[pin] = level
  if fake.watchers[pin] then fake.watchers[pin](level) end
end

function fake.motor(level)
  if level == 1 and fake.motorLevel ~= 1 then print("motor 1") end
  fake.motorLevel = level
end

-- Files.
function fake.open(name, mode)
  if string.sub(mode, 1, 1) == "w" then fake.files[name] = "" end
  if not fake.files[name] then return nil end
  local at = 0
  local fd = {}
  function fd.seek(_, whence, offset)
    assert(whence == "set")
    at = offset
    return at
  end
  function fd.read(_, count)
    local text = string.sub(fake.files[name], at + 1, at + count)
    at = at + count
    return text ~= "" and text or nil
  end
  function fd.write(_, text)
    local all = fake.files[name]
    fake.files[name] = string.sub(all, 1, at) .. text .. string.sub(all, at + #text + 1)
    at = at + #text
    return true
  end
  function fd.close() end
  return fd
end

-- LIS2DH12: registers, FIFO, watermark on INT1.
local MG_DIGIT = { 1, 2, 4, 12 }

local function int1()
  local exceeds = #fake.fifo > (fake.registers[0x2E] or 0) % 32
  fake.set(fake.int1Pin, exceeds and fake.registers[0x22] == 0x04 and fake.registers[0x24] == 0x40 and 1 or 0)
end

function fake.readRegisters(register, count)
  if register == 0x2F then return string.char(#fake.fifo) end
  assert(register == 0x28 + 0x80 and count % 6 == 0, "only FIFO reads with address increment")
  local octets = {}
  for _ = 1, count / 6 do
    local sample = table.remove(fake.fifo, 1)
    for axis = 1, 3 do
      local digits = sample[axis] < 0 and sample[axis] + 4096 or sample[axis]
      octets[#octets + 1] = string.char(digits % 16 * 16)
      octets[#octets + 1] = string.char(math.floor(digits / 16))
    end
  end
  int1()
  return table.concat(octets)
end

function fake.writeRegister(register, value)
  fake.registers[register] = value
  if register == 0x2E and value < 64 then fake.fifo = {} end
end

function fake.feel(...)
  if (fake.registers[0x20] or 0) == 0 then return end
  local mgDigit = MG_DIGIT[math.floor(fake.registers[0x23] / 16) % 4 + 1]
  local sample = { ... }
  for axis = 1, 3 do
    sample[axis] = math.max(-2048, math.min(2047, math.floor(sample[axis] / mgDigit + 0.5)))
  end
  fake.fifo[#fake.fifo + 1] = sample
  int1()
end

-- SX1262: answers a command; TxDone after 50 ms, Timeout when a window closes, both on DIO1. It keeps one register, 0x0889.
local function raise(irq)
  fake.irq = irq
  fake.window = nil
  fake.set(fake.dio1Pin, 1)
end

local function word(text, at)
  local a, b, c = string.byte(text, at, at + 2)
  return a * 65536 + b * 256 + c
end

function fake.radio(text)
  local opcode = string.byte(text)
  if opcode == 0x02 then fake.irq = 0 fake.set(fake.dio1Pin, 0) end
  if opcode == 0x12 then return string.char(math.floor(fake.irq / 256), fake.irq % 256) end
  if opcode == 0x13 then return string.char(#fake.heard, 0) end
  if opcode == 0x1E then return fake.heard end
  if opcode == 0x15 then return string.char(fake.listens and fake.rssi or 0) end
  if opcode == 0x1D then return string.char(fake.quality) end
  if opcode == 0x0D and string.sub(text, 2, 3) == "\8\137" then fake.quality = string.byte(text, 4) end
  if opcode == 0x80 then fake.listens = false end
  if opcode == 0x86 or opcode == 0x8B or opcode == 0x8C then fake[opcode] = { string.byte(text, 2, -1) } end
  if opcode == 0x0E then fake.sent = string.sub(text, 3) end
  if opcode == 0x83 then
    print("frame " .. table.concat({ string.byte(fake.sent, 1, -1) }, "."))
    print("tx " .. table.concat(fake[0x86], ".") .. " " .. table.concat(fake[0x8B], ".") .. " " .. fake.quality .. " " .. #fake.sent .. " " .. table.concat(fake[0x8C], "."))
    fake.after(50, function() raise(0x0001) end)
  end
  if opcode == 0x82 and word(text, 2) == 0xFFFFFF then
    print("hears " .. table.concat(fake[0x86], ".") .. " " .. table.concat(fake[0x8B], "."))
    fake.listens = true
  elseif opcode == 0x82 then
    print("rx " .. table.concat(fake[0x8C], "."))
    fake.window = fake.after(math.floor(word(text, 2) / 64), function() raise(0x0200) end)
  end
  return ""
end

function fake.hear(...)
  if not fake.window then return end
  fake.drop(fake.window)
  fake.heard = string.char(...)
  raise(0x0002)
end

local commands = {
  pass = fake.pass,
  feel = fake.feel,
  hear = fake.hear,
  noise = function(dbm) fake.rssi = -2 * dbm end,
  press = function(pressed) fake.set(fake.buttonPin, 1 - pressed) end,
}

function receive(line)
  local numbers = {}
  for number in string.gmatch(line, "%-?%d+") do numbers[#numbers + 1] = math.floor(tonumber(number)) end
  commands[string.match(line, "%a+")]((table.unpack or unpack)(numbers))
  local answer = table.concat(fake.lines, "\n")
  fake.lines = {}
  return answer
end
