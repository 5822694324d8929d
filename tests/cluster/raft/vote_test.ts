import { assertEquals } from "@std/assert";
import { replicaKey } from "../../../cluster/raft/voter_set.ts";
import type { RaftAnswer } from "../../../cluster/raft/raft_message.ts";
import {
  fetched,
  granted,
  saved,
  ScriptedReplica,
  sentTo,
  voteRequest,
} from "./scripted_replica.ts";

function outcome(answer: RaftAnswer | undefined): [string, boolean] {
  if (answer?.type !== "vote") throw new TypeError(`${answer?.type}`);
  return [answer.error, answer.voteGranted];
}

function started() {
  const replica = new ScriptedReplica();
  replica.start(saved({}));
  return replica;
}

Deno.test("the vote of an epoch is given once, to who has all that this replica has", () => {
  const replica = started();
  assertEquals(outcome(replica.ask(voteRequest())), ["NONE", true]);
  assertEquals(outcome(replica.ask(voteRequest())), ["NONE", true]);
  assertEquals(outcome(replica.ask(voteRequest({ candidate: replicaKey(3) }))), ["NONE", false]);
  assertEquals(outcome(replica.ask(voteRequest({ candidate: replicaKey(3), epoch: 5 }))), [
    "NONE",
    true,
  ]);
});

Deno.test("a vote is written before it is told", () => {
  const replica = started();
  const outputs = replica.step({ type: "request", id: 9, request: voteRequest() });
  const voted = outputs.findLastIndex((each) =>
    each.type === "election" && each.election.votedKey?.id === 2
  );
  assertEquals([outputs[voted + 1]?.type, voted >= 0], ["answer", true]);
});

Deno.test("who has less than this replica gets no vote", () => {
  for (const logEnd of [{ offset: 19, epoch: 3 }, { offset: 90, epoch: 2 }]) {
    assertEquals(outcome(started().ask(voteRequest({ logEnd }))), ["NONE", false]);
  }
  const logEnd = { offset: 1, epoch: 4 };
  assertEquals(outcome(started().ask(voteRequest({ epoch: 5, logEnd }))), ["NONE", true]);
});

Deno.test("how a vote would go is told without giving it", () => {
  const replica = started();
  assertEquals(outcome(replica.ask(voteRequest({ epoch: 3, preVote: true }))), ["NONE", true]);
  assertEquals(replica.node.state.epoch, 3);
  assertEquals(outcome(replica.ask(voteRequest({ candidate: replicaKey(3) }))), ["NONE", true]);
});

Deno.test("who hears from the leader helps nobody to replace it", () => {
  const replica = new ScriptedReplica();
  const fetch = replica.follow();
  assertEquals(outcome(replica.ask(voteRequest({ epoch: 3, preVote: true }))), ["NONE", true]);
  replica.answer(fetch, fetched());
  assertEquals(outcome(replica.ask(voteRequest({ epoch: 3, preVote: true }))), ["NONE", false]);
});

Deno.test("requests that cannot be, are late, or are meant for another are refused", () => {
  const replica = started();
  const refused = (request: Parameters<typeof voteRequest>[0]) =>
    outcome(replica.ask(voteRequest(request)))[0];
  assertEquals(refused({ logEnd: { offset: 20, epoch: 4 } }), "INVALID_REQUEST");
  assertEquals(refused({ logEnd: { offset: -1, epoch: 3 } }), "INVALID_REQUEST");
  assertEquals(refused({ candidate: replicaKey(1) }), "INVALID_REQUEST");
  assertEquals(refused({ epoch: 2, logEnd: { offset: 1, epoch: 1 } }), "FENCED_LEADER_EPOCH");
  assertEquals(refused({ voter: replicaKey(1, "OTHERDIRECTORYxxxxxxxA") }), "INVALID_VOTER_KEY");
});

Deno.test("a majority of votes makes a candidate, and then a leader", () => {
  const replica = started();
  const asked = sentTo(replica.wait(), 2)!;
  assertEquals([replica.state, asked.request.type], ["Prospective", "vote"]);
  const next = sentTo(replica.answer(asked, granted(3)), 2)!;
  assertEquals([replica.state, replica.node.state.epoch], ["Candidate", 4]);
  replica.answer(next, granted(4));
  assertEquals(replica.state, "Leader");
});

Deno.test("who is refused by a majority waits before it asks again", () => {
  const replica = started();
  const outputs = replica.wait();
  replica.answer(sentTo(outputs, 2)!, granted(3, false));
  assertEquals(replica.state, "Prospective");
  replica.answer(sentTo(outputs, 3)!, granted(3, false));
  assertEquals([replica.state, replica.node.nextPollAt! > replica.now], ["Unattached", true]);
});
