-- Flash over a file system, where the vendor gives scripts no raw flash: a file a sector, `s<number>.bin`. The rules of NOR flash
-- are kept here: only bits from 1 to 0, else NOT_BLANK.
--
-- The port gives: readFile(name, at, length), nil when there is no such file; makeFile(name, text); writeFile(name, at, text).
-- A cut of power during writeFile leaves what the vendor's file system leaves; the store's check sums find it.
local OK, OUT_OF_RANGE, NOT_BLANK = 0, -2, -3
local PIECE = 256
local flash = { sizeBytes = FLASH.sizeBytes, sectorBytes = FLASH.sectorBytes }

local function fileOf(sector)
  return "s" .. sector .. ".bin"
end

local function readSector(sector, at, length)
  return readFile(fileOf(sector), at, length) or string.rep("\255", length)
end

local function outside(address, length)
  return address < 0 or length < 0 or length > FLASH.sizeBytes or address > FLASH.sizeBytes - length
end

-- Calls visit(sector, place in it, offset from `address`, length) for each piece of the range; stops at the first false.
local function eachPiece(address, length, visit)
  local done = 0
  while done < length do
    local place = (address + done) % FLASH.sectorBytes
    local count = math.min(length - done, FLASH.sectorBytes - place, PIECE)
    if visit(idiv(address + done, FLASH.sectorBytes), place, done, count) == false then return false end
    done = done + count
  end
  return true
end

local function bitsRise(before, after)
  local weight = 128
  while weight >= 1 do
    if after >= weight then
      after = after - weight
      if before < weight then return true end
    end
    if before >= weight then before = before - weight end
    weight = idiv(weight, 2)
  end
  return false
end

function flash.read(address, into, at, length)
  if outside(address, length) then return OUT_OF_RANGE end
  eachPiece(address, length, function(sector, place, offset, count)
    local text = readSector(sector, place, count)
    for i = 1, count do into[at + offset + i - 1] = string.byte(text, i) end
  end)
  return OK
end

function flash.program(address, from, at, length)
  if outside(address, length) then return OUT_OF_RANGE end
  local blank = eachPiece(address, length, function(sector, place, offset, count)
    local text = readSector(sector, place, count)
    for i = 1, count do
      local before = string.byte(text, i)
      if before ~= 255 and bitsRise(before, from[at + offset + i - 1]) then return false end
    end
  end)
  if not blank then return NOT_BLANK end
  eachPiece(address, length, function(sector, place, offset, count)
    local octets = {}
    for i = 1, count do octets[i] = string.char(from[at + offset + i - 1]) end
    if not readFile(fileOf(sector), 0, 1) then makeFile(fileOf(sector), string.rep("\255", FLASH.sectorBytes)) end
    writeFile(fileOf(sector), place, table.concat(octets))
  end)
  return OK
end

function flash.erase(sector)
  if outside(sector * FLASH.sectorBytes, FLASH.sectorBytes) then return OUT_OF_RANGE end
  makeFile(fileOf(sector), string.rep("\255", FLASH.sectorBytes))
  return OK
end
