import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { producerSettings } from "../../../client/producer/producer_settings.ts";
import { InvalidConfigError } from "../../../storage/errors.ts";
import { CollectingLogger } from "../../support/manual_env.ts";

const settings = (configs: Readonly<Record<string, unknown>>, logger = new CollectingLogger()) =>
  producerSettings({ "bootstrap.servers": "localhost:9092", ...configs }, logger);

Deno.test("defaults are those of Kafka", () => {
  const {
    acks,
    batchSize,
    compression,
    deliveryTimeoutMs,
    isIdempotent,
    lingerMs,
    transactionalId,
  } = settings({});
  assertEquals(
    { acks, batchSize, compression, deliveryTimeoutMs, isIdempotent, lingerMs, transactionalId },
    {
      acks: -1,
      batchSize: 16_384,
      compression: { type: "none" },
      deliveryTimeoutMs: 120_000,
      isIdempotent: true,
      lingerMs: 5,
      transactionalId: null,
    },
  );
});

Deno.test("a producer without a name gets a number, or the name of its transactions", () => {
  const [first, second] = [settings({}), settings({})];
  assertMatch(first.clientId, /^producer-\d+$/);
  assertEquals(first.clientId === second.clientId, false);
  assertEquals(settings({ transactionalId: "tx" }).clientId, "producer-tx");
  const named = settings({ "client.id": "me" });
  assertEquals([named.clientId, named.config.string("client.id")], ["me", "me"]);
});

Deno.test("idempotence gives way to what contradicts it, unless it is asked for", () => {
  const logger = new CollectingLogger();
  assertEquals(settings({ acks: 1 }, logger).isIdempotent, false);
  assertEquals(settings({ retries: 0 }, logger).isIdempotent, false);
  assertEquals(logger.matching("Idempotence will be disabled").length, 2);
  const refused: readonly [Readonly<Record<string, unknown>>, string][] = [
    [
      { acks: "1", enableIdempotence: true },
      "Must set acks to all in order to use the idempotent producer. Otherwise we cannot guarantee idempotence.",
    ],
    [
      { retries: 0, "enable.idempotence": "true" },
      "Must set retries to non-zero when using the idempotent producer.",
    ],
    [
      { maxInFlightRequestsPerConnection: 6 },
      "To use the idempotent producer, max.in.flight.requests.per.connection must be set to at most 5. Current value is 6.",
    ],
    [
      { acks: 1, transactionalId: "tx" },
      "Cannot set a transactional.id without also enabling idempotence.",
    ],
    [
      { transactionTwoPhaseCommitEnable: true, transactionTimeoutMs: 1000 },
      "Cannot set transaction.timeout.ms when transaction.two.phase.commit.enable is set to true. Transactions will not expire with two-phase commit enabled.",
    ],
    [
      { deliveryTimeoutMs: 1000 },
      "delivery.timeout.ms should be equal to or larger than linger.ms + request.timeout.ms",
    ],
  ];
  for (const [configs, message] of refused) {
    assertThrows(() => settings(configs), InvalidConfigError, message);
  }
  assertEquals(
    settings({ enableIdempotence: false, maxInFlightRequestsPerConnection: 6 }).isIdempotent,
    false,
  );
});

Deno.test("the time for delivery grows with the times that it is made of", () => {
  const logger = new CollectingLogger();
  assertEquals(settings({ requestTimeoutMs: 200_000 }, logger).deliveryTimeoutMs, 200_005);
  assertEquals(logger.matching("Setting it to the sum", "warn").length, 1);
});

Deno.test("compression has the level of its type", () => {
  assertEquals(settings({ compressionType: "lz4", compressionZstdLevel: 9 }).compression, {
    type: "lz4",
    level: 9,
  });
  assertEquals(settings({ compressionType: "snappy" }).compression, { type: "snappy" });
});

Deno.test("who sets what has no effect, or does not exist, is warned", () => {
  const logger = new CollectingLogger();
  settings({ "send.buffer.bytes": 1, "no.such.config": 1 }, logger);
  assertEquals(logger.matching("no effect", "warn")[0]!.fields, { configs: ["send.buffer.bytes"] });
  assertEquals(logger.matching("not known", "warn").length, 1);
});
