-- Division that rounds down, on a Lua whose numbers are doubles.
local function idiv(a, b)
  return math.floor(a / b)
end
