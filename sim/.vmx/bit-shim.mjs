const bitShim = `
local xors, power = {}, {}
for n = 0, 32 do power[n] = 2 ^ n end
for a = 0, 255 do xors[a] = {} end
xors[0][0] = 0
for bits = 0, 7 do
  local size = power[bits]
  for a = 0, size - 1 do
    local row, below = xors[a], xors[a + size]
    for b = 0, size - 1 do
      local v = row[b]
      row[b + size], below[b], below[b + size] = v + size, v + size, v
    end
  end
end

local function wide(a, b)
  a, b = a % 4294967296, b % 4294967296
  local a0, b0 = a % 256, b % 256
  local a1, b1 = a % 65536, b % 65536
  local a2, b2 = a % 16777216, b % 16777216
  local v = xors[a0][b0] + xors[(a1 - a0) / 256][(b1 - b0) / 256] * 256
    + xors[(a2 - a1) / 65536][(b2 - b1) / 65536] * 65536 + xors[(a - a2) / 16777216][(b - b2) / 16777216] * 16777216
  return v, a + b
end

local function signed(v)
  if v >= 2147483648 then return v - 4294967296 end
  return v
end

bit = {
  bxor = function(a, b)
    local row = xors[a]
    local v = row and row[b]
    if v then return v end
    v = wide(a, b)
    if v >= 2147483648 then return v - 4294967296 end
    return v
  end,
  band = function(a, b)
    local row = xors[a]
    local v = row and row[b]
    if v then return (a + b - v) / 2 end
    local sum
    v, sum = wide(a, b)
    return signed((sum - v) / 2)
  end,
  bor = function(a, b)
    local row = xors[a]
    local v = row and row[b]
    if v then return (a + b + v) / 2 end
    local sum
    v, sum = wide(a, b)
    return signed((sum + v) / 2)
  end,
  bnot = function(a) return -1 - a end,
  lshift = function(a, n)
    local v = a % power[32 - n] * power[n]
    if v >= 2147483648 then return v - 4294967296 end
    return v
  end,
  rshift = function(a, n)
    if n == 0 then return a end
    a = a % 4294967296
    return (a - a % power[n]) / power[n]
  end,
  arshift = function(a, n) return (a - a % power[n]) / power[n] end,
}
`;
export {
  bitShim
};
