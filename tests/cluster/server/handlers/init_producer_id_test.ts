import { assert, assertEquals } from "@std/assert";
import { errorCode } from "../../../../client/protocol/error_codes.ts";
import { initProducerId } from "../../../../client/protocol/messages/init_producer_id.ts";
import { startBroker } from "../../../support/broker.ts";

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

Deno.test("a transactional producer finds no coordinator here", async () => {
  await using started = await startBroker();
  const ask = async (transactionalId: string) =>
    (await started.client.call(initProducerId, 5, { transactionalId, transactionTimeoutMs: 1 }))
      .errorCode;
  assertEquals([await ask("t"), await ask("")], [
    errorCode("NOT_COORDINATOR"),
    errorCode("INVALID_REQUEST"),
  ]);
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
