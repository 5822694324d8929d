import { assert, assertEquals } from "@std/assert";
import { SeededRandom } from "../support/manual_env.ts";
import { freePort, java } from "./kafka/apache_kafka.ts";
import {
  brokerKind,
  type BrokerUnderTest,
  startBrokerUnderTest,
} from "./support/broker_under_test.ts";
import { COPIERS } from "./support/clients.ts";
import { copyUntilKilled } from "./support/copying.ts";
import { NONE, RawClient, textBatch } from "./support/raw_client.ts";

/**
 * A copy in transactions (read, write, and commit what was read, all or nothing), whose process is killed again and again, and the broker in
 * between: whoever reads what is committed finds every record of the input once.
 */

const KILLS = Number(Deno.env.get("COPY_KILLS") ?? (brokerKind() === "seglog" ? 30 : 10));
const BROKER_KILLS = Number(Deno.env.get("BROKER_KILLS") ?? (brokerKind() === "seglog" ? 12 : 3));
const PARTITIONS = 3;
const BATCH = 200;

for (const copier of COPIERS) {
  Deno.test({
    name:
      `a copy with ${copier.name}, killed ${KILLS} times and its broker ${BROKER_KILLS} times, has every record once`,
    ignore: brokerKind() === "external",
    async fn() {
      const directory = await Deno.makeTempDir();
      const random = new SeededRandom(Number(Deno.env.get("SEED") ?? 5));
      const port = freePort(), controllerPort = freePort();
      const bootstrap = `127.0.0.1:${port}`;
      const start = () =>
        startBrokerUnderTest(directory, {
          properties: {
            "listeners": brokerKind() === "seglog"
              ? `PLAINTEXT://${bootstrap}`
              : `PLAINTEXT://${bootstrap},CONTROLLER://127.0.0.1:${controllerPort}`,
            ...(brokerKind() === "seglog"
              ? {}
              : { "controller.quorum.bootstrap.servers": `127.0.0.1:${controllerPort}` }),
            "group.initial.rebalance.delay.ms": "0",
          },
        });
      let broker: BrokerUnderTest = await start();
      const expected: string[] = [];
      try {
        {
          using admin = await RawClient.connect(bootstrap);
          assertEquals(await admin.createTopics(["input", "output"], PARTITIONS), [NONE, NONE]);
        }
        const feed = async () => {
          using client = await RawClient.connect(bootstrap);
          for (let partition = 0; partition < PARTITIONS; partition++) {
            const from = expected.length;
            const values = Array.from({ length: BATCH }, (_, i) => `${partition}-${from + i}`);
            expected.push(...values);
            const at = { topic: "input", partition };
            await client.produceAll(at, textBatch(values));
          }
        };
        const options = { bootstrap, name: "copy", input: "input", output: "output" };
        let brokerKills = 0;
        for (let kill = 0; kill < KILLS; kill++) {
          await feed();
          const copying = copyUntilKilled(copier, options, random);
          if (brokerKills * KILLS < kill * BROKER_KILLS) {
            brokerKills++;
            const { promise, resolve } = Promise.withResolvers<void>();
            setTimeout(resolve, copier.startMs + random.below(copier.startMs));
            await promise;
            await broker.kill();
            broker = await start();
          }
          await copying;
        }
        // Left alone it comes to the end.
        const wanted = expected.map((value) => `copy of ${value}`).sort();
        const last = await copier.start(JSON.stringify(options));
        const drained = [last.stdout, last.stderr].map((stream) =>
          stream.pipeTo(new WritableStream())
        );
        let copied: string[] = [];
        for (let attempt = 0; copied.length < wanted.length && attempt < 20; attempt++) {
          copied = (await java("Consume", bootstrap, "read_committed", "output"))
            .filter((line) => line.includes(" copy of "))
            .map((line) => line.slice(line.indexOf("copy of ")));
        }
        last.kill("SIGKILL");
        await Promise.all([last.status, ...drained]);
        assertEquals(copied.length, wanted.length);
        assertEquals(copied.sort(), wanted);
        assert(brokerKills === BROKER_KILLS);
      } finally {
        await broker.kill();
        await Deno.remove(directory, { recursive: true });
      }
    },
  });
}
