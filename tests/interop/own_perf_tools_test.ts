import { assert, assertEquals } from "@std/assert";
import { systemEnv } from "../../storage/system_env.ts";
import { type Finished, runTool } from "../support/cli.ts";
import { startToolRunner } from "./kafka/tool_runner.ts";
import { type BrokerUnderTest, startBrokerUnderTest } from "./support/broker_under_test.ts";

/**
 * Our producer-perf-test, consumer-perf-test and e2e-latency beside Apache Kafka's, on one broker: what they print is the same but for figures, and
 * so is how they end.
 */

/** Commands; `BROKER`, `TOPIC` and `DIR/` stand for what they are. */
const PRODUCER = `
--help
-h
--version
--bootstrap-server BROKER
--bootstrap-server BROKER --throughput 1
--bootstrap-server BROKER --throughput 1 --num-records 1
TO --num-records 5
TO --num-records 5 --throughput -1
--topic t --num-records 5 --throughput -1 --record-size 10
TO TEN --record-size abc
TO --num-records x --record-size 10 --throughput -1
TO --num-records 99999999999999999999 --record-size 10 --throughput -1
TO --num-records 5 --record-size 10 --throughput abc
TO --num-records 5 --record-size 10 --throughput
TO --num-records 5 --record-size 10 --throughput -x
TO --num-records 5 --record-size 10 --throughput -1.5
TO --num-records 5 --record-size 10 --throughput 1e3
TO --num-records 5 --record-size 10 --throughput NaN
TO --num-records 5 --record-size 10 --throughput 5f
TO --num-records 0 --record-size 10 --throughput -1
TO --num-records -3 --record-size 10 --throughput -1
TO --num-records 5 --record-size 0 --throughput -1
TO TEN
TO TEN --warmup-records 10
TO TEN --warmup-records -10
TO TEN --warmup-records 4
TO TEN --payload-monotonic
TO TEN --payload-file DIR/payloads
TO --num-records 5 --payload-monotonic --payload-monotonic --throughput -1
TO TEN --producer-props a=b --command-property c=d
TO TEN --producer.config DIR/my.properties --command-config DIR/my.properties
TO TEN --producer.config DIR/my.properties
TO TEN --command-config DIR/my.properties
TO TEN --command-config DIR/none
TO TEN --command-config DIR/bad.properties
TO TEN --command-property a
TO TEN --command-property a=
TO TEN --command-property a=b=c
TO TEN --command-property
TO TEN --command-property acks=7
TO TEN --command-property acks=1 linger.ms=3
TO TEN --command-property acks=0 --command-property linger.ms=3
TO TEN --producer-props acks=1 linger.ms=3
TO TEN --transaction-duration-ms 0
TO TEN --transaction-duration-ms 100
TO TEN --transactional-id tx
TO TEN --transactional-id tx --command-property acks=1
TO TEN --transactional-id tx --command-property transaction.timeout.ms=99999999
TO TEN --command-property transactional.id=tx --transaction-duration-ms 1
TO TEN --reporting-interval 0
TO TEN --reporting-interval x
TO --num-records 5 --throughput -1 --payload-file DIR/payloads
TO --num-records 5 --throughput -1 --payload-file DIR/none
TO --num-records 5 --throughput -1 --payload-file DIR/empty
TO --num-records 5 --throughput -1 --payload-file DIR/newline
TO --num-records 5 --throughput -1 --payload-file DIR/payloads --payload-delimiter b+
TO --num-records 5 --throughput -1 --payload-file DIR/payloads --payload-delimiter (
TO --num-records 5 --throughput -1 --payload-file DIR/payloads --payload-delimiter [a
TO --num-records 5 --throughput -1 --payload-file DIR/payloads --payload-delimiter=
TO --num-records 5 --throughput -1 --payload-monotonic
TO TEN --bogus
TO TEN extra
TO TEN more than one
TO TEN --num 7
TO TEN --pay
TO TEN --command-property linger.ms=1 -- y
--bootstrap-server nonsense --topic t TEN
--bootstrap-server localhost:1 --topic t --num-records 2 --record-size 1 --throughput -1 --command-property max.block.ms=300
--bootstrap-server BROKER --topic bad,topic TEN --command-property max.block.ms=3000
TO --num-records 3 --record-size 2000000 --throughput -1
TO --num-records 300 --record-size 10 --throughput 200 --reporting-interval 500
TO --num-records 300 --record-size 10 --throughput 200 --reporting-interval 500 --warmup-records 100
`;

