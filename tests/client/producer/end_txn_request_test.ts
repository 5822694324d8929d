import { assertEquals } from "@std/assert";
import { EndTxnRequest } from "../../../client/producer/end_txn_request.ts";
import {
  answering,
  outcomeText,
  type SentRequest,
  withError,
} from "../../support/transactional_requests.ts";

async function outcomeOf(
  answer: unknown,
  commits = true,
  isVersion2 = true,
  sent: SentRequest[] = [],
) {
  const ended: unknown[] = [];
  const request = new EndTxnRequest({
    transactionalId: "tx",
    producer: { producerId: 1, epoch: 2 },
    commits,
    isVersion2,
    ended: (next) => ended.push(next),
  });
  const outcome = await request.exchange(answering(answer, sent));
  if (outcome.kind === "success") outcome.apply();
  return { ended, text: outcomeText(outcome) };
}

Deno.test("the end of a transaction brings the next epoch in version 2", async () => {
  const sent: SentRequest[] = [];
  const next = withError("NONE", { producerId: 1, producerEpoch: 3 });
  assertEquals((await outcomeOf(next, true, true, sent)).ended, [{ producerId: 1, epoch: 3 }]);
  const none = withError("NONE", { producerId: -1, producerEpoch: -1 });
  assertEquals((await outcomeOf(none, false, false, sent)).ended, [undefined]);
  assertEquals(sent.map(({ maxVersion, draft }) => [maxVersion, draft["committed"]]), [
    [undefined, true],
    [4, false],
  ]);
});

Deno.test("errors", async () => {
  const told = async (error: Parameters<typeof withError>[0], commits = true) =>
    (await outcomeOf(withError(error), commits)).text;
  assertEquals(await told("CONCURRENT_TRANSACTIONS"), "retry");
  assertEquals(await told("INVALID_TXN_STATE"), "fatal: INVALID_TXN_STATE");
  assertEquals(await told("UNKNOWN_PRODUCER_ID"), "abortable if possible: UNKNOWN_PRODUCER_ID");
  assertEquals(await told("TRANSACTION_ABORTABLE"), "abortable: TRANSACTION_ABORTABLE");
  assertEquals(await told("TRANSACTION_ABORTABLE", false), "fatal: Failed to abort transaction");
  assertEquals(
    await told("INVALID_GROUP_ID"),
    "fatal: Unhandled error in EndTxnResponse: The group id is invalid.",
  );
});
