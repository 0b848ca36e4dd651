import { describe, expect, it } from "@jest/globals";
import { type Datagram, decodeDatagram, encodeDatagram } from "@songbai/sim/air/semtech";
import fc from "fast-check";

const EUI = "aa555a0000000101";
const datagram = (header: string, json = "") => new Uint8Array(Buffer.concat([Buffer.from(header, "hex"), Buffer.from(json)]));

/** Frame V1 of the vectors: lora-packet's README. */
const FRAME = new Uint8Array(Buffer.from("40F17DBE4900020001954378762B11FF0D", "hex"));

/** Each kind as PROTOCOL.TXT v1.4 (sections 3 to 6) lays it out, octet for octet. */
const GOLDEN: readonly (readonly [Datagram, Uint8Array])[] = [
  [
    {
      kind: "push-data",
      token: 0x1234,
      gateway: EUI,
      heard: [
        {
          tmst: 3512348611,
          channel: { frequencyHz: 486_300_000, spreadingFactor: 9 },
          chan: 2,
          rfch: 0,
          rssiDbm: -35,
          snrDb: 5.1,
          frame: FRAME,
        },
      ],
    },
    datagram(
      `02123400${EUI}`,
      '{"rxpk":[{"tmst":3512348611,"freq":486.3,"chan":2,"rfch":0,"stat":1,"modu":"LORA","datr":"SF9BW125","codr":"4/5","rssi":-35,"lsnr":5.1,"size":17,"data":"QPF9vkkAAgABlUN4disR/w0="}]}',
    ),
  ],
  [
    {
      kind: "push-data",
      token: 1,
      gateway: EUI,
      heard: [],
      status: { time: "2014-01-12 08:59:28 GMT", rxnb: 2, rxok: 2, rxfw: 2, ackr: 100, dwnb: 2, txnb: 2 },
    },
    datagram(
      `02000100${EUI}`,
      '{"stat":{"time":"2014-01-12 08:59:28 GMT","rxnb":2,"rxok":2,"rxfw":2,"ackr":100,"dwnb":2,"txnb":2}}',
    ),
  ],
  [{ kind: "push-ack", token: 0x1234 }, datagram("02123401")],
  [{ kind: "pull-data", token: 0xfffe, gateway: EUI }, datagram(`02fffe02${EUI}`)],
  [
    {
      kind: "pull-resp",
      token: 7,
      send: {
        tmst: 3513348611,
        channel: { frequencyHz: 506_700_000, spreadingFactor: 9 },
        rfch: 0,
        powerDbm: 17,
        inverted: true,
        crc: false,
        frame: FRAME,
      },
    },
    datagram(
      "02000703",
      '{"txpk":{"imme":false,"tmst":3513348611,"freq":506.7,"rfch":0,"powe":17,"modu":"LORA","datr":"SF9BW125","codr":"4/5","ipol":true,"size":17,"data":"QPF9vkkAAgABlUN4disR/w0=","ncrc":true}}',
    ),
  ],
  [{ kind: "pull-ack", token: 0xfffe }, datagram("02fffe04")],
  [
    { kind: "tx-ack", token: 7, gateway: EUI, error: "TOO_LATE" },
    datagram(`02000705${EUI}`, '{"txpk_ack":{"error":"TOO_LATE"}}'),
  ],
];

