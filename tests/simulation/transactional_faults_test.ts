/**
 * Transactions of our producer over the same network and broker as the other clients: readers of committed records see all of a transaction that is
 * told to be committed, once, and nothing of one that is told to be aborted. `SEED` picks one history, `CLIENT_FAULTS` is how many there are.
 */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { AbortedTransactions } from "../../client/consumer/aborted_transactions.ts";
import { Consumer } from "../../client/consumer/consumer.ts";
import { Producer } from "../../client/producer/producer.ts";
import { TransactionManager } from "../../client/producer/transaction_manager.ts";
import { KafkaError } from "../../client/protocol/error_codes.ts";
import { string } from "../../storage/serde/string.ts";
import { replaced } from "../support/replaced.ts";
import { ClientWorld } from "./client_world.ts";

const seedCount = Number(Deno.env.get("CLIENT_FAULTS") ?? 4);
const onlySeed = Deno.env.get("SEED");
const SEEDS = onlySeed === undefined
  ? Array.from({ length: seedCount }, (_, i) => i + 1)
  : [Number(onlySeed)];
const TRANSACTIONS = 25;
const PARTITIONS = 3;
const TOPIC = "orders";
/** No history takes longer, ms. */
const LIMIT_MS = 3_600_000;

/** What is known of a transaction; `undefined` when its producer gave up without a word. */
interface Transaction {
  readonly values: readonly string[];
  committed: boolean | undefined;
}

/** One history. */
class TransactionalHistory {
  readonly #world: ClientWorld;
  readonly #transactions: Transaction[] = [];
  #producer: Producer<string, string> | undefined;

  constructor(seed: number) {
    this.#world = new ClientWorld(seed);
  }

  get committed(): number {
    return this.#transactions.filter(({ committed }) => committed === true).length;
  }

  async run(): Promise<void> {
    await this.#world.clock.run(this.#run(), LIMIT_MS);
  }

  async #run(): Promise<void> {
    const world = this.#world;
    await world.broker.start();
    await world.topic(TOPIC, PARTITIONS);
    const storm = new AbortController();
    const disturbed = world.disturb("kill", storm.signal);
    for (let i = 0; i < TRANSACTIONS; i++) {
      this.#producer ??= await this.#initialized();
      await this.#transact(this.#producer, i);
      await world.pause(500);
    }
    storm.abort();
    await disturbed;
    // What is left open is aborted by the next of the same name.
    await this.#producer?.close();
    this.#producer = await this.#initialized();
    await this.#producer.close();
    this.#check(await this.#read());
    await world.broker.stop();
  }

  /** A producer of the one transactional id. */
  async #initialized(): Promise<Producer<string, string>> {
    const { random } = this.#world;
    for (;;) {
      const producer = new Producer<string, string>({
        ...this.#world.client,
        transactionalId: "mover",
        requestTimeoutMs: random.pick([1000, 3000]),
        deliveryTimeoutMs: random.pick([5000, 60_000]),
        maxBlockMs: random.pick([3000, 30_000]),
        socketConnectionSetupTimeoutMs: 1000,
        batchSize: random.pick([1, 200]),
        lingerMs: 0,
      });
      try {
        await producer.initTransactions();
        return producer;
      } catch (error) {
        assert(error instanceof Error);
        await producer.close({ timeoutMs: 0 });
      }
    }
  }

  async #transact(producer: Producer<string, string>, number: number): Promise<void> {
    const { random } = this.#world;
    const values = Array.from({ length: 1 + random.below(8) }, (_, i) => `${number}/${i}`);
    const transaction: Transaction = { values, committed: undefined };
    this.#transactions.push(transaction);
    try {
      producer.beginTransaction();
      for (const value of values) {
        producer.send({ topic: TOPIC, partition: random.below(PARTITIONS), value }, () => {});
        if (random.chance(0.3)) await this.#world.pause(300);
      }
      const commits = random.chance(0.7) &&
        await this.#insist(() => producer.commitTransaction()).then(() => true, () => false);
      if (!commits) await this.#insist(() => producer.abortTransaction());
      transaction.committed = commits;
    } catch {
      // It can go no further: the next producer of the name settles what is open.
      this.#producer = undefined;
      await producer.close({ timeoutMs: 0 });
    }
  }

  /** A call that has taken too long may be made again, and must be, to know what came of it. */
  async #insist(call: () => Promise<void>): Promise<void> {
    for (let attempts = 0;; attempts++) {
      try {
        return await call();
      } catch (error) {
        const isLate = error instanceof KafkaError && error.code === "REQUEST_TIMED_OUT" &&
          /timed out/.test(error.message);
        if (!isLate || attempts === 100) throw error;
      }
    }
  }

  /** What readers of committed records see. */
  async #read(): Promise<readonly string[]> {
    await using consumer = new Consumer<Uint8Array, string>({
      ...this.#world.client,
      isolationLevel: "read_committed",
      valueDeserializer: string(),
    });
    const partitions = Array.from({ length: PARTITIONS }, (_, partition) => ({
      topic: TOPIC,
      partition,
    }));
    consumer.assign(partitions);
    consumer.seekToBeginning();
    const ends = await consumer.endOffsets(partitions);
    const values: string[] = [];
    for (const partition of partitions) {
      while (await consumer.position(partition) < ends.get(partition)!) {
        for (const { value } of await consumer.poll(1000)) values.push(value!);
      }
    }
    return values;
  }

  #check(seen: readonly string[]): void {
    const once = new Set(seen);
    assertEquals(once.size, seen.length, "a record is committed twice");
    for (const { values, committed } of this.#transactions) {
      const there = values.filter((value) => once.has(value)).length;
      const what = `transaction ${values[0]} is there by ${there} of ${values.length} records`;
      assert(there === 0 || there === values.length, what);
      if (committed !== undefined) assertEquals(there > 0, committed, `${what}, told otherwise`);
    }
  }
}

/** Returns how many transactions were committed. */
async function runHistory(seed: number): Promise<number> {
  try {
    const history = new TransactionalHistory(seed);
    await history.run();
    return history.committed;
  } catch (cause) {
    throw new Error(`SEED=${seed} ${(cause as Error).message}`, { cause });
  }
}

Deno.test(`transactions are seen wholly or not at all, as they are told, ${SEEDS.length} histories`, async () => {
  let committed = 0;
  for (const seed of SEEDS) committed += await runHistory(seed);
  assert(committed > SEEDS.length * TRANSACTIONS / 5, `only ${committed} were committed`);
});

/** What is planted to see that it is found, and how that looks. */
const BUGS: readonly {
  readonly name: string;
  readonly sign: RegExp;
  /** Plants it. Returns what takes it out. */
  readonly plant: () => () => void;
}[] = [
  {
    name: "an abort commits",
    sign: /told otherwise/,
    plant: () =>
      replaced(TransactionManager.prototype, "beginAbort", () =>
        function () {
          return this.beginCommit();
        }),
  },
  {
    name: "a reader sees what was aborted",
    sign: /told otherwise/,
    plant: () => replaced(AbortedTransactions.prototype, "hides", () => () => false),
  },
];

for (const { name, sign, plant } of BUGS) {
  Deno.test(`the simulation of transactions finds it when ${name}`, async () => {
    const takeOut = plant();
    let found = "nothing";
    try {
      for (let seed = 1; seed <= 20; seed++) await runHistory(seed);
    } catch (error) {
      found = (error as Error).message;
    } finally {
      takeOut();
    }
    assertMatch(found, sign);
  });
}
