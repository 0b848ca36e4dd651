// Espruino on Bangle.js 2: what the port uses of it. ES5.
// biome-ignore-all lint/correctness/noUnusedVariables: the port uses them.
// biome-ignore-all lint/correctness/noUnusedFunctionParameters: they are the vendor's.
// biome-ignore-all lint/suspicious/noShadowRestrictedNames: the bundle has run already.
// biome-ignore-all lint/complexity/useArrowFunction: ES5 has none.
// biome-ignore-all lint/correctness/noInnerDeclarations: ES5 has no block scope.
var fakeMs = 1000000;
var lines = [];
var alarms = [];
var lastAlarm = 0;
var listeners = [];
var watcher;
var files = {};
var scale = 4;

function print(text) {
  lines.push(text);
}
this.eval = function () {};
function getTime() {
  return fakeMs / 1000;
}
function setTimeout(fire, ms) {
  lastAlarm++;
  alarms.push({ id: lastAlarm, due: fakeMs + ms, fire: fire });
  return lastAlarm;
}
function clearTimeout(id) {
  alarms = alarms.filter(function (alarm) {
    return alarm.id !== id;
  });
}
var BTN1 = 17;
function setWatch(callback, pin, options) {
  if (pin !== BTN1 || options.edge !== "both" || options.repeat !== true) throw new Error("setWatch");
  watcher = callback;
}
var E = {
  getBattery: function () {
    return 55;
  },
  hwRand: function () {
    fakeSeed = (fakeSeed * 16807) % 2147483647;
    return fakeSeed | 0;
  },
};
var fakeSeed = 1;
var Bangle = {
  accelWr: function (register, value) {
    if (register === 0x18) scale = [2, 4, 8][(value >> 3) & 3];
  },
  setPollInterval: function (ms) {
    if (ms < 10 || ms > 4000) throw new Error("Invalid interval");
  },
  on: function (event, listener) {
    listeners.push(listener);
  },
  removeListener: function (event, listener) {
    listeners = listeners.filter(function (other) {
      return other !== listener;
    });
  },
  buzz: function (ms, strength) {
    if (strength < 0 || strength > 1) throw new Error("buzz");
    lines.push("motor 1");
  },
};
var Storage = {
  read: function (name, offset, length) {
    if (files[name] === undefined) return undefined;
    return offset === undefined ? files[name] : files[name].slice(offset, offset + length);
  },
  // Octets are and-ed into place, as on NOR flash; a write to the beginning of what is not blank makes the file anew.
  write: function (name, text, offset, size) {
    var before = files[name];
    if (before === undefined && offset !== 0) throw new Error("Unable to find or create file");
    if (before === undefined || offset === 0) {
      before = "";
      while (before.length < size) before += String.fromCharCode(255);
    }
    if (offset + text.length > before.length) throw new Error("Too much data for file size");
    var merged = "";
    for (var i = 0; i < text.length; i++) {
      merged += String.fromCharCode(before.charCodeAt(offset + i) & text.charCodeAt(i));
    }
    files[name] = before.slice(0, offset) + merged + before.slice(offset + text.length);
    return true;
  },
  erase: function (name) {
    files[name] = undefined;
  },
};
function require(name) {
  if (name !== "Storage") throw new Error(name);
  return Storage;
}

function pass(ms) {
  var finish = fakeMs + ms;
  function sooner(a, b) {
    return a.due - b.due || a.id - b.id;
  }
  for (;;) {
    var next = alarms.slice().sort(sooner)[0];
    if (next === undefined || next.due > finish) break;
    fakeMs = Math.max(fakeMs, next.due);
    clearTimeout(next.id);
    next.fire();
  }
  fakeMs = finish;
}
/** The firmware takes the part for one of 4 g: at another scale it shows other values. */
function shown(mg) {
  return Math.max(-4, Math.min(4, ((mg / 1000) * 4) / scale));
}
function receive(line) {
  var words = line.split(" ");
  var numbers = words.slice(1).map(function (word) {
    return parseInt(word, 10); // MuJS 1.3.2 takes Number("-2") for NaN
  });
  if (words[0] === "pass") pass(numbers[0]);
  if (words[0] === "press") watcher({ state: numbers[0] === 1, time: getTime(), lastTime: 0 });
  if (words[0] === "feel") {
    listeners.forEach(function (listener) {
      listener({ x: shown(numbers[0]), y: shown(numbers[1]), z: shown(numbers[2]) });
    });
  }
  var answer = lines.join("\n");
  lines = [];
  return answer;
}