const CONSUMER = `

--help
--version
--topic t
--bootstrap-server BROKER
--bootstrap-server BROKER --topic t
--bootstrap-server BROKER --topic t --include t --num-records 5
TO --num-records 5
TO --num-records 5 --messages 5
TO --messages 5
TO --bogus
TO --num-records
TO --num-records x
TO --num-records 5 --num-records 6
TO --num-records 5 --consumer.config DIR/my.properties --command-config DIR/my.properties
TO --num-records 5 --consumer.config DIR/my.properties
TO --num-records 5 --command-config DIR/none
TO --num-records 5 --command-property fetch.min.bytes=-5
TO --num-records 5 --command-property client.id
TO --num-records 5 --hide-header
TO --num-records 5 --show-detailed-stats
TO --num-records 5 --show-detailed-stats --hide-header
TO --num-records 50000 --timeout 500 --show-detailed-stats --reporting-interval 1
TO --num-records 5 --reporting-interval 0
TO --num-records 5 --reporting-interval x
TO --num-records 5 --reporting-interval -5
TO --num-records 5 --date-format 'Q'Q
TO --num-records 5 --date-format 'yyyy
TO --num-records 5 --date-format G-MMM-MMMM-d-E-EEEE-F-w-W-u-a-Z-X-XX-XXX-L-LLL-Y-''-'o''clock'
TO --num-records 5 --date-format XXXX
TO --num-records 5 --timeout
TO --num-records 5 --timeout x
TO --num-records 5 --timeout 500 --from-latest
TO --num-records 0
TO --num-records -1
TO --num-records 5 --fetch-size x
TO --num-records 5 --fetch-size -1
TO --num-records 5 --fetch-size 100
--bootstrap-server BROKER --include t|u --num-records 5
--bootstrap-server BROKER --include ( --num-records 5
--bootstrap-server BROKER --topic missing --num-records 5 --timeout 500
--bootstrap-server nonsense --topic t --num-records 5 --timeout 500
--bootstrap-server localhost:1 --topic t --num-records 5 --timeout 500
`;

const LATENCY = `

--help
--bootstrap-server a:1 --help
--bootstrap-server a:1 --version
BROKER t
BROKER TOPIC 3 1 10
BROKER TOPIC 3 1 10 DIR/my.properties
BROKER TOPIC 3 1 10 DIR/none
BROKER TOPIC x 1 10
BROKER TOPIC 1 0 10
TO
TO --num-records 3
TO --num-records 3 --producer-acks 1
TO --num-records 3 --producer-acks 0 --record-size 3
TO --num-records 0 --producer-acks 1 --record-size 3
TO --num-records 1 --producer-acks 1 --record-size -3
TO ONE --record-key-size -1
TO ONE --record-header-key-size -1
TO ONE --record-header-size -2
TO ONE --num-headers -2
TO ONE --num-headers 2 --record-header-size -1 --record-header-key-size 4 --record-key-size 5
TO ONE --num-headers 2 --record-header-size 3
TO ONE --num-headers --record-key-size
TO --num-records 3 --producer-acks all --record-size 0
TO --num-records 1001 --producer-acks 1 --record-size 3
TO ONE --bogus
TO ONE extra
TO ONE --command-config DIR/none
TO ONE --command-config
--bootstrap-server BROKER --topic bad,topic ONE
--bootstrap-server nonsense --topic TOPIC ONE
TO --num-records 1 --producer-acks 1 --record-size 2000000
`;

const SHORT: Readonly<Record<string, string>> = {
  TEN: "--num-records 10 --record-size 10 --throughput -1",
  ONE: "--num-records 1 --producer-acks 1 --record-size 3",
};

