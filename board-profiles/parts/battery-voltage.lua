-- Battery by its voltage: a straight line between empty and full of a lithium cell. Rough: a cell's curve is none, and it sags
-- under load. The port gives batteryMv().
local EMPTY_MV, FULL_MV = 3300, 4200
local battery = {}

function battery.levelPercent()
  local percent = idiv((batteryMv() - EMPTY_MV) * 100, FULL_MV - EMPTY_MV)
  if percent < 0 then return 0 end
  if percent > 100 then return 100 end
  return percent
end
