import { assertEquals } from "@std/assert";
import { granted, saved, ScriptedReplica, sends, sentTo } from "./scripted_replica.ts";

Deno.test("where a voter is too old to be asked how a vote would go, it is asked for its vote", () => {
  const replica = new ScriptedReplica();
  replica.start(saved({}));
  const asked = sentTo(replica.wait(), 2)!;
  const outputs = replica.answer(asked, { type: "failure", error: "UNSUPPORTED_VERSION" });
  assertEquals([replica.state, replica.node.state.epoch], ["Candidate", 4]);
  assertEquals(
    sends(outputs).map(({ request }) => request.type === "vote" && request.preVote),
    [false, false],
  );
});

Deno.test("an answer counts while it is waited for", () => {
  const replica = new ScriptedReplica();
  replica.start(saved({}));
  const outputs = replica.wait();
  const [asked] = sends(outputs);
  replica.step({
    type: "response",
    from: asked!.to.id,
    correlationId: asked!.correlationId + 50,
    response: granted(3),
  });
  assertEquals(replica.state, "Prospective");
  replica.answer(asked!, granted(3));
  assertEquals(replica.state, "Candidate");
});
