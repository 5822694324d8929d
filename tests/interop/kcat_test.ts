import { assert, assertEquals, assertMatch } from "@std/assert";
import { startBrokerUnderTest } from "./support/broker_under_test.ts";
import { kcat, whyNoKcat } from "./support/kcat.ts";

/** kcat 1.7, which is what most people have, with a librdkafka that looks for exact versions of Produce. */

interface KcatRecord {
  readonly partition: number;
  readonly offset: number;
  readonly ts: number;
  readonly headers?: readonly string[];
  readonly key: string | null;
  readonly payload: string | null;
}

const CODECS = ["none", "gzip", "snappy", "lz4", "zstd"];
const missing = await whyNoKcat();
if (missing !== undefined) console.log(`kcat is left out: ${missing}`);

async function ok(args: readonly string[], input?: string): Promise<string> {
  const { code, stdout, stderr } = await kcat(args, input);
  assertEquals(code, 0, `kcat ${args.join(" ")}: ${stderr}`);
  return stdout;
}

Deno.test({
  name:
    "kcat creates a topic by writing to it, reads from any offset and time, and lists what there is",
  ignore: missing !== undefined,
  async fn() {
    const directory = await Deno.makeTempDir();
    try {
      await using broker = await startBrokerUnderTest(directory);
      const to = ["-b", broker.bootstrap, "-t", "kcat-topic", "-p", "0"];
      const from = ["-C", "-q", "-e", "-J", "-u", ...to];
      const records = async (...more: string[]): Promise<KcatRecord[]> =>
        (await ok([...from, ...more])).split("\n").slice(0, -1).map((line) => JSON.parse(line));
      const written: { key: string | null; payload: string | null; headers: string[] }[] = [];
      for (const codec of CODECS) {
        for (const acks of ["0", "1", "all"]) {
          const headers = ["codec", codec, "acks", acks];
          const text = `${codec}-${acks}-${"again ".repeat(50)}`;
          await ok(
            [
              ...["-P", ...to, "-z", codec, "-X", `acks=${acks}`, "-K", ":", "-Z"],
              ...["-H", `codec=${codec}`, "-H", `acks=${acks}`],
            ],
            `key:${text}\nno value:\n:no key ${text}\n`,
          );
          written.push(
            { key: "key", payload: text, headers },
            { key: "no value", payload: null, headers },
            { key: null, payload: `no key ${text}`, headers },
          );
        }
      }
      // What was sent with acks=0 may come in behind what the next process sends.
      let all = await records("-o", "beginning");
      for (let i = 0; i < 20 && all.length < written.length; i++) {
        all = await records("-o", "beginning");
      }
      const inAnyOrder = (some: readonly unknown[]) =>
        some.map((each) => JSON.stringify(each)).sort();
      assertEquals(
        inAnyOrder(all.map(({ key, payload, headers }) => ({ key, payload, headers }))),
        inAnyOrder(written),
      );
      assertEquals(all.map(({ offset }) => offset), written.map((_, i) => i));
      const offsets = async (...more: string[]) =>
        (await records(...more)).map(({ offset }) => offset);
      assertEquals(await offsets("-o", "20", "-c", "4"), [20, 21, 22, 23]);
      assertEquals(await offsets("-o", "-2"), [43, 44]);
      const time = all[30]!.ts;
      const first = all.findIndex(({ ts }) => ts >= time);
      assertEquals((await offsets("-o", `s@${time}`))[0], first);

      assertMatch(
        await ok(["-L", "-b", broker.bootstrap]),
        /topic "kcat-topic" with \d+ partitions/,
      );
      const at = await ok(["-Q", "-b", broker.bootstrap, "-t", `kcat-topic:0:${time}`]);
      assertMatch(at, new RegExp(`kcat-topic \\[0\\] offset ${first}\\b`));

      // Records of a codec stay compressed: without Produce 0 in the broker's ranges this librdkafka leaves them as they are.
      const sizes = await Promise.all(["none", "gzip"].map(async (codec) => {
        const topic = `sizes-${codec}`;
        const args = ["-P", "-b", broker.bootstrap, "-t", topic, "-p", "0", "-z", codec];
        await ok(args, `${"the same again ".repeat(1000)}\n`);
        if (broker.logDir === "") return undefined;
        return (await Deno.stat(`${broker.logDir}/${topic}-0/00000000000000000000.log`)).size;
      }));
      if (sizes[0] !== undefined) assert(sizes[1]! < sizes[0] / 10, `sizes: ${sizes}`);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});

Deno.test({
  name: "kcat in a group reads everything once, and goes on where it had come to",
  ignore: missing !== undefined,
  async fn() {
    const directory = await Deno.makeTempDir();
    try {
      await using broker = await startBrokerUnderTest(directory, {
        properties: { "group.initial.rebalance.delay.ms": "0" },
      });
      const server = ["-b", broker.bootstrap];
      const write = (text: string) => ok(["-P", ...server, "-t", "in-a-group"], text);
      const read = async () =>
        (await ok([
          ...["-G", "kcat-group", ...server, "-q", "-e"],
          ...["-X", "auto.offset.reset=earliest", "in-a-group"],
        ])).split("\n").slice(0, -1);
      await write("one\ntwo\nthree\n");
      assertEquals((await read()).sort(), ["one", "three", "two"]);
      await write("four\n");
      assertEquals(await read(), ["four"]);
      assertEquals(await read(), []);
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  },
});
