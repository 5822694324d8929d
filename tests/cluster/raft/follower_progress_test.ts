import { assertEquals } from "@std/assert";
import type { RaftOutput } from "../../../cluster/raft/raft_node.ts";
import {
  fetched,
  kinds,
  ScriptedReplica,
  sends,
  type Sent,
  sentTo,
  statics,
  voteRequest,
} from "./scripted_replica.ts";

Deno.test("an answer of the leader puts off the time at which it is taken for gone", () => {
  const replica = new ScriptedReplica();
  const fetch = replica.follow();
  replica.now = 1500;
  replica.answer(fetch, fetched());
  while (replica.state === "Follower") replica.wait();
  assertEquals(replica.now, 3500);
});

const GONE = { type: "failure", error: "BROKER_NOT_AVAILABLE" } as const;

/** Has it ask the leader again: nobody whom it asks meanwhile is there. */
function askAgain(replica: ScriptedReplica, outputs: readonly RaftOutput[]): Sent | undefined {
  const asked = [...sends(outputs)];
  while (replica.state === "Follower") {
    const sent = asked.shift();
    if (sent?.to.id === 2) return sent;
    asked.push(...sends(sent === undefined ? replica.wait() : replica.answer(sent, GONE)));
  }
  return undefined;
}

Deno.test("a voter whose leader is gone stands for election when the voters before it have had their turns", () => {
  const stoodAt = (...voters: number[]) => {
    const replica = new ScriptedReplica({ history: statics(...voters) });
    let outputs = replica.answer(replica.follow(), fetched());
    let refused = 0;
    for (let asked; (asked = askAgain(replica, outputs)) !== undefined; refused++) {
      outputs = replica.answer(asked, GONE);
    }
    return [replica.now, refused];
  };
  // To be refused again does not begin the wait anew.
  assertEquals(stoodAt(1, 2, 3), [50, 3]);
  assertEquals(stoodAt(0, 1, 2), [100, 5]);
});

Deno.test("a voter whose leader is gone helps others to replace it, until the leader answers", () => {
  const replica = new ScriptedReplica();
  const wouldVote = () => {
    const answer = replica.ask(voteRequest({ epoch: 3, preVote: true }));
    return answer?.type === "vote" && answer.voteGranted;
  };
  const fetch = sentTo(replica.answer(replica.follow(), fetched()), 2)!;
  assertEquals(wouldVote(), false);
  const outputs = replica.answer(fetch, GONE);
  assertEquals(wouldVote(), true);
  replica.answer(askAgain(replica, outputs)!, fetched());
  const answeredAt = replica.now;
  assertEquals(wouldVote(), false);
  while (replica.state === "Follower") replica.wait();
  assertEquals(replica.now - answeredAt, 2000);
});

Deno.test("the high watermark follows the leader's as far as the log goes", () => {
  const replica = new ScriptedReplica();
  const [output] = replica.answer(replica.follow(), fetched({ highWatermark: 25 }));
  assertEquals(output, { type: "high_watermark", offset: 20 });
  const other = new ScriptedReplica();
  other.log.highWatermark = 20;
  assertEquals(kinds(other.answer(other.follow(), fetched({ highWatermark: 15 }))), ["send"]);
});