/** What differs from one run to the next: figures, the lines of logs, and the stacks of exceptions. */
function masked({ code, stdout, stderr }: Finished): string {
  const text = (printed: string) => {
    const lines = printed.replaceAll(/-?\b(?:NaN|\d+(?:\.\d+)?(?:E-?\d+)?)/g, "N").split("\n")
      .filter((line) => !/^\s+(at |\.\.\. N more)|^\[.* (WARN|ERROR) /.test(line))
      .map((line) => line.trimEnd());
    // How often it is told how things go depends on how they go.
    return lines.filter((line, i) => line === "" || line !== lines[i - 1]).join("\n").trimEnd();
  };
  return `${text(stdout)}\n[stderr]\n${text(stderr)}\n[rc] ${code}`;
}

const FILES: Readonly<Record<string, string>> = {
  "payloads": "\na\n\nbb\nccc\n\n",
  "empty": "",
  "newline": "\n",
  "my.properties": "linger.ms=1\nclient.id=from-file\n",
  "bad.properties": "batch.size=-5\n",
};

type Runs = (tool: string, args: readonly string[]) => Promise<Finished>;

function commands(text: string, topic: string, { bootstrap }: BrokerUnderTest, directory: string) {
  const given = { ...SHORT, TO: `--bootstrap-server BROKER --topic ${topic}`, TOPIC: topic };
  return text.slice(1, -1).split("\n").map((line) => {
    const long = line.replaceAll(/\b[A-Z]{2,}\b/g, (word) => given[word as "TO"] ?? word)
      .replaceAll("BROKER", bootstrap)
      .replaceAll("DIR/", `${directory}/`);
    return long === "" ? [] : long.split(" ");
  });
}

const MEASURED = /^([a-z]+(?:-[a-z]+)+:[a-z-]+:\{.*\}) +: /gm;

/** The names of metrics that a tool has printed. */
const metricsOf = ({ stdout }: Finished) => [...stdout.matchAll(MEASURED)].map(([, name]) => name!);

Deno.test("performance tools print what Apache Kafka's print", async (t) => {
  const directory = await Deno.makeTempDir({ prefix: "seglog-interop-" });
  try {
    for (const [file, text] of Object.entries(FILES)) {
      await Deno.writeTextFile(`${directory}/${file}`, text);
    }
    await using broker = await startBrokerUnderTest(directory, {
      properties: { "group.initial.rebalance.delay.ms": "0" },
    });
    await using kafka = await startToolRunner();
    const theirs: Runs = (tool, args) => kafka.run(tool, args);
    const ours: Runs = (tool, args) => runTool(tool, args, { env: systemEnv() });
    const same = async (tool: string, text: string, topic: string, ourTopic = topic) => {
      const ourArgs = commands(text, ourTopic, broker, directory);
      for (const [i, args] of commands(text, topic, broker, directory).entries()) {
        await t.step([tool, ...args].join(" "), async () => {
          const expected = await theirs(tool, args);
          assertEquals(masked(await ours(tool, ourArgs[i]!)), masked(expected));
        });
      }
    };
    const measuresTheSame = async (tool: string, ...args: readonly string[]) => {
      const known = new Set(metricsOf(await theirs(tool, args)));
      const measured = metricsOf(await ours(tool, args));
      assert(measured.length > 2, tool);
      assertEquals(measured.filter((name) => !known.has(name)), [], tool);
    };
    await same("producer-perf-test", PRODUCER, "t");
    const to = ["--bootstrap-server", broker.bootstrap, "--topic", "t", "--print-metrics"];
    await t.step(
      "a producer's metrics are among Kafka's",
      () => measuresTheSame("producer-perf-test", ...to, ...SHORT.TEN!.split(" ")),
    );
    await same("consumer-perf-test", CONSUMER, "t");
    await t.step(
      "a consumer's metrics are among Kafka's",
      () => measuresTheSame("consumer-perf-test", ...to, "--num-records", "600"),
    );
    // Each makes a topic of its own.
    await same("e2e-latency", LATENCY, "e-1", "e-2");
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
