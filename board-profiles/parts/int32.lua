-- int32 on every Lua: doubles and 64-bit integers do not wrap by themselves. -2^31 is written so that 32 bits can hold it.
local function wrap(value)
  if value > 2147483647 then return value - 2147483647 - 2147483647 - 2 end
  if value < -2147483647 - 1 then return value + 2147483647 + 2147483647 + 2 end
  return value
end

-- The int32 with the bits of four octets, the highest first.
local function int32Of(a, b, c, d)
  if a > 127 then a = a - 256 end
  return a * 16777216 + (b * 65536 + c * 256 + d)
end
