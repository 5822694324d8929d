import { assert, assertEquals } from "@std/assert";
import {
  errorCode,
  type ErrorName,
  errorName,
  KafkaError,
} from "../../../../client/protocol/error_codes.ts";
import {
  initProducerId,
  type InitProducerIdRequest,
} from "../../../../client/protocol/messages/init_producer_id.ts";
import type { ProducerIdAndEpoch } from "../../../../cluster/coordinator/transaction/producer_id_and_epoch.ts";
import {
  initProducerIdHandler,
  type InitProducerIdOptions,
} from "../../../../cluster/server/handlers/init_producer_id.ts";
import type { Draft } from "../../../../storage/message/message_codec.ts";
import { startBroker } from "../../../support/broker.ts";
import { ask } from "../../../support/handler_call.ts";
import {
  TransactionBroker,
  type TransactionBrokerOptions,
} from "../../../support/transaction_broker.ts";
import { A0, metadataOf } from "../../../support/transactions.ts";

const ID = "copier";
const LAST = 6;
/** From this version on a producer says which id it has. */
const FIRST_WITH_ID = 3;

/** Producers that begin. */
async function transactional(options: TransactionBrokerOptions = {}) {
  const broker = await TransactionBroker.start(options);
  const handler = initProducerIdHandler({
    producerIds: {
      next: () => Promise.resolve(broker.nextProducerId++),
      whenReady: () => undefined,
    },
    transactions: broker.transactions,
    config: broker.config,
  });
  return {
    broker,
    begin: async (version: number, changes: Draft<InitProducerIdRequest> = {}) => {
      const request = { transactionalId: ID, transactionTimeoutMs: 60_000, ...changes };
      const { errorCode, producerId, producerEpoch } = await ask(handler, version, request);
      return [errorName(errorCode), producerId, producerEpoch];
    },
    add: (producer: ProducerIdAndEpoch) =>
      broker.transactions.addPartitions({ ...producer, transactionalId: ID, partitions: [A0] }, 0),
  };
}

const refused = (error: string) => [error, -1, -1];

Deno.test("every producer has an id of its own, and after a restart none comes again", async () => {
  const first = await startBroker();
  const ask = async ({ client }: typeof first, transactionalId: string | null = null) =>
    await client.call(initProducerId, 5, { transactionalId, transactionTimeoutMs: 1000 });
  const one = await ask(first);
  const two = await ask(first);
  assertEquals([one.errorCode, one.producerEpoch], [0, 0]);
  assert(one.producerId !== two.producerId);
  await first[Symbol.asyncDispose]();
  await using second = await startBroker({}, { env: first.env });
  assert((await ask(second)).producerId > two.producerId);
});

Deno.test("half of an id that a producer says it has is refused", async () => {
  await using started = await startBroker();
  const ask = async (producerId: number, producerEpoch: number) =>
    (await started.client.call(initProducerId, 5, {
      transactionalId: null,
      transactionTimeoutMs: 1000,
      producerId,
      producerEpoch,
    })).errorCode;
  const invalid = errorCode("INVALID_REQUEST");
  assertEquals([await ask(5, -1), await ask(-1, 5), await ask(5, 5)], [invalid, invalid, 0]);
});

Deno.test("ids come out of blocks of a thousand, and every start takes the next block", async () => {
  const first = await startBroker();
  const next = async ({ client }: typeof first) =>
    (await client.call(initProducerId, 5, { transactionalId: null, transactionTimeoutMs: 1 }))
      .producerId;
  assertEquals([await next(first), await next(first)], [0, 1]);
  assertEquals(first.broker.metadata.nextProducerId, 1000);
  await first[Symbol.asyncDispose]();
  await using second = await startBroker({}, { env: first.env });
  assertEquals(await next(second), 1000);
});

Deno.test("a transactional producer keeps its id, and gets the next epoch each time it begins", async () => {
  for (let version = 0; version <= LAST; version++) {
    const { broker, begin } = await transactional();
    await using _ = broker;
    assertEquals(await begin(version), ["NONE", 1000, 0]);
    assertEquals(await begin(version), ["NONE", 1000, 1]);
    assertEquals(await begin(version, { transactionalId: "other" }), ["NONE", 1001, 0]);
    await broker.failOver();
    assertEquals(await begin(version), ["NONE", 1000, 2]);
    assertEquals((await broker.transactions.describe(ID)).transactionTimeoutMs, 60_000);
  }
});

Deno.test("a producer whose id another one has taken over is fenced", async () => {
  const { broker, begin, add } = await transactional();
  await using _ = broker;
  await begin(5);
  const zombie = { producerId: 1000, producerEpoch: 0 };
  await add(zombie);
  // Its transaction is aborted first, with an epoch that nobody gets.
  assertEquals(await begin(5), refused("CONCURRENT_TRANSACTIONS"));
  assertEquals((await broker.transactions.describe(ID)).transactionState, "CompleteAbort");
  assertEquals(await begin(5), ["NONE", 1000, 2]);
  assertEquals(await begin(4, zombie), refused("PRODUCER_FENCED"));
  assertEquals(await begin(3, zombie), refused("INVALID_PRODUCER_EPOCH"));
});

