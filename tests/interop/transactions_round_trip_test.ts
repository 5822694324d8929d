import { assert, assertEquals } from "@std/assert";
import type { ReadIsolation } from "../../storage/embedded/record_reader.ts";
import { topicPartitionKey } from "../../storage/file/file_names.ts";
import type { PartitionLog } from "../../storage/log/partition_log.ts";
import { LogManager } from "../../storage/log_manager.ts";
import { buildEndTransactionMarker } from "../../storage/record/control_record.ts";
import { batchesIn } from "../../storage/record/memory_records.ts";
import { systemEnv } from "../../storage/system_env.ts";
import { java, kafka, startBroker } from "./kafka/apache_kafka.ts";
import { consume, createTopic, SMALL_SEGMENTS } from "./kafka/broker_clients.ts";
import { appendHere, textBatch, textLines } from "./kafka/text_records.ts";

/** Readers of committed records see the same here and in Kafka, of transactions that Kafka wrote and of ours. */

const NOW = Date.now();

function openManager(logDir: string): Promise<LogManager> {
  return LogManager.open({
    env: systemEnv(),
    logDirs: [logDir],
    topicConfigs: (topic) => topic === "txn" ? SMALL_SEGMENTS : undefined,
    background: false,
  });
}

function seen(manager: LogManager, isolation: ReadIsolation): Map<string, string[]> {
  const logs = manager.logsByTopic("txn");
  return new Map(
    logs.map((log) => [topicPartitionKey(log.topicPartition), textLines(log, isolation)]),
  );
}

/** Kafka's console-consumer, on one partition. */
async function consoleConsumer(bootstrap: string, partition: number, count: number) {
  const { code, stdout, stderr } = await kafka(
    "console-consumer",
    ...["--bootstrap-server", bootstrap, "--topic", "txn", "--partition", String(partition)],
    ...["--offset", "earliest", "--isolation-level", "read_committed"],
    ...["--max-messages", String(count), "--timeout-ms", "30000"],
    ...["--formatter-property", "print.offset=true", "--formatter-property", "print.key=true"],
  );
  assertEquals(code, 0, stderr);
  return stdout.trimEnd().split("\n").map((line) => line.replace("Offset:", "").split("\t"));
}

/** What the fetches of a reader say about aborted transactions, all together. */
function abortedSeen(log: PartitionLog): string[] {
  const aborted = new Set<string>();
  for (let next = log.logStartOffset; next < log.lastStableOffset;) {
    const data = log.read(next, { maxBytes: 20_000, isolation: "txn_committed" });
    for (const { producerId, firstOffset } of data.abortedTransactions!) {
      aborted.add(`${producerId} ${firstOffset}`);
    }
    for (const batch of batchesIn(data.bytes())) next = batch.nextOffset;
  }
  return [...aborted].sort();
}

/** What Kafka's dump-log finds in the transaction indexes of a partition. */
async function abortedInIndexes(directory: string): Promise<string[]> {
  const files: string[] = [];
  for await (const { name } of Deno.readDir(directory)) {
    if (name.endsWith(".txnindex")) files.push(`${directory}/${name}`);
  }
  const { stdout } = await kafka("dump-log", "--files", files.join());
  return [...stdout.matchAll(/producerId: (\d+) firstOffset: (\d+)/g)]
    .map((match) => `${match[1]} ${match[2]}`).sort();
}

/** One producer of ours, in one partition. */
class Producer {
  readonly #log: PartitionLog;
  readonly #id: number;
  #sequence = 0;

  constructor(log: PartitionLog, id: number) {
    this.#log = log;
    this.#id = id;
  }

