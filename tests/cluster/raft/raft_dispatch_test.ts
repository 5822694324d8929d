import { assertEquals } from "@std/assert";
import type { RaftFailure } from "../../../cluster/raft/raft_message.ts";
import {
  fetched,
  granted,
  saved,
  ScriptedReplica,
  sends,
  sentTo,
  statics,
  voteRequest,
} from "./scripted_replica.ts";

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

Deno.test("a voter waits for a leader of which it only hears nothing, and for one that is gone no longer", () => {
  const stoodAt = (error: RaftFailure["error"], of: "leader" | "other") => {
    const replica = new ScriptedReplica();
    let asked = replica.follow();
    if (of === "other") {
      asked = sentTo(replica.answer(asked, { type: "failure", error: "NETWORK_EXCEPTION" }), 3)!;
    }
    replica.answer(asked, { type: "failure", error });
    while (replica.state === "Follower") replica.wait();
    return replica.now;
  };
  assertEquals(stoodAt("BROKER_NOT_AVAILABLE", "leader"), 50);
  assertEquals(stoodAt("NETWORK_EXCEPTION", "leader"), 2000);
  assertEquals(stoodAt("BROKER_NOT_AVAILABLE", "other"), 2000);
});

Deno.test("to an observer it is the same why its leader does not answer", () => {
  const outputs = (["BROKER_NOT_AVAILABLE", "NETWORK_EXCEPTION"] as const).map((error) => {
    const replica = new ScriptedReplica({ history: statics(2, 3) });
    const fetch = sentTo(replica.answer(replica.follow(), fetched()), 2)!;
    const all = [replica.answer(fetch, { type: "failure", error })];
    while (replica.now < 5000) all.push(replica.wait());
    return [replica.state, replica.ask(voteRequest({ epoch: 3, preVote: true })), all];
  });
  assertEquals(outputs[0], outputs[1]);
  assertEquals(outputs[0]![0], "Follower");
});
