// biome-ignore-all lint/correctness/noInnerDeclarations: ES5 has no block scope.
// biome-ignore-all lint/correctness/noUnusedVariables: the build adds the lines that use `start`.
// biome-ignore-all lint/style/useTemplate: ES5 has no templates.
// biome-ignore-all lint/complexity/useArrowFunction: ES5 has none.
// Espruino on Bangle.js 2: https://www.espruino.com/ReferenceBANGLEJS2 and espruino/Espruino, src/jswrap_storage.c, src/jsflash.c.
// ES5 without hoisted functions (espruino/Espruino issue 1194): everything stands before its use.
var OK = 0,
  OUT_OF_RANGE = -2,
  NOT_BLANK = -3;

// ---- Clock and timers. getTime() is the wall clock in seconds: when it is set, the uptime must not jump.
var LONGEST_ALARM_MS = 3600000;
var EARLIEST_S = 1600000000;
var lastMs = getTime() * 1000,
  uptime = 0,
  queue = [],
  lastTimer = 0,
  alarmId;
var elapsedMs = function () {
  var now = getTime() * 1000,
    passed = Math.floor(now - lastMs);
  if (passed < 0 || passed > 2 * LONGEST_ALARM_MS) {
    lastMs = now;
    return 0;
  }
  lastMs += passed;
  return passed;
};
var remaining = function (timer) {
  return (timer.due - uptime) | 0;
};
// Every callback of the firmware runs inside `awake`: the clock stands still in it. Timers fire by time, then by order of setting;
// one that is set meanwhile waits for the next alarm.
var awake = function (callback) {
  uptime = (uptime + elapsedMs()) | 0;
  if (callback) callback();
  var newest = lastTimer,
    i = 0;
  while (i < queue.length && remaining(queue[i]) <= 0) {
    if (queue[i].id <= newest) {
      queue.splice(i, 1)[0].fire();
      i = 0;
    } else i++;
  }
  if (alarmId !== undefined) clearTimeout(alarmId);
  var ms = queue.length ? remaining(queue[0]) : LONGEST_ALARM_MS;
  ms = Math.max(1, Math.min(ms, LONGEST_ALARM_MS));
  alarmId = setTimeout(function () {
    alarmId = undefined;
    awake();
  }, ms);
};
var timers = {
  after: function (delayMs, fire) {
    var at = queue.length;
    lastTimer++;
    while (at > 0 && remaining(queue[at - 1]) > delayMs) at--;
    queue.splice(at, 0, { id: lastTimer, due: (uptime + delayMs) | 0, fire: fire });
    return lastTimer;
  },
  cancel: function (id) {
    for (var i = 0; i < queue.length; i++)
      if (queue[i].id === id) {
        queue.splice(i, 1);
        return;
      }
  },
};

// ---- Flash: a Storage file a sector. Storage lies on NOR flash and writes where it is told, but a write to the beginning of a file
// that is not blank makes the file anew (jsfWriteFile): so the sector begins behind four octets.
var HEAD = "SBF1";
var storage = require("Storage");
var fileOf = function (sector) {
  return "s" + sector + ".sbf";
};
var outside = function (address, length) {
  return address < 0 || length < 0 || length > FLASH.sizeBytes || address > FLASH.sizeBytes - length;
};
var eachPiece = function (address, length, visit) {
  for (var done = 0, count; done < length; done += count) {
    var place = (address + done) % FLASH.sectorBytes;
    count = Math.min(length - done, FLASH.sectorBytes - place, 256);
    if (visit(Math.floor((address + done) / FLASH.sectorBytes), place, done, count) === false) return false;
  }
  return true;
};
var flash = {
  sizeBytes: FLASH.sizeBytes,
  sectorBytes: FLASH.sectorBytes,
  read: function (address, into, at, length) {
    if (outside(address, length)) return OUT_OF_RANGE;
    eachPiece(address, length, function (sector, place, offset, count) {
      var text = storage.read(fileOf(sector), HEAD.length + place, count);
      for (var i = 0; i < count; i++) into[at + offset + i] = text === undefined ? 255 : text.charCodeAt(i);
    });
    return OK;
  },
  program: function (address, from, at, length) {
    if (outside(address, length)) return OUT_OF_RANGE;
    var blank = eachPiece(address, length, function (sector, place, offset, count) {
      var text = storage.read(fileOf(sector), HEAD.length + place, count);
      if (text === undefined) return true;
      for (var i = 0; i < count; i++) {
        var octet = from[at + offset + i];
        if ((text.charCodeAt(i) & octet) !== octet) return false;
      }
    });
    if (!blank) return NOT_BLANK;
    eachPiece(address, length, function (sector, place, offset, count) {
      var text = "";
      for (var i = 0; i < count; i++) text += String.fromCharCode(from[at + offset + i]);
      if (storage.read(fileOf(sector), 0, 1) === undefined)
        storage.write(fileOf(sector), HEAD, 0, HEAD.length + FLASH.sectorBytes);
      storage.write(fileOf(sector), text, HEAD.length + place);
    });
    return OK;
  },
  erase: function (sector) {
    if (outside(sector * FLASH.sectorBytes, FLASH.sectorBytes)) return OUT_OF_RANGE;
    storage.erase(fileOf(sector)); // no file reads as blank
    return OK;
  },
};