  send(value: string, count: number): void {
    const records = Array.from({ length: count }, (_, i) => ({
      key: `${this.#id}`,
      value: `${value}-${i}`,
      timestamp: NOW + i,
    }));
    const batch = textBatch(records, {
      producerId: this.#id,
      producerEpoch: 0,
      baseSequence: this.#sequence,
      isTransactional: true,
      compression: { type: this.#id % 2 === 0 ? "lz4" : "none" },
    });
    // The coordinator would be asked here whether it knows of the transaction (KIP-890).
    const guard = this.#log.maybeStartTransactionVerification(this.#id, this.#sequence, 0, false);
    this.#sequence += count;
    appendHere(this.#log, batch, { verificationGuard: guard });
  }

  end(type: "COMMIT" | "ABORT"): void {
    const marker = buildEndTransactionMarker({
      ...{ producerId: this.#id, producerEpoch: 0, type, timestamp: NOW, coordinatorEpoch: 0 },
    });
    appendHere(this.#log, marker, { origin: "coordinator", transactionVersion: 1 });
  }
}

/** Transactions that overlap, four in five of them ended at once; then records without one. */
function appendTransactions(log: PartitionLog): void {
  const a = new Producer(log, 500_001), b = new Producer(log, 500_002);
  for (let round = 0; round < 40; round++) {
    a.send(`ours-a${round}`, 4);
    b.send(`ours-b${round}`, 3);
    a.end(round % 3 === 1 ? "ABORT" : "COMMIT");
    appendHere(log, textBatch([{ key: null, value: `ours-c${round}`, timestamp: NOW }]));
    b.send(`ours-b${round}-more`, 2);
    b.end(round % 4 === 1 ? "ABORT" : "COMMIT");
  }
}

Deno.test("readers of committed records see the same transactions here and in Kafka", async () => {
  const directory = await Deno.makeTempDir();
  const logDir = `${directory}/data`;
  const open = { topic: "txn", partition: 1 };
  const openProducerId = 500_003;
  try {
    let committed: Map<string, string[]>;
    let printed: string[][];
    {
      await using broker = await startBroker(directory, {
        "transaction.state.log.num.partitions": "1",
      });
      const { bootstrap } = broker;
      await createTopic(bootstrap, "txn", 2, SMALL_SEGMENTS);
      await java("ProduceTransactions", bootstrap, "txn", "first");
      committed = await consume(bootstrap, "read_committed", "txn");
      printed = await consoleConsumer(bootstrap, 0, committed.get("txn-0")!.length - 1);
    }

    let openFrom: number;
    {
      await using manager = await openManager(logDir);
      assertEquals(seen(manager, "committed"), committed);
      assertEquals(
        textLines(manager.getLog({ topic: "txn", partition: 0 })!, "committed").slice(0, -1)
          .map((line) => line.split(" ")).map((words) => [words[0], words[2], words[3]]),
        printed,
      );
      for (const log of manager.logsByTopic("txn")) {
        const aborted = abortedSeen(log);
        assert(aborted.length > 10);
        assertEquals(aborted, await abortedInIndexes(log.directory));
        appendTransactions(log);
      }
      const log = manager.getLog(open)!;
      openFrom = log.logEndOffset;
      new Producer(log, openProducerId).send("undecided", 5);
      appendHere(log, textBatch([{ key: null, value: "behind it", timestamp: NOW }]));
      committed = seen(manager, "committed");
      assertEquals(committed.get("txn-1")!.at(-1), `end ${openFrom}`);
    }

    let uncommitted: Map<string, string[]>;
    {
      await using broker = await startBroker(directory);
      const { bootstrap } = broker;
      assertEquals(await consume(bootstrap, "read_committed", "txn"), committed);
      await java("ProduceTransactions", bootstrap, "txn", "second");
      committed = await consume(bootstrap, "read_committed", "txn");
      uncommitted = await consume(bootstrap, "read_uncommitted", "txn");
      assertEquals(committed.get("txn-1")!.at(-1), `end ${openFrom}`);
      assert(committed.get("txn-0")!.some((line) => line.includes("second-")));
      for (const partition of [0, 1]) {
        assert((await abortedInIndexes(`${logDir}/txn-${partition}`)).length > 30);
      }
    }

    await using manager = await openManager(logDir);
    assertEquals(seen(manager, "committed"), committed);
    assertEquals(seen(manager, "uncommitted"), uncommitted);
    const log = manager.getLog(open)!;
    assertEquals(log.activeProducers.get(openProducerId)?.currentTxnFirstOffset, openFrom);
    new Producer(log, openProducerId).end("COMMIT");
    assertEquals(log.lastStableOffset, log.logEndOffset);
    const now = textLines(log, "committed");
    assert(now.some((line) => line.includes("undecided-4")));
    assert(now.some((line) => line.includes("behind it")));
    assert(now.some((line) => line.includes("second-")));
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
