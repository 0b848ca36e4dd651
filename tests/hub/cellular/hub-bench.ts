// A hub in memory with one device, and what it stored.
import { hub } from "@songbai/tools/hub/hub";
import { memoryStore } from "@songbai/tools/hub/store/store";
import { sender } from "../../support/fleet.ts";
import { plainAnswers } from "../../support/host-modem.ts";

export function hubBench() {
  const wang = sender(1);
  const store = memoryStore([wang.credentials]);
  const published: string[] = [];
  const said: string[] = [];
  const far = hub({ store, subBand: 10, publish: (topic) => published.push(topic), log: (sentence) => said.push(sentence) });
  return {
    wang,
    far,
    server: plainAnswers(far),
    published,
    said,
    /** Sequence numbers in the store, in the order in which they arrived. */
    stored: () => store.records(0, 1e6).map(({ sequence }) => sequence),
    close: () => store.close(),
  };
}

export const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, i) => from + i);
