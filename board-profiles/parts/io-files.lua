-- Files by the io library of Lua 5.3. The port gives FILE_ROOT, what stands before a file's name.
local function readFile(name, at, length)
  local fd = io.open(FILE_ROOT .. name, "rb")
  if not fd then return nil end
  fd:seek("set", at)
  local text = fd:read(length)
  fd:close()
  return text
end

local function makeFile(name, text)
  local fd = io.open(FILE_ROOT .. name, "wb")
  fd:write(text)
  fd:close()
end

local function writeFile(name, at, text)
  local fd = io.open(FILE_ROOT .. name, "rb+")
  fd:seek("set", at)
  fd:write(text)
  fd:close()
end
