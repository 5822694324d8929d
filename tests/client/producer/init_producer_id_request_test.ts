import { assertEquals } from "@std/assert";
import { InitProducerIdRequest } from "../../../client/producer/init_producer_id_request.ts";
import {
  NO_PRODUCER,
  type ProducerIdAndEpoch,
} from "../../../client/producer/producer_id_and_epoch.ts";
import { REQUEST_PRIORITY } from "../../../client/producer/transactional_request.ts";
import {
  answering,
  outcomeText,
  type SentRequest,
  withError,
} from "../../support/transactional_requests.ts";

function request(transactionalId: string | null, producer = NO_PRODUCER) {
  const given: ProducerIdAndEpoch[] = [];
  const made = new InitProducerIdRequest({
    transactionalId,
    transactionTimeoutMs: 5000,
    producer,
    initialized: (next) => given.push(next),
  });
  return { made, given };
}

Deno.test("an id is asked for, and given", async () => {
  const sent: SentRequest[] = [];
  const { made, given } = request("tx");
  const answer = withError("NONE", { producerId: 4, producerEpoch: 2 });
  const outcome = await made.exchange(answering(answer, sent));
  assertEquals([outcome.kind, given.length], ["success", 0]);
  if (outcome.kind === "success") outcome.apply();
  assertEquals(given, [{ producerId: 4, epoch: 2 }]);
  assertEquals(sent[0]!.draft, {
    transactionalId: "tx",
    transactionTimeoutMs: 5000,
    producerId: -1,
    producerEpoch: -1,
  });
  assertEquals(made.coordinator, { type: "transaction", key: "tx" });
  assertEquals(made.priority, REQUEST_PRIORITY.initProducerId);
});

Deno.test("without transactions any broker is asked, and the next epoch is asked for last", () => {
  assertEquals(request(null).made.coordinator, undefined);
  const bump = request("tx", { producerId: 1, epoch: 2 }).made;
  assertEquals(bump.priority, REQUEST_PRIORITY.epochBump);
});

Deno.test("errors", async () => {
  const told = async (error: Parameters<typeof withError>[0]) =>
    outcomeText(await request("tx").made.exchange(answering(withError(error))));
  assertEquals(await told("CONCURRENT_TRANSACTIONS"), "retry");
  assertEquals(
    await told("CLUSTER_AUTHORIZATION_FAILED"),
    "abortable: CLUSTER_AUTHORIZATION_FAILED",
  );
  assertEquals(await told("PRODUCER_FENCED"), "fatal: PRODUCER_FENCED");
  assertEquals(
    await told("INVALID_TRANSACTION_TIMEOUT"),
    "fatal: Unexpected error in InitProducerIdResponse; The transaction timeout is larger than the maximum value allowed by the broker (as configured by transaction.max.timeout.ms).",
  );
});