Deno.test("a producer goes on after an error with the next epoch, also when the answer was lost (KIP-360)", async () => {
  for (let version = FIRST_WITH_ID; version <= LAST; version++) {
    const { broker, begin } = await transactional();
    await using _ = broker;
    await begin(version);
    const mine = { producerId: 1000, producerEpoch: 0 };
    assertEquals(await begin(version, mine), ["NONE", 1000, 1]);
    assertEquals(await begin(version, mine), ["NONE", 1000, 1]);
    assertEquals(await begin(version, { ...mine, producerEpoch: 1 }), ["NONE", 1000, 2]);
    const fenced = refused(version < 4 ? "INVALID_PRODUCER_EPOCH" : "PRODUCER_FENCED");
    assertEquals(await begin(version, mine), fenced);
    assertEquals(await begin(version, { producerId: 99, producerEpoch: 2 }), fenced);
    // Of an id that nobody knows, a producer gets a new one.
    const unknown = { ...mine, transactionalId: "forgotten" };
    assertEquals(await begin(version, unknown), ["NONE", 1001, 0]);
  }
});

Deno.test("older producers do not say what they have, and get the next epoch", async () => {
  for (let version = 0; version < FIRST_WITH_ID; version++) {
    const { broker, begin } = await transactional();
    await using _ = broker;
    await begin(version);
    await begin(version);
    assertEquals(await begin(version), ["NONE", 1000, 2]);
  }
});

Deno.test("a producer that has used up its epochs gets another id", async () => {
  const known = [metadataOf({ producerId: 9, producerEpoch: 32_766 })];
  const { broker, begin } = await transactional({ known });
  await using _ = broker;
  const mine = { producerId: 9, producerEpoch: 32_766 };
  assertEquals(await begin(5, mine), ["NONE", 1000, 0]);
  assertEquals(await begin(5, mine), ["NONE", 1000, 0]);
  assertEquals(await begin(5), ["NONE", 1000, 1]);
});

Deno.test("a transaction that may take longer than transaction.max.timeout.ms, or no time, is refused", async () => {
  for (let version = 0; version <= LAST; version++) {
    const { broker, begin } = await transactional({
      config: { "transaction.max.timeout.ms": 5000 },
    });
    await using _ = broker;
    for (const transactionTimeoutMs of [5001, 0x7fff_ffff, 0, -1]) {
      const answer = await begin(version, { transactionTimeoutMs });
      assertEquals(answer, refused("INVALID_TRANSACTION_TIMEOUT"));
    }
    assertEquals(await begin(version, { transactionTimeoutMs: 5000 }), ["NONE", 1000, 0]);
    // Without transactions there is nothing to take time.
    const idempotent = { transactionalId: null, transactionTimeoutMs: 5001 };
    assertEquals(await begin(version, idempotent), ["NONE", 1001, 0]);
  }
});

Deno.test("what is wrong is told in Kafka's order", async () => {
  const { broker, begin } = await transactional();
  await using _ = broker;
  const wrong: Draft<InitProducerIdRequest> = {
    transactionalId: "",
    producerId: 5,
    enable2Pc: true,
    keepPreparedTxn: true,
    transactionTimeoutMs: -1,
  };
  const after: [Draft<InitProducerIdRequest>, ErrorName][] = [
    [{}, "INVALID_REQUEST"],
    [{ producerEpoch: 1 }, "INVALID_REQUEST"],
    [{ transactionalId: ID }, "TRANSACTIONAL_ID_AUTHORIZATION_FAILED"],
    [{ enable2Pc: false }, "UNSUPPORTED_VERSION"],
    [{ keepPreparedTxn: false }, "INVALID_TRANSACTION_TIMEOUT"],
    [{ transactionTimeoutMs: 1 }, "NONE"],
  ];
  let request = wrong;
  for (const [mended, error] of after) {
    request = { ...request, ...mended };
    assertEquals((await begin(LAST, request))[0], error);
  }
});

Deno.test("where it is allowed, a transaction that is committed in two phases takes as long as it likes", async () => {
  const { broker, begin } = await transactional({
    config: { "transaction.two.phase.commit.enable": true },
  });
  await using _ = broker;
  const request = { enable2Pc: true, transactionTimeoutMs: -1 };
  assertEquals(await begin(LAST, request), ["NONE", 1000, 0]);
  assertEquals((await broker.transactions.describe(ID)).transactionTimeoutMs, 0x7fff_ffff);
});

Deno.test("a transactional producer waits for producer ids, and is told that the coordinator loads", async () => {
  const happened: string[] = [];
  const ready = Promise.withResolvers<void>();
  const options: InitProducerIdOptions = {
    producerIds: {
      next: () => Promise.reject(new Error("for others")),
      whenReady: () => ready.promise,
    },
    transactions: {
      initProducerId: () => {
        happened.push("asked");
        throw new KafkaError("COORDINATOR_LOAD_IN_PROGRESS");
      },
    },
    config: { int: () => 900_000, boolean: () => false },
  };
  const request = { transactionalId: ID, transactionTimeoutMs: 1 };
  const answer = ask(initProducerIdHandler(options), 0, request);
  happened.push("ready");
  ready.resolve();
  assertEquals(errorName((await answer).errorCode), "COORDINATOR_LOAD_IN_PROGRESS");
  assertEquals(happened, ["ready", "asked"]);
});

Deno.test("a transactional producer of a broker without transactions as yet is told to look again", async () => {
  await using started = await startBroker();
  const { errorCode } = await started.client.call(initProducerId, 5, {
    transactionalId: ID,
    transactionTimeoutMs: 1,
  });
  assertEquals(errorName(errorCode), "COORDINATOR_NOT_AVAILABLE");
});
