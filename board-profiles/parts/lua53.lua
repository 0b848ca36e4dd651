-- Division that rounds down, on a Lua that has integers.
local function idiv(a, b)
  return a // b
end
