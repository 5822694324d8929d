import { assertEquals } from "@std/assert";
import type { ErrorName } from "../../../client/protocol/error_codes.ts";
import { TransactionalExchange } from "../../../client/producer/transactional_exchange.ts";
import { type BrokerInMemory, brokerInMemory } from "../../support/kafka_client.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { managerOf } from "../../support/producer_parts.ts";

/** Asks for the id of a transactional producer, once. Returns the manager. */
async function once(memory: BrokerInMemory) {
  await using client = memory.client();
  const manager = managerOf();
  const done = Promise.withResolvers<void>();
  const exchange = new TransactionalExchange(client, manager, manualEnv().clock, done.resolve);
  const result = manager.initializeTransactions();
  exchange.start(manager.nextRequest(false, 0)!);
  await done.promise;
  exchange.close();
  return { manager, result };
}

Deno.test("a request goes to its coordinator, and what that can do is noted", async () => {
  await using memory = await brokerInMemory();
  // The first time the coordinator's topic is made.
  for (let i = 0; (await once(memory)).result.isCompleted === false && i < 1000; i++);
  const { manager, result } = await once(memory);
  assertEquals([result.isCompleted, result.error], [true, undefined]);
  assertEquals(manager.lifecycle.state, "READY");
  manager.version.update(true);
  assertEquals([manager.version.isVersion2, manager.version.canRecover], [true, true]);
});

Deno.test("lost connections and coordinators that moved mean another attempt", async () => {
  await using memory = await brokerInMemory();
  for (const api of ["FindCoordinator", "InitProducerId"]) {
    memory.broker.faults.drop({ api });
    const { manager, result } = await once(memory);
    assertEquals([result.isCompleted, manager.nextRequestAtMs], [false, 100], api);
  }
  memory.broker.faults.answer("NOT_COORDINATOR", { api: "InitProducerId" });
  assertEquals((await once(memory)).result.isCompleted, false);
});

Deno.test("a coordinator that cannot be found for good is the end", async () => {
  await using memory = await brokerInMemory();
  const expected: readonly [ErrorName, string][] = [
    ["TRANSACTIONAL_ID_AUTHORIZATION_FAILED", "Transactional Id authorization failed."],
    [
      "INVALID_REQUEST",
      "Could not find a coordinator with type TRANSACTION with key tx due to unexpected error: ",
    ],
  ];
  for (const [error, text] of expected) {
    memory.broker.faults.answer(error, { api: "FindCoordinator" });
    const { manager, result } = await once(memory);
    assertEquals(result.error?.message.startsWith(text), true, result.error?.message);
    assertEquals(manager.lifecycle.hasFatalError, true);
  }
});
