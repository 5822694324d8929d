import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import { Reply } from "../../../cluster/coordinator/coordinator_shard.ts";
import { giveAnswers, PendingReply } from "../../../cluster/coordinator/pending_reply.ts";

Deno.test("an answer that is there before anybody asks is given at once", () => {
  const reply = new PendingReply<number | undefined>();
  giveAnswers([{ reply, response: undefined }]);
  assertEquals(reply.get(), undefined);
});

Deno.test("an answer that comes later is promised", async () => {
  const reply = new PendingReply<number>();
  const promised = reply.get();
  assert(promised instanceof Promise);
  giveAnswers([{ reply, response: 7 }]);
  assertEquals([await promised, reply.get()], [7, 7]);
});

Deno.test("a refusal is thrown, or rejects, with its message", async () => {
  const [early, late] = [new PendingReply<number>(), new PendingReply<number>()];
  giveAnswers([{ reply: early, error: "INVALID_REQUEST", message: "It makes no sense" }]);
  assertThrows(() => early.get(), KafkaError, "It makes no sense");
  const promised = late.get() as Promise<number>;
  giveAnswers([{ reply: late, error: "NOT_COORDINATOR" }]);
  const error = await assertRejects(() => promised, KafkaError);
  assertEquals(error.code, "NOT_COORDINATOR");
});

Deno.test("only the first answer counts", () => {
  const reply = new PendingReply<number>();
  giveAnswers([
    { reply, response: 1 },
    { reply, response: 2 },
    { reply, error: "NOT_COORDINATOR" },
  ]);
  assertEquals(reply.get(), 1);
});

Deno.test("a refusal that nobody asks for harms nobody, nor does an answer that nobody waits for", async () => {
  giveAnswers([
    { reply: new PendingReply(), error: "NOT_COORDINATOR" },
    { reply: new Reply(), response: 1 },
  ]);
  // A rejection that nobody handles would end the test here.
  await Promise.resolve();
});
