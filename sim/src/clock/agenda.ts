/**
 * Virtual time: one clock, one queue of what is to happen. Events due at the same microsecond happen in the order they were
 * entered, so a run is the same every time.
 */

/** Entered events; `cancel` takes the number that `at` answered. */
export interface Agenda {
  /** Microseconds since the scenario began. */
  readonly nowUs: () => number;
  /** Enters an event; `dueUs` must not lie in the past. Answers a number for `cancel`. */
  readonly at: (dueUs: number, happen: () => void) => number;
  readonly cancel: (entry: number) => void;
  /** Lets the next event happen if it is due by `untilUs`, and answers true; else moves the clock there. */
  readonly step: (untilUs: number) => boolean;
}

interface Entry {
  dueUs: number;
  /** Order of entry; breaks ties. */
  number: number;
  happen: (() => void) | undefined;
}

/** A binary heap, earliest first. */
export function agenda(): Agenda {
  const heap: Entry[] = [];
  const waiting = new Map<number, Entry>();
  let nowUs = 0;
  let entered = 0;

  function before(a: Entry, b: Entry): boolean {
    return a.dueUs < b.dueUs || (a.dueUs === b.dueUs && a.number < b.number);
  }

  function rise(entry: Entry, from: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(entry, heap[parent])) break;
      heap[at] = heap[parent];
      at = parent;
    }
    heap[at] = entry;
  }

  function takeFirst(): Entry {
    const first = heap[0];
    const last = heap.pop() as Entry;
    if (heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child++;
      if (!before(heap[child], last)) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = last;
    return first;
  }

  return {
    nowUs: () => nowUs,
    at(dueUs, happen) {
      if (dueUs < nowUs) throw new RangeError(`an event at ${dueUs} us lies before now, ${nowUs} us`);
      const entry: Entry = { dueUs, number: ++entered, happen };
      waiting.set(entry.number, entry);
      heap.push(entry);
      rise(entry, heap.length - 1);
      return entry.number;
    },
    cancel(number) {
      const entry = waiting.get(number);
      if (entry === undefined) return;
      entry.happen = undefined;
      waiting.delete(number);
    },
    step(untilUs) {
      while (heap.length > 0 && heap[0].dueUs <= untilUs) {
        const entry = takeFirst();
        const happen = entry.happen;
        if (happen === undefined) continue;
        waiting.delete(entry.number);
        nowUs = entry.dueUs;
        happen();
        return true;
      }
      nowUs = untilUs;
      return false;
    },
  };
}
