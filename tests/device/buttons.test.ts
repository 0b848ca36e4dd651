import { describe, expect, it } from "@jest/globals";
import { presses } from "@songbai/sdk/device/buttons";
import { fakeTimers } from "../support/fake-board.ts";

function setUp() {
  const timers = fakeTimers();
  const heard: string[] = [];
  const listeners: ((pressed: boolean) => void)[] = [];
  const button = presses({ onChange: (listener) => listeners.push(listener) }, timers);
  button.onPress(() => heard.push(`short ${timers.now()}`));
  button.onLongPress(() => heard.push(`long ${timers.now()}`));
  const change = (pressed: boolean): void => {
    for (const listener of listeners) listener(pressed);
  };
  return { timers, heard, change };
}

describe("device/buttons", () => {
  it("tells a short press when the button comes up", () => {
    const { timers, heard, change } = setUp();
    change(true);
    timers.pass(2999);
    change(false);
    timers.pass(10_000);
    expect(heard).toEqual(["short 2999"]);
  });

  it("tells a long press after three seconds, once, and no short one after it", () => {
    const { timers, heard, change } = setUp();
    change(true);
    timers.pass(9000);
    change(false);
    expect(heard).toEqual(["long 3000"]);
    change(true);
    change(false);
    expect(heard).toEqual(["long 3000", "short 9000"]);
  });

  it("counts a press from when the button went down last", () => {
    const { timers, heard, change } = setUp();
    change(true);
    timers.pass(2000);
    change(true);
    timers.pass(2999);
    expect(heard).toEqual([]);
    timers.pass(1);
    expect(heard).toEqual(["long 5000"]);
  });

  it("is silent on a board without a button", () => {
    const timers = fakeTimers();
    presses(undefined, timers).onPress(() => {});
    expect(timers.due()).toEqual([]);
  });
});