// ---- Accelerometer: a Kionix KX023 that the firmware polls. It has no FIFO here: samples are gathered one by one. The firmware
// scales for 4 g (8192 a g); registers as in the Kionix data sheet: CNTL1 0x18, ODCNTL 0x1B.
var RATES = { 25: 0x41, 50: 0x42, 100: 0x43 }; // half the rate as filter
var RANGES = { 2: 0x00, 4: 0x08, 8: 0x10 };
var MOST_SAMPLES = 170;
var listening;
var accelerometer = {
  start: function (settings, samples, onBatch) {
    var rate = RATES[settings.rateHz],
      range = RANGES[settings.rangeG],
      most = settings.rangeG * 1000,
      count = 0;
    if (rate === undefined || range === undefined || settings.watermark < 1 || settings.watermark > MOST_SAMPLES)
      return OUT_OF_RANGE;
    accelerometer.stop();
    Bangle.accelWr(0x18, 0x64 | range); // off
    Bangle.accelWr(0x1b, rate);
    Bangle.accelWr(0x18, 0xe4 | range); // on, low power, tap engine as the firmware has it
    Bangle.setPollInterval(1000 / settings.rateHz);
    listening = function (a) {
      for (var i = 0; i < 3; i++) {
        var axis = AXES[i],
          g = axis === 1 || axis === -1 ? a.x : axis === 2 || axis === -2 ? a.y : a.z;
        var mg = Math.round(g * 250 * settings.rangeG * (axis < 0 ? -1 : 1));
        samples[3 * count + i] = Math.max(-most, Math.min(most, mg));
      }
      if (++count < settings.watermark) return;
      count = 0;
      awake(function () {
        if (listening) onBatch(settings.watermark);
      });
    };
    Bangle.on("accel", listening);
    return OK;
  },
  stop: function () {
    if (listening) Bangle.removeListener("accel", listening);
    listening = undefined;
  },
};

// ---- Button and motor. setWatch(function, pin, {repeat, edge, debounce}) calls with {state}; Bangle.buzz(ms, strength).
var onChange,
  wasPressed = false,
  pulse = 0;
var watched = function (e) {
  awake(function () {
    if (e.state === wasPressed) return;
    wasPressed = e.state;
    if (onChange) onChange(wasPressed);
  });
};
setWatch(watched, BTN1, { repeat: true, edge: "both", debounce: 20 });
var buzz = function (onMs, offMs, times) {
  timers.cancel(pulse);
  if (times <= 0) return;
  Bangle.buzz(onMs, 1);
  if (times > 1)
    pulse = timers.after(onMs + offMs, function () {
      buzz(onMs, offMs, times - 1);
    });
};

var board = {
  clock: {
    uptimeMs: function () {
      return uptime;
    },
    epochSeconds: function () {
      var s = Math.floor(getTime());
      return s > EARLIEST_S ? s | 0 : 0;
    },
  },
  timers: timers,
  random: {
    next: function () {
      return E.hwRand() | 0;
    },
  },
  flash: flash,
  log: {
    event: function (event, value) {
      print("log " + event + " " + value);
    },
  },
  accelerometer: accelerometer,
  battery: {
    levelPercent: function () {
      return Math.max(0, Math.min(100, Math.round(E.getBattery())));
    },
  },
  button: {
    onChange: function (listener) {
      onChange = listener;
    },
  },
  haptic: { buzz: buzz },
};
var start = function (program) {
  awake(function () {
    program(board);
  });
};
