import { assert, assertEquals } from "@std/assert";
import { BrokerConfig } from "../../../../cluster/config/broker_config.ts";
import { quickStartProperties } from "../../../../cluster/config/quick_start.ts";
import { quorumConfig } from "../../../../cluster/raft/quorum_config.ts";
import { raftConfig } from "../../../../cluster/raft/raft_config.ts";
import { replicaKey } from "../../../../cluster/raft/voter_set.ts";
import { fetched, ScriptedReplica, sends, sentTo } from "../../raft/scripted_replica.ts";

/** One of three voters, with configs. */
function voter(properties: Readonly<Record<string, string>>): ScriptedReplica {
  const config = BrokerConfig.parse({
    ...quickStartProperties(),
    "listeners": "PLAINTEXT://localhost:9092,CONTROLLER://localhost:9093",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
    "controller.quorum.voters": "1@localhost:9093,2@localhost:9094,3@localhost:9095",
    ...properties,
  });
  return new ScriptedReplica({ config: quorumConfig(raftConfig(config)) });
}

const FAILURE = { type: "failure", error: "NETWORK_EXCEPTION" } as const;

Deno.test("controller.quorum.fetch.timeout.ms: a leader without answers, or without fetches of a majority, is one no more", () => {
  const properties = { "controller.quorum.fetch.timeout.ms": "700" };
  const follower = voter(properties);
  follower.follow();
  while (follower.state === "Follower") follower.wait();
  assertEquals(follower.now, 700);
  const leader = voter(properties);
  leader.elect();
  const electedAt = leader.now;
  while (leader.state === "Leader") leader.wait();
  assertEquals(leader.now - electedAt, 1050);
});

Deno.test("controller.quorum.election.backoff.max.ms: who should rather not lead gives way for at most so long", () => {
  const replica = voter({ "controller.quorum.election.backoff.max.ms": "300" });
  replica.follow();
  replica.ask({
    type: "end_quorum_epoch",
    leaderId: 2,
    epoch: 3,
    leaderEndpoints: [],
    preferredCandidates: [replicaKey(3)],
  });
  replica.now = 299;
  replica.step({ type: "poll" });
  assertEquals(replica.state, "Follower");
  replica.now = 300;
  replica.step({ type: "poll" });
  assertEquals(replica.state, "Prospective");
});

Deno.test("controller.quorum.request.timeout.ms: an answer is waited for so long, and then somebody else is asked", () => {
  const replica = voter({ "controller.quorum.request.timeout.ms": "150" });
  replica.follow();
  let asked = sends(replica.wait());
  while (asked.length === 0) asked = sends(replica.wait());
  assertEquals([replica.now, asked[0]!.request.type], [150, "fetch"]);
});

Deno.test("controller.quorum.retry.backoff.ms: who has failed to answer is left alone for so long", () => {
  const replica = voter({ "controller.quorum.retry.backoff.ms": "70" });
  const [other] = sends(replica.answer(replica.follow(), FAILURE));
  assert(other !== undefined && other.to.id !== 2);
  assertEquals(sends(replica.answer(other, FAILURE)), []);
  replica.now = 69;
  assertEquals(sends(replica.step({ type: "poll" })), []);
  replica.now = 70;
  assert(sentTo(replica.step({ type: "poll" }), 2) !== undefined);
});

Deno.test("controller.quorum.fetch.max.bytes: so much of the log is asked for at once", () => {
  const { request } = voter({ "controller.quorum.fetch.max.bytes": "12345" }).follow();
  assertEquals(request.type === "fetch" && request.maxBytes, 12_345);
});

Deno.test("controller.quorum.fetch.snapshot.max.bytes: so much of a snapshot is asked for at once", () => {
  const replica = voter({ "controller.quorum.fetch.snapshot.max.bytes": "54321" });
  const snapshotId = { offset: 30, epoch: 3 };
  const [asked] = sends(replica.answer(replica.follow(), fetched({ snapshotId })));
  const { request } = asked!;
  assertEquals(request.type === "fetch_snapshot" && request.maxBytes, 54_321);
});