describe("Semtech UDP", () => {
  it.each(GOLDEN.map(([value, octets]) => [value.kind, value, octets] as const))("writes and reads %s", (_, value, octets) => {
    expect(Buffer.from(encodeDatagram(value)).toString("latin1")).toBe(Buffer.from(octets).toString("latin1"));
    expect(decodeDatagram(octets)).toEqual(value);
  });

  it("reads section 4's example: frames of LoRa at 125 kHz, base64 without padding and in both alphabets; FSK is passed over", () => {
    const read = decodeDatagram(
      datagram(
        `02000000${EUI}`,
        `{"rxpk":[
          {"time":"2013-03-31T16:21:17.528002Z","tmst":3512348611,"chan":2,"rfch":0,"freq":866.349812,"stat":1,"modu":"LORA",
           "datr":"SF7BW125","codr":"4/6","rssi":-35,"lsnr":5.1,"size":32,"data":"-DS4CGaDCdG+48eJNM3Vai-zDpsR71Pn9CPA9uCON84"},
          {"time":"2013-03-31T16:21:17.530974Z","tmst":3512348514,"chan":9,"rfch":1,"freq":869.1,"stat":1,"modu":"FSK",
           "datr":50000,"rssi":-75,"size":16,"data":"VEVTVF9QQUNLRVRfMTIzNA=="},
          {"time":"2013-03-31T16:21:17.532038Z","tmst":3316387610,"chan":0,"rfch":0,"freq":863.00981,"stat":1,"modu":"LORA",
           "datr":"SF10BW125","codr":"4/7","rssi":-38,"lsnr":5.5,"size":32,"data":"ysgRl452xNLep9S1NTIg2lomKDxUgn3DJ7DE+b00Ass"}]}`,
      ),
    );
    expect(read).toMatchObject({
      kind: "push-data",
      heard: [
        { tmst: 3512348611, chan: 2, channel: { frequencyHz: 866_349_812, spreadingFactor: 7 }, rssiDbm: -35, snrDb: 5.1 },
        { tmst: 3316387610, chan: 0, channel: { frequencyHz: 863_009_810, spreadingFactor: 10 } },
      ],
    });
    if (read?.kind !== "push-data") throw new Error("no PUSH_DATA");
    expect(Buffer.from(read.heard[0].frame).toString("hex")).toBe(
      "f834b808668309d1bee3c78934cdd56a2fb30e9b11ef53e7f423c0f6e08e37ce",
    );
  });

  it("passes over a frame whose CRC is bad", () => {
    const [value] = GOLDEN[0];
    const bad = Buffer.from(encodeDatagram(value)).toString("latin1").replace('"stat":1', '"stat":-1');
    expect(decodeDatagram(new Uint8Array(Buffer.from(bad, "latin1")))).toMatchObject({ kind: "push-data", heard: [] });
  });

  it("takes an empty TX_ACK for success", () => {
    expect(decodeDatagram(datagram(`02000705${EUI}`))).toEqual({ kind: "tx-ack", token: 7, gateway: EUI, error: "NONE" });
  });

  it("refuses every datagram cut short, of another version or of a kind that there is not", () => {
    for (const [value, octets] of GOLDEN) {
      for (let length = 0; length < octets.length; length++) {
        const cut = decodeDatagram(octets.slice(0, length));
        // A TX_ACK without its object is a whole one.
        if (value.kind !== "tx-ack" || length !== 12) expect(cut).toBeUndefined();
      }
      for (let version = 0; version < 256; version++) {
        if (version !== 2) expect(decodeDatagram(octets.with(0, version))).toBeUndefined();
      }
      for (let kind = 6; kind < 256; kind++) expect(decodeDatagram(octets.with(3, kind))).toBeUndefined();
    }
  });

  it.each([
    ["size that is not the data's", '"size":17', '"size":18'],
    ["no size", '"size":17,', ""],
    ["counter beyond 32 bits", "3512348611", "4294967296"],
    ["counter of half a microsecond", "3512348611", "1.5"],
    ["data that is no base64", "QPF9vkkAAgAB", "QPF9vkkAAg*B"],
    ["signal strength in text", '"rssi":-35', '"rssi":"-35"'],
    ["infinite SNR", '"lsnr":5.1', '"lsnr":1e999'],
    ["list that is an object", "[{", '{"0":{'],
  ])("refuses an rxpk with a %s", (_, from, to) => {
    const text = Buffer.from(GOLDEN[0][1]).toString("latin1");
    expect(text).toContain(from);
    expect(decodeDatagram(new Uint8Array(Buffer.from(text.replace(from, to), "latin1")))).toBeUndefined();
  });

  it("gives back whatever it is given, for every frame, counter and channel", () => {
    const frames = fc.uint8Array({ minLength: 1, maxLength: 255 });
    fc.assert(
      fc.property(
        frames,
        fc.nat(0xffffffff),
        fc.integer({ min: 7, max: 12 }),
        fc.nat(95),
        (frame, tmst, spreadingFactor, n) => {
          const channel = { frequencyHz: 470_300_000 + n * 200_000, spreadingFactor };
          const up: Datagram = {
            kind: "push-data",
            token: tmst & 0xffff,
            gateway: EUI,
            heard: [{ tmst, channel, chan: 1, rfch: 0, rssiDbm: -120, snrDb: -7.5, frame }],
          };
          const send = { tmst, channel, rfch: 0, powerDbm: 14, inverted: true, crc: false, frame };
          const down: Datagram = { kind: "pull-resp", token: 3, send };
          expect(decodeDatagram(encodeDatagram(up))).toEqual(up);
          expect(decodeDatagram(encodeDatagram(down))).toEqual(down);
        },
      ),
      { numRuns: 200 },
    );
  });
});
