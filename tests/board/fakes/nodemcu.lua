-- What both branches of NodeMCU have alike. i2c (docs/modules/i2c.md): conditions and octets in their order, one device at 0x19.
i2c = { SW = 0, SLOW = 100000, TRANSMITTER = 0, RECEIVER = 1 }
local bus = {}

function i2c.setup(_, _, _, speed)
  assert(speed <= i2c.SLOW)
end

function i2c.start() end

function i2c.address(_, address, direction)
  assert(address == 25)
  bus.direction = direction
  return true
end

function i2c.write(_, ...)
  assert(bus.direction == i2c.TRANSMITTER)
  local octets = { ... }
  bus.register = octets[1]
  if octets[2] then fake.writeRegister(octets[1], octets[2]) end
  return #octets
end

function i2c.read(_, count)
  assert(bus.direction == i2c.RECEIVER)
  return fake.readRegisters(bus.register, count)
end

function i2c.stop()
  bus.direction = nil
end

-- tmr.create():alarm(ms, mode, fire), :unregister() (docs/modules/tmr.md).
tmr = { ALARM_SINGLE = 0 }
function tmr.create()
  local timer = {}
  local set
  function timer.unregister()
    if set then fake.drop(set) end
    set = nil
  end
  function timer.alarm(self, ms, mode, fire)
    assert(mode == tmr.ALARM_SINGLE and ms >= 1 and ms <= 6870947)
    set = fake.after(ms, function()
      set = nil
      fire(self)
    end)
    return true
  end
  return timer
end
